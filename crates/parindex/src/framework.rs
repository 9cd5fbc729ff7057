//! Frameworks: an index as data, criteria keyed by code, the tree read from the codes.

mod bundled;
mod check;
pub(crate) mod file;
pub(crate) mod keys;
mod read;

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
use crate::language::{Language, Text};
use crate::number::{Number, shown};
use crate::rounding::Rounding;
use crate::rule::Rule;
use crate::standing::{Basis, Status};
use check::Places;
use file::{Absence, Head, Row, Standing};
pub use file::{Attribute, Band, Earns, Method, Outside};

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

/// The head, the rows in human order, and the shape of the tree: node 0 is the
/// root, node n + 1 the n-th criterion.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) head: Head,
    pub(crate) criteria: Vec<Criterion>,
    pub(crate) branches: Vec<Branch>,
}

/// A node of the tree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Branch {
    pub(crate) parent: Option<usize>,
    pub(crate) children: Vec<usize>,
    pub(crate) aggregate: Aggregate,
    pub(crate) weight: Exact,
    /// The maximum, declared or from below; `None` while open.
    pub(crate) max: Option<Exact>,
}

/// A criterion (tiêu chí): a field, a criterion or a sub-criterion of the table.
#[derive(Clone, Debug)]
pub struct Criterion {
    pub(crate) code: Code,
    pub(crate) row: Row,
    pub(crate) absence: Absence,
    pub(crate) max: Option<Exact>,
    bases: Vec<(Attribute, Basis)>,
    source: Option<Text>,
    parent: Option<Code>,
    children: Vec<Code>,
}

impl Row {
    /// The standing of each attribute, where the row has it.
    fn bases(&self, default: Basis) -> Vec<(Attribute, Basis)> {
        let of = |attribute: Attribute| match &self.basis {
            None => default,
            Some(Standing::All(basis)) => *basis,
            Some(Standing::Each(each)) => each.get(&attribute).copied().unwrap_or(default),
        };
        let named = |attribute: Attribute| match &self.basis {
            Some(Standing::Each(each)) => each.contains_key(&attribute),
            _ => false,
        };
        let has = |attribute: Attribute| match attribute {
            Attribute::Name => true,
            Attribute::MaxPoints => self.max_points.is_some(),
            Attribute::Rule => self.rule.is_some(),
            Attribute::Evidence => self.evidence.is_some(),
            Attribute::Agency => self.agency.is_some(),
            Attribute::Target => false,
        };
        let attributes = Attribute::NAMES.into_iter().map(|(_, attribute)| attribute);
        attributes.filter(|at| has(*at) || named(*at)).map(|at| (at, of(at))).collect()
    }
}

impl Criterion {
    /// Its code.
    #[must_use]
    pub fn code(&self) -> &Code {
        &self.code
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        self.row.name.get(language)
    }

    /// Its maximum, declared or from the rows below; `None` while open.
    #[must_use]
    pub fn max_points(&self) -> Option<&Exact> {
        self.max.as_ref()
    }

    /// How evidence becomes points; interior rows have none.
    #[must_use]
    pub fn rule(&self) -> Option<&Rule> {
        self.row.rule.as_ref()
    }

    /// How the rows below combine.
    #[must_use]
    pub fn aggregate(&self) -> Aggregate {
        self.row.aggregate.unwrap_or_default()
    }

    /// Its weight among its siblings, where these are weighted.
    #[must_use]
    pub fn weight(&self) -> Option<Number> {
        self.row.weight
    }

    /// The weakest standing of any of its attributes.
    #[must_use]
    pub fn basis(&self) -> Basis {
        self.bases.iter().map(|(_, basis)| *basis).max().unwrap_or(Basis::Official)
    }

    /// The standing of each attribute it has.
    pub fn bases(&self) -> impl Iterator<Item = (Attribute, Basis)> {
        self.bases.iter().copied()
    }

    /// Whether its points rest on an assumed maximum or rule.
    #[must_use]
    pub fn is_assumed(&self) -> bool {
        let counts = |attribute| matches!(attribute, Attribute::MaxPoints | Attribute::Rule);
        self.bases.iter().any(|(attribute, basis)| counts(*attribute) && *basis == Basis::Assumed)
    }

    /// Where it was read.
    #[must_use]
    pub fn source(&self, language: Language) -> Option<&str> {
        self.source.as_ref().map(|text| text.get(language))
    }

    /// The document that proves it (tài liệu kiểm chứng).
    #[must_use]
    pub fn evidence(&self, language: Language) -> Option<&str> {
        self.row.evidence.as_ref().map(|text| text.get(language))
    }

    /// Who answers for it.
    #[must_use]
    pub fn agency(&self) -> Option<&str> {
        self.row.agency.as_deref()
    }

    /// How evidence is gathered.
    #[must_use]
    pub fn method(&self) -> Option<Method> {
        self.row.method
    }

    /// Whether its points lie outside the hundred.
    #[must_use]
    pub fn outside(&self) -> Option<Outside> {
        self.row.outside
    }

    /// The row above it; `None` for a top row.
    #[must_use]
    pub fn parent(&self) -> Option<&Code> {
        self.parent.as_ref()
    }

    /// The rows right below it, in human order.
    #[must_use]
    pub fn children(&self) -> &[Code] {
        &self.children
    }

    /// Whether no row is below it.
    #[must_use]
    pub fn is_leaf(&self) -> bool {
        self.children.is_empty()
    }
}

impl Tree {
    pub(crate) fn branch(&self, node: usize) -> &Branch {
        static NOWHERE: std::sync::LazyLock<Branch> = std::sync::LazyLock::new(Branch::default);
        self.branches.get(node).unwrap_or(&NOWHERE)
    }

    /// The criterion at a node; `None` at the root.
    pub(crate) fn criterion_at(&self, node: usize) -> Option<&Criterion> {
        node.checked_sub(1).and_then(|position| self.criteria.get(position))
    }

    pub(crate) fn code(&self, node: usize) -> Option<&Code> {
        self.criterion_at(node).map(|criterion| &criterion.code)
    }

    /// The node of a code.
    pub(crate) fn node(&self, code: &Code) -> Option<usize> {
        let found = self.criteria.binary_search_by(|criterion| criterion.code.cmp(code));
        found.ok().map(|position| position.saturating_add(1))
    }

    /// The nodes of the leaves, in human order.
    pub(crate) fn leaves(&self) -> Vec<usize> {
        (1..self.branches.len()).filter(|node| self.branch(*node).children.is_empty()).collect()
    }

    fn parent_of(&self, criterion: &Criterion) -> usize {
        criterion.parent.as_ref().and_then(|parent| self.node(parent)).unwrap_or(0)
    }

    /// Whether the node's points count towards the maximum: a leaf outside the
    /// hundred does not, nor does a group of nothing but such leaves.
    pub(crate) fn is_inside(&self, node: usize) -> bool {
        let children = &self.branch(node).children;
        if children.is_empty() {
            return self.criterion_at(node).is_none_or(|criterion| criterion.row.outside.is_none());
        }
        children.iter().any(|child| self.is_inside(*child))
    }

    /// The maximum of the nearest node above that states one.
    pub(crate) fn max_above(&self, node: usize) -> Option<&Exact> {
        let mut above = self.branch(node).parent;
        while let Some(parent) = above {
            let branch = self.branch(parent);
            if branch.max.is_some() {
                return branch.max.as_ref();
            }
            above = branch.parent;
        }
        None
    }

    /// Whether a leaf can be scored: its maximum is known, or its points are
    /// given and a row above states a maximum.
    fn is_ready(&self, node: usize) -> bool {
        let given = |criterion: &Criterion| matches!(criterion.rule(), Some(Rule::Given(_)));
        self.branch(node).max.is_some()
            || (self.criterion_at(node).is_some_and(given) && self.max_above(node).is_some())
    }
}

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
