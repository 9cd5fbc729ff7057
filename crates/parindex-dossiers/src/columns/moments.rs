//! Columns of moments, of whatever type, as microseconds since 1970-01-01 00:00.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Float64Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow_array::{Array, ArrayRef};
use arrow_cast::cast;
use arrow_schema::{DataType, TimeUnit};

use super::{BAD, clear_nulls, wrong};
use crate::error::Problem;
use crate::moment::{DAY, Moment, SECOND, VIETNAM};
use crate::rule::NONE;

/// Which instant stands for a day without a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    First,
    Last,
}

/// The first day Excel counts rightly, 1900-03-01, and the last, 9999-12-31.
const SERIALS: std::ops::RangeInclusive<f64> = 61.0..=2_958_465.999_99;
/// Days from the origin of Excel's serial numbers to 1970-01-01.
const SERIAL_OF_EPOCH: i64 = 25_569;
/// Years −9999 to 9999 lie within this many microseconds of 1970.
const FARTHEST: i64 = 253_000_000_000 * SECOND;

/// The moments of a column, [`NONE`] where none is recorded and [`BAD`] where
/// one cannot be read. A timestamp with a zone is moved to Vietnam's.
///
/// # Errors
/// `wrong-column` for types that hold no moments.
pub(crate) fn moments(name: &str, array: &ArrayRef, edge: Edge, out: &mut Vec<i64>) -> Result<(), Problem> {
    out.clear();
    let whole_day = |day: i64| match edge {
        Edge::First => day.saturating_mul(DAY),
        Edge::Last => day.saturating_mul(DAY).saturating_add(DAY - 1),
    };
    match array.data_type() {
        DataType::Null => out.resize(array.len(), NONE),
        DataType::Timestamp(unit, zone) => {
            let shift = if zone.is_some() { VIETNAM } else { 0 };
            match unit {
                TimeUnit::Second => scaled(array.as_primitive::<TimestampSecondType>().values(), SECOND, shift, out),
                TimeUnit::Millisecond => {
                    scaled(array.as_primitive::<TimestampMillisecondType>().values(), SECOND / 1000, shift, out);
                }
                TimeUnit::Microsecond => {
                    scaled(array.as_primitive::<TimestampMicrosecondType>().values(), 1, shift, out);
                }
                TimeUnit::Nanosecond => {
                    let values = array.as_primitive::<TimestampNanosecondType>().values();
                    out.extend(values.iter().map(|value| value.div_euclid(1000) + shift));
                }
            }
        }
        DataType::Date32 => {
            out.extend(array.as_primitive::<Date32Type>().values().iter().map(|day| near(whole_day(i64::from(*day)))));
        }
        DataType::Date64 => {
            let values = array.as_primitive::<Date64Type>().values();
            out.extend(values.iter().map(|millis| near(whole_day(millis.div_euclid(DAY / 1000)))));
        }
        DataType::Utf8 => {
            out.extend(
                array.as_string::<i32>().iter().map(|cell| cell.map_or(NONE, |text| read(text, edge, whole_day))),
            );
        }
        DataType::LargeUtf8 | DataType::Utf8View => {
            let texts = cast(array, &DataType::Utf8).map_err(|_| wrong(name, array.data_type(), "moments"))?;
            moments(name, &texts, edge, out)?;
        }
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let mut values = Vec::new();
            moments(name, dictionary.values(), edge, &mut values)?;
            // A dictionary of nothing, as a column without values has, knows no keys to normalize.
            if values.is_empty() {
                out.resize(array.len(), NONE);
            } else {
                let keys = dictionary.normalized_keys().into_iter();
                out.extend(keys.map(|key| values.get(key).copied().unwrap_or(NONE)));
            }
        }
        kind if kind.is_integer() => {
            let days = cast(array, &DataType::Int64).map_err(|_| wrong(name, kind, "moments"))?;
            #[allow(clippy::cast_precision_loss, reason = "what is not exact lies outside the range")]
            let serial =
                |day: i64| if SERIALS.contains(&(day as f64)) { whole_day(day - SERIAL_OF_EPOCH) } else { BAD };
            // What is too large for the cast becomes null there.
            out.extend(days.as_primitive::<Int64Type>().iter().map(|day| day.map_or(BAD, serial)));
        }
        kind if kind.is_floating() => {
            let serials = cast(array, &DataType::Float64).map_err(|_| wrong(name, kind, "moments"))?;
            let serials = serials.as_primitive::<Float64Type>().values();
            out.extend(serials.iter().map(|serial| read_serial(*serial, whole_day)));
        }
        other => return Err(wrong(name, other, "timestamps, dates, texts or Excel's serial numbers")),
    }
    clear_nulls(array, out);
    Ok(())
}

fn near(micros: i64) -> i64 {
    if (-2 * FARTHEST..=FARTHEST).contains(&micros) { micros } else { BAD }
}

fn scaled(values: &[i64], micros: i64, shift: i64, out: &mut Vec<i64>) {
    out.extend(values.iter().map(|value| near(value.saturating_mul(micros).saturating_add(shift))));
}

fn read(text: &str, edge: Edge, whole_day: impl Fn(i64) -> i64) -> i64 {
    let text = text.trim();
    if text.is_empty() {
        return NONE;
    }
    if let Some(serial) = serial(text) {
        return read_serial(serial, whole_day);
    }
    text.parse::<Moment>().map_or(BAD, |moment| match edge {
        Edge::First => moment.earliest(),
        Edge::Last => moment.latest(),
    })
}

/// The serial number that a text holds: a plain number, of fewer digits than a
/// day in compact form (`20260304`) has.
fn serial(text: &str) -> Option<f64> {
    let whole = text.split('.').next().unwrap_or_default().len();
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse().ok().filter(|serial| is_plain && whole < 8 && SERIALS.contains(serial))
}

/// A serial number of Excel: days since 1899-12-30, to the second that Excel
/// shows; a whole one is a day without a time. NaN is no moment.
fn read_serial(serial: f64, whole_day: impl Fn(i64) -> i64) -> i64 {
    if serial.is_nan() {
        return NONE;
    }
    if !SERIALS.contains(&serial) {
        return BAD;
    }
    #[allow(clippy::cast_possible_truncation, reason = "the range is checked")]
    let (day, seconds) = (serial.floor() as i64, (serial.fract() * 86_400.0).round() as i64);
    if serial.fract() == 0.0 {
        return whole_day(day - SERIAL_OF_EPOCH);
    }
    (day - SERIAL_OF_EPOCH) * DAY + seconds * SECOND
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Date32Array, Float64Array, Int32Array, StringArray, TimestampSecondArray};

    use super::*;

    fn all(array: impl Array + 'static, edge: Edge) -> Vec<i64> {
        let mut out = Vec::new();
        moments("due", &(Arc::new(array) as ArrayRef), edge, &mut out).unwrap();
        out
    }

    #[test]
    fn excel_serials_are_days_and_seconds() {
        // 46085 is 4 March 2026; 17:00 is 17/24 of a day.
        let serials = Float64Array::from(vec![46085.0, 46085.0 + 17.0 / 24.0, 0.5, f64::NAN, f64::INFINITY, 1e300]);
        let at = |text: &str| text.parse::<Moment>().unwrap().latest();
        let expected = [at("2026-03-04"), at("2026-03-04 17:00"), BAD, NONE, BAD, BAD];
        assert_eq!(all(serials, Edge::Last), expected);
        assert_eq!(all(Int32Array::from(vec![46085, 60]), Edge::Last), [at("2026-03-04"), BAD]);
    }

    #[test]
    fn serials_in_texts_are_the_serials() {
        let texts =
            StringArray::from(vec!["46085", " 46085.708333333336 ", "20260304", "60", "1e5", "46085.7.1", "-1"]);
        let at = |text: &str| text.parse::<Moment>().unwrap().latest();
        let expected = [at("2026-03-04"), at("2026-03-04 17:00"), at("2026-03-04"), BAD, BAD, BAD, BAD];
        assert_eq!(all(texts, Edge::Last), expected);
    }

    #[test]
    fn a_day_is_its_first_or_last_instant() {
        let days = Date32Array::from(vec![Some(1), None]);
        assert_eq!(all(days.clone(), Edge::First), [DAY, NONE]);
        assert_eq!(all(days, Edge::Last), [2 * DAY - 1, NONE]);
    }

    #[test]
    fn moments_beyond_all_years_are_bad() {
        let seconds = TimestampSecondArray::from(vec![i64::MAX, i64::MIN + 2, 0]);
        assert_eq!(all(seconds, Edge::First), [BAD, BAD, 0]);
        assert_eq!(all(StringArray::from(vec!["", " ", "x"]), Edge::First), [NONE, NONE, BAD]);
    }
}
