//! Arrow arrays as cells: text without a copy, numbers through the frame door.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::timezone::Tz;
use arrow_array::types::{
    ArrowPrimitiveType, ArrowTemporalType, ArrowTimestampType, Date32Type, Date64Type, Decimal128Type, Decimal256Type,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{Array, PrimitiveArray};
use arrow_schema::{DataType, TimeUnit};
use parindex::{Number, Problem};

use crate::cell::Cell;
use crate::float;

/// Reads the cell of a row.
pub(crate) type Reader<'a> = Box<dyn Fn(usize) -> Cell<'a> + 'a>;

/// How the cells of an array are read.
///
/// # Errors
/// `unreadable-file` for a type that holds no text, number, flag or date.
pub(crate) fn reader<'a>(name: &str, array: &'a dyn Array) -> Result<Reader<'a>, Problem> {
    Ok(match array.data_type() {
        DataType::Null => Box::new(|_| Cell::Gap),
        DataType::Utf8 => {
            let array = array.as_string::<i32>();
            valid(array, |row| text(array.value(row)))
        }
        DataType::LargeUtf8 => {
            let array = array.as_string::<i64>();
            valid(array, |row| text(array.value(row)))
        }
        DataType::Utf8View => {
            let array = array.as_string_view();
            valid(array, |row| text(array.value(row)))
        }
        DataType::Dictionary(..) => dictionary(name, array)?,
        DataType::Boolean => {
            let array = array.as_boolean();
            valid(array, |row| Cell::Flag(array.value(row)))
        }
        DataType::Int8 => whole::<Int8Type>(array),
        DataType::Int16 => whole::<Int16Type>(array),
        DataType::Int32 => whole::<Int32Type>(array),
        DataType::Int64 => whole::<Int64Type>(array),
        DataType::UInt8 => whole::<UInt8Type>(array),
        DataType::UInt16 => whole::<UInt16Type>(array),
        DataType::UInt32 => whole::<UInt32Type>(array),
        DataType::UInt64 => whole::<UInt64Type>(array),
        DataType::Float32 => primitive::<Float32Type>(array, Cell::from),
        DataType::Float64 => primitive::<Float64Type>(array, Cell::from),
        DataType::Decimal128(_, scale) => {
            let places = i32::from(*scale);
            primitive::<Decimal128Type>(array, move |value| float::scaled(value, places).into())
        }
        DataType::Decimal256(_, scale) => {
            let places = i32::from(*scale);
            primitive::<Decimal256Type>(array, move |value| wide(value.to_i128(), places).into())
        }
        DataType::Date32 => date::<Date32Type>(array),
        DataType::Date64 => date::<Date64Type>(array),
        DataType::Timestamp(unit, zone) => {
            let zone = zone.as_deref();
            match unit {
                TimeUnit::Second => timestamp::<TimestampSecondType>(name, array, zone)?,
                TimeUnit::Millisecond => timestamp::<TimestampMillisecondType>(name, array, zone)?,
                TimeUnit::Microsecond => timestamp::<TimestampMicrosecondType>(name, array, zone)?,
                TimeUnit::Nanosecond => timestamp::<TimestampNanosecondType>(name, array, zone)?,
            }
        }
        other => {
            let why = format!("its type {other} holds no text, number, flag or date");
            return Err(Problem::unreadable(format!("column `{name}`"), why));
        }
    })
}

fn valid<'a>(array: &'a dyn Array, cell: impl Fn(usize) -> Cell<'a> + 'a) -> Reader<'a> {
    match array.nulls() {
        Some(nulls) if nulls.null_count() > 0 => {
            Box::new(move |row| if nulls.is_null(row) { Cell::Gap } else { cell(row) })
        }
        _ => Box::new(cell),
    }
}

fn text(text: &str) -> Cell<'_> {
    Cell::Text(Cow::Borrowed(text))
}

fn primitive<T: ArrowPrimitiveType>(
    array: &dyn Array,
    cell: impl Fn(T::Native) -> Cell<'static> + 'static,
) -> Reader<'_> {
    let array = array.as_primitive::<T>();
    valid(array, move |row| cell(array.value(row)))
}

fn whole<T: ArrowPrimitiveType<Native: Into<i128>>>(array: &dyn Array) -> Reader<'_> {
    primitive::<T>(array, |value| Number::try_from(value.into()).into())
}

fn wide(value: Option<i128>, places: i32) -> Result<Number, Problem> {
    let value = value.ok_or_else(|| Problem::NotExact { text: "a decimal of more than 38 digits".to_owned() })?;
    float::scaled(value, places)
}

/// Each value of a dictionary is looked up by its key, where it stands.
fn dictionary<'a>(name: &str, array: &'a dyn Array) -> Result<Reader<'a>, Problem> {
    let array = array.as_any_dictionary();
    if array.values().is_empty() {
        return Ok(Box::new(|_| Cell::Gap));
    }
    let keys = array.normalized_keys();
    let value = reader(name, array.values().as_ref())?;
    Ok(valid(array, move |row| keys.get(row).map_or(Cell::Gap, |key| value(*key))))
}

fn date<T: ArrowTemporalType>(array: &dyn Array) -> Reader<'_>
where
    i64: From<T::Native>,
{
    let array: &PrimitiveArray<T> = array.as_primitive();
    valid(array, |row| day(array.value_as_date(row)))
}

/// The calendar day of a moment, in its own time zone if it names one.
fn timestamp<'a, T: ArrowTimestampType>(
    name: &str,
    array: &'a dyn Array,
    zone: Option<&str>,
) -> Result<Reader<'a>, Problem> {
    let array: &PrimitiveArray<T> = array.as_primitive();
    let Some(zone) = zone else {
        return Ok(valid(array, |row| day(array.value_as_datetime(row).map(|moment| moment.date()))));
    };
    let zone: Tz = zone.parse().map_err(|error| Problem::unreadable(format!("column `{name}`"), error))?;
    Ok(valid(array, move |row| {
        day(array.value_as_datetime_with_tz(row, zone).map(|moment| moment.naive_local().date()))
    }))
}

fn day(date: Option<impl ToString>) -> Cell<'static> {
    date.map_or_else(
        || Cell::Bad(Box::new(Problem::BadDate { text: "a date beyond the calendar".to_owned() })),
        |date| Cell::Text(date.to_string().into()),
    )
}
