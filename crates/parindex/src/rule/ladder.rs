//! Steps that cover every value once: the ground of several rules.

use serde::Serialize;

use super::Curve;
use crate::error::Problem;
use crate::exact::Exact;
use crate::framework::keys::Keys;
use crate::language::Language;
use crate::measure::Unit;
use crate::number::Number;

/// One step: the values from its lower to its upper edge earn its points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(crate) struct Step {
    /// Lower edge, inside the step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<Number>,
    /// Lower edge, outside the step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) above: Option<Number>,
    /// Upper edge, inside the step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<Number>,
    /// Upper edge, outside the step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) below: Option<Number>,
    /// Points the step earns.
    pub(crate) points: Number,
}

/// The values a ladder must cover.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Domain {
    pub(crate) low: Option<Number>,
    pub(crate) high: Option<Number>,
    pub(crate) whole: bool,
}

impl Domain {
    pub(crate) fn of(unit: Unit, may_exceed: bool) -> Self {
        let zero = Some(Number::ZERO);
        let (low, high, whole) = match unit {
            Unit::Percent | Unit::Index => (zero, Some(Number::HUNDRED), false),
            Unit::Fraction => (zero, Some(Number::from(1_u8)), false),
            Unit::Count => (zero, None, true),
            Unit::Date => (None, None, true),
            _ => (None, None, false),
        };
        Self { low, high: high.filter(|_| !may_exceed), whole }
    }

    /// Places from 1 on.
    pub(crate) fn ranks() -> Self {
        Self { low: Some(Number::from(1_u8)), high: None, whole: true }
    }
}

impl Step {
    fn from_keys(keys: &Keys<'_, '_>) -> Option<Self> {
        let step = Self {
            from: keys.number("from"),
            above: keys.number("above"),
            to: keys.number("to"),
            below: keys.number("below"),
            points: keys.required_number("points")?,
        };
        let double = |what: &str| Problem::RuleOverlaps { what: format!("the {what} edge") };
        if step.from.is_some() && step.above.is_some() {
            keys.report(double("lower"));
        }
        if step.to.is_some() && step.below.is_some() {
            keys.report(double("upper"));
        }
        keys.finish();
        Some(step)
    }

    /// Lower edge and whether it is inside.
    fn low(&self) -> Option<(Number, bool)> {
        self.from.map(|edge| (edge, true)).or(self.above.map(|edge| (edge, false)))
    }

    /// Upper edge and whether it is inside.
    fn high(&self) -> Option<(Number, bool)> {
        self.to.map(|edge| (edge, true)).or(self.below.map(|edge| (edge, false)))
    }

    fn holds(&self, value: &Exact) -> bool {
        let above = self.low().is_none_or(|(edge, inside)| {
            let edge = Exact::from(edge);
            if inside { *value >= edge } else { *value > edge }
        });
        above
            && self.high().is_none_or(|(edge, inside)| {
                let edge = Exact::from(edge);
                if inside { *value <= edge } else { *value < edge }
            })
    }

    /// The step in words: `từ 70 % đến 90 %`.
    pub(crate) fn words(&self, unit: Unit, language: Language) -> String {
        let edge = |number: Number| unit.write(number, language);
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from == to
        {
            return edge(from);
        }
        let low = self.low().map(|(number, inside)| {
            let word = if inside { language.choose("từ", "from") } else { language.choose("trên", "above") };
            format!("{word} {}", edge(number))
        });
        let high = self.high().map(|(number, inside)| {
            let word = if inside { language.choose("đến", "to") } else { language.choose("dưới", "below") };
            format!("{word} {}", edge(number))
        });
        match (low, high) {
            (None, None) => language.choose("mọi giá trị", "any value").to_owned(),
            (low, high) => [low, high].into_iter().flatten().collect::<Vec<_>>().join(" "),
        }
    }
}

/// Reads the steps of a rule.
pub(crate) fn read_steps(keys: &Keys<'_, '_>) -> Vec<Step> {
    keys.tables("steps").iter().filter_map(Step::from_keys).collect()
}

/// The step a value belongs to.
pub(crate) fn find<'s>(steps: &'s [Step], value: &Exact) -> Option<&'s Step> {
    steps.iter().find(|step| step.holds(value))
}

/// The steps as a curve over the share (or the number), from the lowest up.
pub(crate) fn curve(steps: &[Step], unit: Unit) -> Option<Curve> {
    let whole = unit.whole().map_or(Exact::ONE, Exact::from);
    let mut rising: Vec<&Step> = steps.iter().collect();
    let order = |step: &Step| (step.high().is_none(), step.high());
    rising.sort_by_key(|step| order(step));
    let mut curve = Curve::default();
    for step in rising {
        let points = Exact::from(step.points);
        curve = match step.high() {
            Some((edge, inside)) => curve.flat_until(Exact::from(edge).over(&whole)?, inside, points),
            None => curve.flat(points),
        };
    }
    Some(curve)
}

/// What is wrong with the steps: values without a step or with two, points
/// beyond the maximum.
pub(crate) fn check(steps: &[Step], domain: Domain, max: Option<Number>) -> Vec<Problem> {
    let mut problems: Vec<Problem> = steps.iter().filter_map(|step| check_points(step.points, max)).collect();
    // Every value is told apart by the edges: test each edge, the points between
    // neighbouring edges, and one point beyond either end.
    let mut edges: Vec<Exact> = steps
        .iter()
        .flat_map(|step| [step.low(), step.high()])
        .flatten()
        .map(|(edge, _)| edge)
        .chain(domain.low)
        .chain(domain.high)
        .map(Exact::from)
        .collect();
    edges.sort();
    edges.dedup();
    for (what, value) in probes(&edges, domain) {
        match steps.iter().filter(|step| step.holds(&value)).count() {
            0 => problems.push(Problem::RuleHasGap { what }),
            1 => {}
            _ => problems.push(Problem::RuleOverlaps { what }),
        }
    }
    problems
}

/// A fault if points lie outside 0 to the maximum.
pub(crate) fn check_points(points: Number, max: Option<Number>) -> Option<Problem> {
    let beyond = points.is_negative() || max.is_some_and(|max| points > max);
    beyond.then(|| Problem::OutOfRange {
        value: points.to_string(),
        allowed: max.map_or_else(|| "0 or more".to_owned(), |max| format!("0 to the maximum {max}")),
    })
}

/// Values of the domain, one for each stretch between edges, with their names.
fn probes(edges: &[Exact], domain: Domain) -> Vec<(String, Exact)> {
    let one = Exact::ONE;
    let text = |value: &Exact| value.to_plain(Number::MAX_PLACES);
    let mut probes = Vec::new();
    match edges.first() {
        None => probes.push(("any value".to_owned(), Exact::ZERO)),
        Some(first) => probes.push((format!("a value below {}", text(first)), first.minus(&one))),
    }
    for (position, edge) in edges.iter().enumerate() {
        probes.push((format!("the value {}", text(edge)), edge.clone()));
        match edges.get(position.saturating_add(1)) {
            None => probes.push((format!("a value above {}", text(edge)), edge.plus(&one))),
            Some(next) => {
                let between = format!("a value between {} and {}", text(edge), text(next));
                let middle = if domain.whole {
                    Exact::whole(floor(edge)).plus(&one)
                } else {
                    edge.plus(next).times(&Exact::decimal(5, 1))
                };
                if middle < *next {
                    probes.push((between, middle));
                }
            }
        }
    }
    probes.retain(|(_, value)| {
        domain.low.is_none_or(|low| *value >= Exact::from(low))
            && domain.high.is_none_or(|high| *value <= Exact::from(high))
            && (!domain.whole || *value == Exact::whole(floor(value)))
    });
    probes
}

/// The greatest whole number not above a value of a framework file.
fn floor(value: &Exact) -> i128 {
    use crate::rounding::RoundingMode::{Down, Up};
    let mode = if value.is_negative() { Up } else { Down };
    value.grid(0, mode).map_or(0, i128::from)
}
