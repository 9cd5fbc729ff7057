//! A questionnaire: items, factors, parts and the rules that join them.

use std::collections::BTreeSet;
use std::str::FromStr;

use parindex::{Basis, Lines, Number, Place, Status, Text};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::bundled;
use crate::error::{Error, Fault, Problem};

/// Most bytes a questionnaire may have.
const MAX_BYTES: usize = 1 << 20;

/// How answers become an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Formula {
    /// Satisfied answers of all items over valid answers of all items.
    Pooled,
    /// The plain mean of the indices of the items.
    MeanOfItems,
    /// The index of the item that asks "in general".
    GeneralItem,
    /// The parts' indices, each pooled, by the weights of the parts; for the
    /// whole index only.
    WeightedParts,
}

impl Formula {
    /// The formula's name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, formula)| *formula == self).map_or("", |(name, _)| name)
    }

    /// The formulas by the names used in files.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("pooled", Self::Pooled),
        ("mean-of-items", Self::MeanOfItems),
        ("general-item", Self::GeneralItem),
        ("weighted-parts", Self::WeightedParts),
    ];
}

/// Which answers there are and what they mean.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Scale {
    /// Codes of answers that count as satisfied.
    pub satisfied: BTreeSet<i64>,
    /// Codes of answers that do not, and stay in the base.
    pub unsatisfied: BTreeSet<i64>,
    /// Codes that leave the base, as blanks do ("don't know").
    pub outside: BTreeSet<i64>,
    /// On what this rests.
    pub basis: Basis,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Item {
    /// The code, which names the column of answers.
    pub code: String,
    /// The text.
    pub name: Text,
    /// On what the text rests.
    pub basis: Basis,
}

impl Item {
    /// An item of the user's.
    #[must_use]
    pub fn new(code: impl Into<String>, name: Text, basis: Basis) -> Self {
        Self { code: code.into(), name, basis }
    }
}

/// A factor (*yếu tố*), or a group of policies.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Factor {
    code: Spanned<String>,
    /// The name.
    pub name: Text,
    part: Option<Spanned<String>>,
    /// The code of the item that asks "in general", if there is one.
    pub general: Option<String>,
    /// On what the name rests.
    pub basis: Basis,
    /// What is known of missing items.
    pub note: Option<Text>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    items: Vec<Spanned<Item>>,
}

impl Factor {
    /// The code.
    #[must_use]
    pub fn code(&self) -> &str {
        self.code.get_ref()
    }

    /// The part of the index it belongs to.
    #[must_use]
    pub fn part(&self) -> Option<&str> {
        self.part.as_ref().map(|part| part.get_ref().as_str())
    }

    /// Its items.
    pub fn items(&self) -> impl ExactSizeIterator<Item = &Item> {
        self.items.iter().map(Spanned::get_ref)
    }
}

/// A part (half) of the index.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Part {
    /// The code.
    pub code: String,
    /// The name.
    pub name: Text,
    /// Its weight, for the rule of weighted parts.
    pub weight: Option<Number>,
    /// On what the weight rests.
    pub basis: Basis,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    factor: Formula,
    index: Formula,
    basis: Basis,
    general: Option<String>,
}

/// A questionnaire as data: items → factors → parts → index, with the standing
/// of every text and rule.
///
/// ```
/// use parindex_survey::sipas::Questionnaire;
///
/// let old = Questionnaire::bundled("sipas/2017")?;
/// assert_eq!(old.items().count(), 22);
/// let outline = Questionnaire::bundled("sipas/2023")?;
/// assert_eq!(outline.missing().count(), 13);
/// assert_eq!(Questionnaire::bundled("sipas/1999").unwrap_err().code(), "unknown-questionnaire");
/// # Ok::<(), parindex_survey::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Questionnaire {
    id: String,
    title: Text,
    decision: Option<String>,
    status: Status,
    source: Option<Text>,
    scale: Spanned<Scale>,
    rules: Spanned<Rules>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Spanned<Part>>,
    factors: Vec<Factor>,
}

impl Questionnaire {
    /// A questionnaire that comes with the crate.
    ///
    /// # Errors
    /// `unknown-questionnaire` with the ids there are.
    pub fn bundled(id: &str) -> Result<Self, Error> {
        let text = bundled::find(parindex::composed(id).as_ref()).ok_or_else(|| {
            let known: Vec<String> = bundled::ids().map(|id| format!("`{id}`")).collect();
            Problem::UnknownQuestionnaire { id: id.chars().take(40).collect(), known: known.join(", ") }
        })?;
        text.parse()
    }

    /// The ids of the questionnaires that come with the crate.
    pub fn bundled_ids() -> impl Iterator<Item = &'static str> {
        bundled::ids()
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The title.
    #[must_use]
    pub fn title(&self) -> &Text {
        &self.title
    }

    /// The decision it rests on.
    #[must_use]
    pub fn decision(&self) -> Option<&str> {
        self.decision.as_deref()
    }

    /// How finished it is.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// Where it comes from.
    #[must_use]
    pub fn source(&self) -> Option<&Text> {
        self.source.as_ref()
    }

    /// Which answers there are.
    #[must_use]
    pub fn scale(&self) -> &Scale {
        self.scale.get_ref()
    }

    /// How items make a factor.
    #[must_use]
    pub fn factor_rule(&self) -> Formula {
        self.rules.get_ref().factor
    }

    /// How the index is made.
    #[must_use]
    pub fn index_rule(&self) -> Formula {
        self.rules.get_ref().index
    }

    /// On what the rules rest.
    #[must_use]
    pub fn rules_basis(&self) -> Basis {
        self.rules.get_ref().basis
    }

    /// The item that asks about everything "in general", if there is one.
    #[must_use]
    pub fn general(&self) -> Option<&str> {
        self.rules.get_ref().general.as_deref()
    }

    /// The factors, in the order of the file.
    #[must_use]
    pub fn factors(&self) -> &[Factor] {
        &self.factors
    }

    /// The parts of the index; none if it is one whole.
    pub fn parts(&self) -> impl ExactSizeIterator<Item = &Part> {
        self.parts.iter().map(Spanned::get_ref)
    }

    /// All items of all factors.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.factors.iter().flat_map(Factor::items)
    }

    /// Codes of factors whose items are not known yet: an outline has some.
    pub fn missing(&self) -> impl Iterator<Item = &str> {
        self.factors.iter().filter(|factor| factor.items.is_empty()).map(Factor::code)
    }

    /// The questionnaire as TOML; reading it again gives the same one.
    #[must_use]
    pub fn to_toml(&self) -> String {
        // Nothing in a questionnaire lacks a form in TOML.
        toml::to_string(self).unwrap_or_default()
    }

    /// The same with other rules, which the user vouches for: they stand as assumed.
    ///
    /// # Errors
    /// `bad-value` where the rules need a general item, parts or weights that
    /// are not there.
    pub fn with_rules(mut self, factor: Formula, index: Formula) -> Result<Self, Error> {
        let rules = self.rules.get_ref().clone();
        self.rules = Spanned::new(0..0, Rules { factor, index, basis: Basis::Assumed, ..rules });
        self.checked("")
    }

    /// The same with these items in a factor: how an outline is filled.
    ///
    /// # Errors
    /// As [`Questionnaire::with_all_items`].
    pub fn with_items(self, factor: &str, items: impl IntoIterator<Item = Item>) -> Result<Self, Error> {
        self.with_all_items([(factor.to_owned(), items.into_iter().collect())])
    }

    /// The same with these items in several factors; an outline that is then
    /// whole is a draft.
    ///
    /// # Errors
    /// All at once: `bad-value` for an unknown factor or an empty code,
    /// `named-twice` for a code in use.
    pub fn with_all_items(mut self, items: impl IntoIterator<Item = (String, Vec<Item>)>) -> Result<Self, Error> {
        let known: Vec<String> = self.factors.iter().map(|factor| format!("`{}`", factor.code())).collect();
        let mut faults: Vec<Fault> = Vec::new();
        for (factor, items) in items {
            match self.factors.iter_mut().find(|known| known.code() == factor) {
                Some(place) => place.items = items.into_iter().map(|item| Spanned::new(0..0, item)).collect(),
                None => faults.push(bad("factor", &factor, &known.join(", ")).into()),
            }
        }
        if self.status == Status::Outline && self.missing().next().is_none() {
            self.status = Status::Draft;
        }
        let checked = self.checked("");
        if let Err(error) = &checked {
            faults.extend(error.kept().cloned());
        }
        Error::check(faults)?;
        checked
    }

    /// Everything wrong with what was read, in the order of the text.
    fn checked(self, text: &str) -> Result<Self, Error> {
        let mut faults: Vec<(usize, Problem)> = Vec::new();
        let mut seen = BTreeSet::new();
        for (at, code) in self.codes() {
            if code.trim().is_empty() {
                faults.push((at, bad("code", code, "a name")));
            } else if !seen.insert(code) {
                faults.push((at, Problem::NamedTwice { name: code.to_owned() }));
            }
        }
        if self.id.trim().is_empty() {
            faults.push((0, bad("id", &self.id, "a name")));
        }
        if self.factors.is_empty() {
            faults.push((0, bad("factors", "[]", "at least one factor")));
        }
        let parts: Vec<String> = self.parts().take(40).map(|part| format!("`{}`", part.code)).collect();
        for part in self.factors.iter().filter_map(|factor| factor.part.as_ref()) {
            if self.parts().all(|known| known.code != *part.get_ref()) {
                faults.push((part.span().start, bad("part", part.get_ref(), &parts.join(", "))));
            }
        }
        for part in &self.parts {
            if part.get_ref().weight.is_some_and(|weight| weight <= Number::ZERO) {
                let what = format!("part `{}` must weigh more than zero", part.get_ref().code);
                faults.push((part.span().start, Problem::BadWeight { what }));
            }
        }
        let (at, scale) = (self.scale.span().start, self.scale.get_ref());
        for code in &scale.satisfied {
            if scale.unsatisfied.contains(code) || scale.outside.contains(code) {
                faults.push((at, Problem::NamedTwice { name: code.to_string() }));
            }
        }
        for code in scale.unsatisfied.intersection(&scale.outside) {
            faults.push((at, Problem::NamedTwice { name: code.to_string() }));
        }
        if scale.satisfied.is_empty() {
            faults.push((at, bad("satisfied", "[]", "at least one answer")));
        }
        let at = self.rules.span().start;
        if self.factor_rule() == Formula::WeightedParts {
            faults.push((at, bad("factor", "weighted-parts", "`pooled`, `mean-of-items`, `general-item`")));
        }
        let lacks_general = self.factors.iter().any(|factor| factor.general.is_none());
        if self.factor_rule() == Formula::GeneralItem && lacks_general {
            faults.push((at, bad("factor", "general-item", "a rule for factors without a general item")));
        }
        if self.index_rule() == Formula::GeneralItem && self.general().is_none() {
            faults.push((at, bad("index", "general-item", "a rule for an index without a general item")));
        }
        if self.index_rule() == Formula::WeightedParts {
            let weighed = !parts.is_empty() && self.parts().all(|part| part.weight.is_some());
            if !weighed || self.factors.iter().any(|factor| factor.part.is_none()) {
                faults.push((at, bad("index", "weighted-parts", "parts with weights, and a part for each factor")));
            }
        }
        faults.sort_by_key(|(at, _)| *at);
        let lines = Lines::new(text);
        // A questionnaire that was not read from a text has no places.
        let place = |at| if text.is_empty() { Place::default() } else { lines.place(at) };
        Error::check(faults.into_iter().map(|(at, problem)| Fault { problem, place: place(at) }))?;
        Ok(self)
    }

    /// Every code that must be unique, with where it stands.
    fn codes(&self) -> Vec<(usize, &str)> {
        let mut codes = Vec::new();
        codes.extend(self.parts.iter().map(|part| (part.span().start, part.get_ref().code.as_str())));
        for factor in &self.factors {
            codes.push((factor.code.span().start, factor.code()));
            codes.extend(factor.general.iter().map(|code| (factor.code.span().start, code.as_str())));
            codes.extend(factor.items.iter().map(|item| (item.span().start, item.get_ref().code.as_str())));
        }
        codes.extend(self.general().map(|code| (self.rules.span().start, code)));
        codes
    }
}

impl FromStr for Questionnaire {
    type Err = Error;

    /// Reads a questionnaire from TOML.
    ///
    /// # Errors
    /// `too-large`; `bad-toml` with line and column; then, all at once,
    /// `named-twice`, `bad-value` and `bad-weight`.
    fn from_str(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_BYTES {
            return Err(Problem::TooLarge { what: "the questionnaire".to_owned(), limit: "1 MiB".to_owned() }.into());
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let read: Self = toml::from_str(text).map_err(|error| {
            let place = error.span().map_or_else(Place::default, |span| Lines::new(text).place(span.start));
            Fault { problem: Problem::BadToml { message: error.message().to_owned() }, place }
        })?;
        read.checked(text)
    }
}

fn bad(what: &str, text: &str, allowed: &str) -> Problem {
    Problem::BadValue { what: what.to_owned(), text: text.to_owned(), allowed: allowed.to_owned() }
}
