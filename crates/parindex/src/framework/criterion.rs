//! A criterion: a row of the table and its place in the tree.

use crate::aggregate::Aggregate;
use crate::code::Code;
use crate::exact::Exact;
use crate::framework::file::{Absence, Attribute, Method, Outside, Row, Standing};
use crate::language::{Language, Text};
use crate::number::Number;
use crate::rule::Rule;
use crate::standing::Basis;

/// A criterion (tiêu chí): a field, a criterion or a sub-criterion of the table.
#[derive(Clone, Debug)]
pub struct Criterion {
    pub(crate) code: Code,
    pub(crate) row: Row,
    pub(crate) absence: Absence,
    pub(crate) max: Option<Exact>,
    pub(super) bases: Vec<(Attribute, Basis)>,
    pub(super) source: Option<Text>,
    pub(super) parent: Option<Code>,
    pub(super) children: Vec<Code>,
}

impl Row {
    /// The standing of each attribute, where the row has it.
    pub(super) fn bases(&self, default: Basis) -> Vec<(Attribute, Basis)> {
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
