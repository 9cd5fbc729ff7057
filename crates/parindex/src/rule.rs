//! Rules turn a measure into points. Each shape is a file of its own under `rule/`.

mod answers;
mod checklist;
mod curve;
mod deadline;
mod deduction;
mod floor_and_target;
mod given;
mod index_share;
pub(crate) mod ladder;
mod min_max;
mod not_scored;
mod panel;
mod per_occurrence;
mod percentile;
mod proportional;
mod rank;
mod scaled;
mod share_of_best;
mod steps;
mod target;
pub(crate) mod words;
mod yes_no;

use serde::Serialize;

use crate::error::Problem;
use crate::exact::Exact;
use crate::framework::keys::Keys;
use crate::language::Language;
use crate::measure::{Measure, Reading, Stated};
use crate::number::Number;
use crate::rounding::Rounding;
pub(crate) use curve::GridCurve;
pub use curve::{Curve, Piece};
pub(crate) use panel::Panel;
pub use panel::{Best, Comparison};
pub(crate) use words::Words;

/// What a rule makes of a measure: points, or one of the ways to have none.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The rule gave points.
    Scored(Exact),
    /// An appraiser or a survey gave the points.
    Given(Exact),
    /// There is no evidence.
    Missing,
    /// The criterion does not apply to the unit.
    NotApplicable,
    /// A ratio over nothing.
    ZeroDenominator,
}

/// What a rule may look at: the maximum, and all units for relative rules.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms<'a> {
    pub(crate) max: &'a Exact,
    pub(crate) panel: Option<&'a Panel>,
}

/// A shape of rule. To add one: a file with a struct that implements this, and
/// its line in the list below.
pub(crate) trait Shape: Sized {
    /// Reads the rule's own keys.
    fn from_keys(keys: &Keys<'_, '_>) -> Option<Self>;

    /// How evidence for the rule is read.
    fn reading(&self) -> Reading;

    /// Reads evidence; shapes with labels, flags or dates have their own way.
    ///
    /// # Errors
    /// What is wrong with the evidence.
    fn read(&self, stated: &Stated) -> Result<Measure, Problem> {
        self.reading().read(stated)
    }

    /// What is wrong with the rule under a maximum.
    fn check(&self, _max: Option<Number>) -> Vec<Problem> {
        Vec::new()
    }

    /// Whether points may need infinitely many decimals.
    fn leaves_finite_decimals(&self) -> bool {
        false
    }

    /// How points depend on the other units, if they do.
    fn comparison(&self) -> Option<Comparison> {
        None
    }

    /// The rule as straight pieces over the share (or the number), if it is one.
    fn curve(&self, _max: &Exact) -> Option<Curve> {
        None
    }

    /// Points, exact and unrounded, from 0 to the maximum.
    fn apply(&self, measure: &Measure, terms: Terms<'_>) -> Outcome {
        match (measure.exact(), self.curve(terms.max)) {
            (Some(value), Some(curve)) => Outcome::Scored(curve.at(&value)),
            _ => Outcome::ZeroDenominator,
        }
    }

    /// How the points came about.
    fn words(&self, measure: &Measure, terms: Terms<'_>, language: Language) -> Words;

    /// The rule in one phrase.
    fn describe(&self, language: Language) -> String;
}

macro_rules! shapes {
    ($($(#[$doc:meta])* $kind:literal $variant:ident($shape:path),)*) => {
        /// How evidence becomes points.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[cfg_attr(test, schemars(transform = close_each_kind))]
        #[serde(tag = "kind")]
        #[non_exhaustive]
        pub enum Rule {
            $($(#[$doc])* #[serde(rename = $kind)] $variant($shape),)*
        }

        impl Rule {
            /// Every kind of rule, by the word a framework file uses.
            pub const KINDS: &'static [&'static str] = &[$($kind),*];

            /// The word for this rule's kind.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $kind,)* }
            }

            fn from_kind(kind: &str, keys: &Keys<'_, '_>) -> Option<Self> {
                match kind {
                    $($kind => <$shape as Shape>::from_keys(keys).map(Self::$variant),)*
                    _ => None,
                }
            }

            pub(crate) fn read(&self, stated: &Stated) -> Result<Measure, Problem> {
                match self { $(Self::$variant(shape) => shape.read(stated),)* }
            }

            /// The unit in which evidence for the rule states its value.
            #[must_use]
            pub fn unit(&self) -> crate::Unit {
                self.reading().unit
            }

            pub(crate) fn check(&self, max: Option<Number>) -> Vec<Problem> {
                match self { $(Self::$variant(shape) => shape.check(max),)* }
            }

            pub(crate) fn leaves_finite_decimals(&self) -> bool {
                match self { $(Self::$variant(shape) => shape.leaves_finite_decimals(),)* }
            }

            /// How points depend on the values of the other units, for the rules that
            /// compare units.
            #[must_use]
            pub fn comparison(&self) -> Option<Comparison> {
                match self { $(Self::$variant(shape) => shape.comparison(),)* }
            }

            /// The rule as straight pieces, under a maximum; `None` for rules on labels,
            /// flags, parts or answers and for those that compare units.
            #[must_use]
            pub fn curve(&self, max: &Exact) -> Option<Curve> {
                match self { $(Self::$variant(shape) => shape.curve(max),)* }
            }

            fn reading(&self) -> Reading {
                match self { $(Self::$variant(shape) => shape.reading(),)* }
            }

            /// The least and the greatest value that evidence may state, in the rule's
            /// unit; `None` where there is no end.
            #[must_use]
            pub fn range(&self) -> (Option<Number>, Option<Number>) {
                self.reading().range()
            }

            pub(crate) fn apply(&self, measure: &Measure, terms: Terms<'_>) -> Outcome {
                match self { $(Self::$variant(shape) => shape.apply(measure, terms),)* }
            }

            pub(crate) fn words(&self, measure: &Measure, terms: Terms<'_>, language: Language) -> Words {
                match self { $(Self::$variant(shape) => shape.words(measure, terms, language),)* }
            }

            /// The rule in one phrase, such as *tỷ lệ × điểm tối đa*.
            #[must_use]
            pub fn describe(&self, language: Language) -> String {
                match self { $(Self::$variant(shape) => shape.describe(language),)* }
            }
        }
    };
}

shapes! {
    /// All or nothing (có/không).
    "yes-no" YesNo(yes_no::YesNo),
    /// Steps on a ratio, a count or a label (bậc thang).
    "steps" Steps(steps::Steps),
    /// Ratio × maximum (tỷ lệ × điểm tối đa).
    "proportional" Proportional(proportional::Proportional),
    /// Full at or above a target, in proportion below.
    "target" Target(target::Target),
    /// Zero below a floor, in proportion up to a target.
    "floor-and-target" FloorAndTarget(floor_and_target::FloorAndTarget),
    /// Linear between two values.
    "scaled" Scaled(scaled::Scaled),
    /// Steps on the days a deadline was missed by (hạn).
    "deadline" Deadline(deadline::Deadline),
    /// Parts that add up.
    "checklist" Checklist(checklist::Checklist),
    /// Each occurrence costs points (trừ điểm).
    "deduction" Deduction(deduction::Deduction),
    /// Each occurrence earns points up to the maximum.
    "per-occurrence" PerOccurrence(per_occurrence::PerOccurrence),
    /// Points appraised by others (điểm thẩm định, điểm khảo sát).
    "given" Given(given::Given),
    /// Maximum × index / 100.
    "index-share" IndexShare(index_share::IndexShare),
    /// Mean points of survey answers.
    "answers" Answers(answers::Answers),
    /// Linear between the worst and the best unit.
    "min-max" MinMax(min_max::MinMax),
    /// Share of the best unit's value.
    "share-of-best" ShareOfBest(share_of_best::ShareOfBest),
    /// Share of the other units that are worse.
    "percentile" Percentile(percentile::Percentile),
    /// Steps on the unit's place among all.
    "rank" Rank(rank::Rank),
    /// The row exists but is not scored for units of this level.
    "not-scored" NotScored(not_scored::NotScored),
}

impl Rule {
    /// What stands for a rule that could not be read.
    pub(crate) fn stand_in() -> Self {
        Self::Given(given::Given {})
    }

    /// Reads `rule = { kind = "…", … }`.
    pub(crate) fn from_keys(keys: &Keys<'_, '_>) -> Option<Self> {
        let words: Vec<(&str, &'static str)> = Self::KINDS.iter().map(|kind| (*kind, *kind)).collect();
        if !keys.has("kind") {
            keys.missing("kind");
            return None;
        }
        let rule = Self::from_kind(keys.word("kind", &words)?, keys);
        keys.finish();
        rule
    }
}

/// A rule on whole counts, on the grid of the framework's rounding.
pub(crate) struct CountsRule {
    curve: GridCurve,
    may_exceed: bool,
}

impl Rule {
    /// The rule for whole counts in machine integers, if it has one.
    pub(crate) fn on_counts(&self, max: &Exact, rounding: Rounding) -> Option<CountsRule> {
        let reading = self.reading();
        reading.unit.whole()?;
        Some(CountsRule { curve: self.curve(max)?.on_grid(rounding)?, may_exceed: reading.may_exceed })
    }
}

impl CountsRule {
    /// Rounded points in grid steps, for counts in order and of machine size.
    #[inline]
    pub(crate) fn at(&self, numerator: i64, denominator: i64) -> Option<i64> {
        if numerator > denominator && !self.may_exceed { None } else { self.curve.at(numerator, denominator) }
    }
}

/// In the schema, a kind of rule has its own keys and no others.
#[cfg(test)]
fn close_each_kind(schema: &mut schemars::Schema) {
    let kinds = schema.get_mut("oneOf").and_then(serde_json::Value::as_array_mut);
    for kind in kinds.into_iter().flatten().filter_map(serde_json::Value::as_object_mut) {
        kind.insert("unevaluatedProperties".to_owned(), false.into());
    }
}

/// Whether an option is off and need not be written.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
pub(crate) fn is_false(flag: &bool) -> bool {
    !*flag
}
