//! Linear between two values, in either direction.

use serde::Serialize;

use super::{Curve, Keys, Language, Measure, Number, Problem, Reading, Shape, Terms, Words, is_false};
use crate::exact::Exact;
use crate::measure::Unit;
use crate::rule::words::plain;

/// Nothing at `zero_at`, the maximum at `full_at`, linear between, clamped beyond.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Scaled {
    /// What a value is.
    unit: Unit,
    /// Whether a ratio may exceed one.
    #[serde(skip_serializing_if = "is_false")]
    #[cfg_attr(test, schemars(default))]
    may_exceed: bool,
    /// Whether numerator and denominator may have fractions.
    #[serde(skip_serializing_if = "is_false")]
    #[cfg_attr(test, schemars(default))]
    amounts: bool,
    /// The value that earns nothing.
    zero_at: Number,
    /// The value that earns the maximum; it may be the smaller one.
    full_at: Number,
}

/// Units on which one can go linearly.
pub(crate) fn numeric_unit(keys: &Keys<'_, '_>) -> Option<Unit> {
    if !keys.has("unit") {
        keys.missing("unit");
    }
    let numeric = [Unit::Percent, Unit::Fraction, Unit::Count, Unit::Amount, Unit::Index];
    let units: Vec<(&str, Unit)> = Unit::NAMES.into_iter().filter(|(_, unit)| numeric.contains(unit)).collect();
    keys.word("unit", &units)
}

impl Shape for Scaled {
    fn from_keys(keys: &Keys<'_, '_>) -> Option<Self> {
        let unit = numeric_unit(keys);
        let (may_exceed, amounts) = (keys.flag("may_exceed"), keys.flag("amounts"));
        let (zero_at, full_at) = (keys.required_number("zero_at"), keys.required_number("full_at"));
        Some(Self { unit: unit?, may_exceed, amounts, zero_at: zero_at?, full_at: full_at? })
    }

    fn reading(&self) -> Reading {
        Reading { unit: self.unit, may_exceed: self.may_exceed, amounts: self.amounts }
    }

    fn check(&self, _: Option<Number>) -> Vec<Problem> {
        let same = self.zero_at == self.full_at;
        same.then(|| Problem::RuleOverlaps { what: format!("the value {}", self.zero_at) }).into_iter().collect()
    }

    fn leaves_finite_decimals(&self) -> bool {
        let span = Exact::from(self.full_at).minus(&Exact::from(self.zero_at));
        let finite = Exact::ONE.over(&span).is_none_or(|inverse| inverse.finite_places(30).is_some());
        self.unit.whole().is_some() || !finite
    }

    fn curve(&self, max: &Exact) -> Option<Curve> {
        let share = |number| Exact::from(number).over(&self.unit.whole().map_or(Exact::ONE, Exact::from));
        let (zero, full) = (share(self.zero_at)?, share(self.full_at)?);
        let slope = max.over(&full.minus(&zero))?;
        let start = slope.times(&zero).negated();
        Some(if zero < full {
            let rising = Curve::default().flat_until(zero, true, Exact::ZERO).line_until(full, false, start, slope);
            rising.flat(max.clone())
        } else {
            let falling = Curve::default().flat_until(full, true, max.clone()).line_until(zero, false, start, slope);
            falling.flat(Exact::ZERO)
        })
    }

    fn words(&self, measure: &Measure, terms: Terms<'_>, language: Language) -> Words {
        let write = |number| self.unit.write(number, language);
        let (zero, full) = (write(self.zero_at), write(self.full_at));
        let points = measure.exact().zip(self.curve(terms.max)).map(|(value, curve)| curve.at(&value));
        match points {
            Some(points) if points.is_zero() => Words::branch(format!(
                "{} {zero}",
                language.choose("không vượt mức 0 điểm", "not beyond the zero point")
            )),
            Some(points) if points == *terms.max => {
                Words::branch(format!("{} {full}", language.choose("đạt mức điểm tối đa", "reaches the full mark")))
            }
            _ => {
                let max = plain(terms.max, language);
                let value = measure.fraction(language);
                Words::formula(format!("{max} × ({value} − {zero}) / ({full} − {zero})"))
            }
        }
    }

    fn describe(&self, language: Language) -> String {
        let write = |number| self.unit.write(number, language);
        let (zero, full) = (write(self.zero_at), write(self.full_at));
        match language {
            Language::Vietnamese => format!("tuyến tính: {zero} được 0 điểm, {full} được điểm tối đa"),
            Language::English => format!("linear: {zero} earns 0, {full} earns the maximum"),
        }
    }
}
