//! Frameworks: an index as data, criteria keyed by code, the tree read from the codes.

mod bundled;
mod check;
mod criterion;
pub(crate) mod file;
pub(crate) mod keys;
mod read;
mod tree;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::aggregate::Aggregate;
use crate::code::Code;
use crate::error::{Error, Fault, Problem};
use crate::exact::Exact;
use crate::fault::Place;
use crate::language::Language;
use crate::number::{Number, shown};
use crate::rounding::Rounding;
use crate::standing::Status;
use check::Places;
pub use criterion::Criterion;
use file::Row;
pub use file::{Attribute, Band, Earns, Method, Outside};
pub(crate) use tree::{Branch, Tree};

/// An index as a decision defines it: its criteria, their maxima and rules, how
/// points are rounded, and on what each of these rests.
///
/// A framework comes from a TOML file, one an edition. Cloning is cheap.
///
/// ```
/// use parindex::{Framework, Language};
///
/// let framework = Framework::bundled("dvc-766/province")?;
/// let on_time = framework.criterion("2.1")?;
/// assert_eq!(on_time.name(Language::Vietnamese), "Tỷ lệ hồ sơ xử lý trước hạn, đúng hạn");
/// assert_eq!(framework.criterion("9").unwrap_err().code(), "unknown-criterion");
/// # Ok::<(), parindex::Error>(())
/// ```
#[derive(Clone)]
pub struct Framework(Arc<Tree>);

impl Framework {
    pub(crate) fn from_tree(mut tree: Tree) -> Self {
        let maxima: Vec<Option<Exact>> = tree.branches.iter().skip(1).map(|branch| branch.max.clone()).collect();
        for (criterion, max) in tree.criteria.iter_mut().zip(maxima) {
            criterion.max = max;
        }
        Self(Arc::new(tree))
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.0
    }

    /// The framework bundled under `id`, such as `dvc-766/province`.
    ///
    /// # Errors
    /// `unknown-framework` if there is none.
    pub fn bundled(id: &str) -> Result<Self, Error> {
        bundled::find(id).map_or_else(
            || {
                let known: Vec<String> = Self::bundled_ids().map(|id| format!("`{id}`")).collect();
                Err(Problem::UnknownFramework { id: shown(id), known: known.join(", ") }.into())
            },
            str::parse,
        )
    }

    /// The ids of all bundled frameworks.
    pub fn bundled_ids() -> impl Iterator<Item = &'static str> {
        bundled::FILES.iter().map(|(id, _)| *id)
    }

    /// The framework as TOML; reading it again gives an equal framework.
    #[must_use]
    pub fn to_toml(&self) -> String {
        file::write(&self.0.head, self.criteria().map(|criterion| (&criterion.code, &criterion.row)))
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.head.id
    }

    /// What it is called.
    #[must_use]
    pub fn title(&self, language: Language) -> &str {
        self.0.head.title.get(language)
    }

    /// The decision it comes from.
    #[must_use]
    pub fn decision(&self) -> Option<&str> {
        self.0.head.decision.as_deref()
    }

    /// The decision's date.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        self.0.head.date
    }

    /// The level of the units it scores.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.0.head.unit
    }

    /// The years it scores.
    #[must_use]
    pub fn rounds(&self) -> &[u32] {
        &self.0.head.rounds
    }

    /// How finished it is.
    #[must_use]
    pub fn status(&self) -> Status {
        self.0.head.status
    }

    /// How its top rows combine.
    #[must_use]
    pub fn aggregate(&self) -> Aggregate {
        self.0.head.aggregate
    }

    /// The rounding it names, if its arithmetic needs one.
    #[must_use]
    pub fn rounding(&self) -> Option<Rounding> {
        self.0.head.rounding
    }

    /// The maximum of the whole; `None` while a row's maximum is not known.
    #[must_use]
    pub fn max_points(&self) -> Option<&Exact> {
        self.0.branch(0).max.as_ref()
    }

    /// Maxima of the leaves whose maximum or rule is assumed, added up.
    #[must_use]
    pub fn assumed_points(&self) -> Exact {
        let assumed = self.criteria().filter(|criterion| criterion.is_leaf() && criterion.is_assumed());
        let maxima = assumed.filter_map(Criterion::max_points);
        maxima.fold(Exact::ZERO, |sum, max| sum.plus(max))
    }

    /// All criteria, in human order, each before those below it.
    pub fn criteria(&self) -> impl Iterator<Item = &Criterion> {
        self.0.criteria.iter()
    }

    /// The criterion with this code.
    ///
    /// # Errors
    /// `bad-code` if the text is no code, `unknown-criterion` if there is no such row.
    pub fn criterion(&self, code: &str) -> Result<&Criterion, Error> {
        let node = self.node(code)?;
        self.0.criterion_at(node).ok_or_else(|| Problem::UnknownCriterion { code: shown(code) }.into())
    }

    /// The node of a code as text.
    pub(crate) fn node(&self, code: &str) -> Result<usize, Error> {
        let place = Place::criterion(shown(code));
        let parsed: Code = code.parse().map_err(|problem: Problem| problem.at(place.clone()))?;
        let found = self.0.node(&parsed);
        found.ok_or_else(|| Problem::UnknownCriterion { code: shown(code) }.at(place).into())
    }

    /// The framework with these maxima filled in: how an outline becomes whole.
    ///
    /// # Errors
    /// `unknown-criterion` for a code it does not have, and every fault a file
    /// with these maxima would have.
    pub fn with_max_points(&self, maxima: impl IntoIterator<Item = (Code, Number)>) -> Result<Self, Error> {
        let mut rows: std::collections::BTreeMap<Code, Row> =
            self.criteria().map(|criterion| (criterion.code.clone(), criterion.row.clone())).collect();
        let mut faults = Vec::new();
        for (code, max) in maxima {
            if let Some(row) = rows.get_mut(&code) {
                row.max_points = Some(max);
            } else {
                faults.push(Problem::UnknownCriterion { code: code.to_string() }.at(Place::criterion(code)));
            }
        }
        let (framework, more) = check::build(self.0.head.clone(), rows, &Places::default());
        faults.extend(more);
        Error::check(faults)?;
        Ok(framework)
    }

    /// What stands in the way of scoring: rows whose maximum is not known.
    ///
    /// Everything else that can be wrong is refused when the file is read.
    #[must_use]
    pub fn check(&self) -> Vec<Fault> {
        let open = self.criteria().filter(|criterion| {
            criterion.is_leaf() && self.0.node(&criterion.code).is_some_and(|node| !self.0.is_ready(node))
        });
        open.map(|criterion| {
            let code = criterion.code.clone();
            let place = Place::criterion(&code);
            Problem::MaxPointsUnknown { code }.at(place)
        })
        .collect()
    }
}

impl FromStr for Framework {
    type Err = Error;

    /// Reads a framework file.
    ///
    /// # Errors
    /// All faults of the file at once, each with line, column and slug.
    fn from_str(text: &str) -> Result<Self, Error> {
        read::read(text)
    }
}

impl PartialEq for Framework {
    fn eq(&self, other: &Self) -> bool {
        let rows = |framework: &Self| framework.criteria().map(|c| (c.code.clone(), c.row.clone())).collect::<Vec<_>>();
        self.0.head == other.0.head && rows(self) == rows(other)
    }
}

impl Eq for Framework {}

impl fmt::Debug for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Framework({})", self.id())
    }
}

impl Serialize for Framework {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_toml())
    }
}

impl<'de> Deserialize<'de> for Framework {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
