//! The card of one unit: its points, line by line.

use std::sync::Arc;

use crate::code::Code;
use crate::error::Error;
use crate::evidence::Note;
use crate::exact::Exact;
use crate::explain;
use crate::framework::Framework;
use crate::language::Language;
use crate::measure::{Stated, written};
use crate::number::Number;
use crate::rounding::Rounding;
use crate::score::{LineStatus, Sheet};

/// The card (phiếu điểm) of one unit.
///
/// ```
/// use parindex::{Evidence, EvidenceRow, Framework, Language};
///
/// let rows = [EvidenceRow::counts("H44", "2.1", 528_684, 597_918)];
/// let card = Framework::bundled("dvc-766/province")?.score(&Evidence::from_rows(rows)?)?.card("H44")?;
/// assert_eq!(card.points().to_plain(2), "17.68");
/// assert!(card.explain("2.1", Language::English)?.contains("528,684/597,918 = 88.42 %"));
/// // Of 20 points 2.32 are lost; leaves without evidence lose all of theirs, and say so.
/// let lost = card.lost(Language::English);
/// let leaf = lost.iter().find(|leaf| leaf.code.to_string() == "2.1").expect("17.68 of 20 points");
/// assert_eq!(leaf.lost.as_ref().map(|lost| lost.to_plain(2)).as_deref(), Some("2.32"));
/// # Ok::<(), parindex::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Scorecard {
    pub(crate) sheet: Arc<Sheet>,
    pub(crate) unit: usize,
}

/// One row of a card: a leaf with its evidence, or a node with the sum of those below.
#[derive(Clone, Debug)]
pub struct Line {
    pub(crate) sheet: Arc<Sheet>,
    pub(crate) unit: usize,
    pub(crate) node: usize,
}

/// A leaf on which points were lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The leaf's code.
    pub code: Code,
    /// What it is called.
    pub name: String,
    /// Points earned.
    pub points: Exact,
    /// Its maximum.
    pub max_points: Option<Exact>,
    /// Points of the whole that were lost: by its weight where rows are weighted;
    /// `None` where the maximum is open.
    pub lost: Option<Exact>,
    /// Who answers for it, by the evidence or else by the framework.
    pub agency: Option<String>,
    /// Why.
    pub reason: String,
}

impl Scorecard {
    pub(crate) fn new(sheet: Arc<Sheet>, unit: usize) -> Self {
        Self { sheet, unit }
    }

    /// The unit's id.
    #[must_use]
    pub fn unit(&self) -> &str {
        self.sheet.ids.get(self.unit).map_or("", |id| id)
    }

    /// Its name, where a units table gives one.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        self.sheet.name(self.unit)
    }

    /// The framework it was scored under.
    #[must_use]
    pub fn framework(&self) -> &Framework {
        &self.sheet.framework
    }

    /// All points; rounded only if the framework rounds at the end.
    #[must_use]
    pub fn points(&self) -> Exact {
        self.sheet.shown_points(0, self.unit)
    }

    /// All points before any rounding at the end: what indices and ranks come from.
    #[must_use]
    pub fn exact_points(&self) -> Exact {
        self.sheet.points(0, self.unit)
    }

    /// The maximum, without rows that have left it.
    #[must_use]
    pub fn max_points(&self) -> Option<&Exact> {
        self.sheet.max(0, self.unit)
    }

    /// Points over maximum in percent, two decimals half-up.
    #[must_use]
    pub fn index(&self) -> Option<Exact> {
        self.sheet.index(0, self.unit).map(|index| index.rounded(Rounding::PRINTED))
    }

    /// The band of the index; its lower edge is inside.
    #[must_use]
    pub fn band(&self) -> Option<String> {
        self.sheet.band(0, self.unit)
    }

    /// Maxima of the leaves without evidence; `None` where one of them is open.
    #[must_use]
    pub fn missing_points(&self) -> Option<Exact> {
        self.sheet.missing_points(self.unit)
    }

    /// Maxima of the leaves that rest on an assumed maximum or rule.
    #[must_use]
    pub fn assumed_points(&self) -> Exact {
        self.sheet.assumed_points(self.unit)
    }

    /// All lines in human order, each node before those below it.
    #[must_use]
    pub fn lines(&self) -> impl ExactSizeIterator<Item = Line> {
        let count = self.sheet.framework.tree().criteria.len();
        (0..count).map(|position| self.line_at(position.saturating_add(1)))
    }

    fn line_at(&self, node: usize) -> Line {
        Line { sheet: Arc::clone(&self.sheet), unit: self.unit, node }
    }

    /// The line of one criterion.
    ///
    /// # Errors
    /// `bad-code` or `unknown-criterion` for the code.
    pub fn line(&self, code: &str) -> Result<Line, Error> {
        self.sheet.framework.node(code).map(|node| self.line_at(node))
    }

    /// How the points of one criterion came about, in a sentence a reviewer can
    /// check by hand.
    ///
    /// # Errors
    /// `bad-code` or `unknown-criterion` for the code.
    pub fn explain(&self, code: &str, language: Language) -> Result<String, Error> {
        self.line(code).map(|line| line.explain(language))
    }

    /// The leaves on which points were lost, the largest loss first; leaves
    /// whose maximum is open and whose evidence is missing come last.
    #[must_use]
    pub fn lost(&self, language: Language) -> Vec<Lost> {
        let leaves = self.lines().filter(Line::is_leaf);
        let mut lost: Vec<Lost> = leaves.filter_map(|line| line.loss(language)).collect();
        lost.sort_by(|a, b| b.lost.cmp(&a.lost).then_with(|| a.code.cmp(&b.code)));
        lost
    }
}

impl Line {
    pub(crate) fn criterion(&self) -> &crate::Criterion {
        // A line is only made for a node of the tree other than the root.
        let criteria = &self.sheet.framework.tree().criteria;
        &criteria[self.node.saturating_sub(1)]
    }

    /// The criterion's code.
    #[must_use]
    pub fn code(&self) -> &Code {
        self.criterion().code()
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        self.criterion().name(language)
    }

    /// Whether it has evidence of its own.
    #[must_use]
    pub fn is_leaf(&self) -> bool {
        self.criterion().is_leaf()
    }

    /// Points, exact after the framework's rounding; below zero for a penalty.
    #[must_use]
    pub fn points(&self) -> Exact {
        self.sheet.points(self.node, self.unit)
    }

    /// The maximum; `None` while open or where the row has left.
    #[must_use]
    pub fn max_points(&self) -> Option<&Exact> {
        self.sheet.max(self.node, self.unit)
    }

    /// What happened: a score, given points or a kind of absence.
    #[must_use]
    pub fn status(&self) -> LineStatus {
        self.sheet.status(self.node, self.unit)
    }

    /// The statement that counted.
    #[must_use]
    pub fn stated(&self) -> Option<Stated> {
        self.row().map(|row| self.sheet.evidence.columns().stated(row))
    }

    /// What stands beside the statement that counted.
    #[must_use]
    pub fn note(&self) -> Option<&Note> {
        self.row().and_then(|row| self.sheet.evidence.columns().note(row))
    }

    fn row(&self) -> Option<usize> {
        self.sheet.row(self.node, self.unit)
    }

    /// The value as it was stated, if it was not counts.
    #[must_use]
    pub fn value(&self) -> Option<String> {
        self.stated().filter(|stated| !matches!(stated, Stated::Counts(..))).map(|stated| written(&stated))
    }

    /// Numerator and denominator, if evidence stated counts.
    #[must_use]
    pub fn counts(&self) -> Option<(Number, Number)> {
        match self.stated() {
            Some(Stated::Counts(numerator, denominator)) => Some((numerator, denominator)),
            _ => None,
        }
    }

    /// Points short of the maximum; `None` where it is open or the row has left.
    #[must_use]
    pub fn lost(&self) -> Option<Exact> {
        if self.is_leaf() {
            self.sheet.lost(self.node, self.unit)
        } else {
            self.max_points().map(|max| max.minus(&self.points()))
        }
    }

    /// Who answers for it, by the evidence or else by the framework.
    #[must_use]
    pub fn agency(&self) -> Option<String> {
        let named = self.note().and_then(|note| note.agency.clone());
        named.or_else(|| self.criterion().agency().map(str::to_owned))
    }

    /// In a few words, what the points come from.
    #[must_use]
    pub fn reason(&self, language: Language) -> String {
        explain::reason(self, language)
    }

    /// How the points came about, in a sentence a reviewer can check by hand.
    #[must_use]
    pub fn explain(&self, language: Language) -> String {
        explain::explain(self, language)
    }

    fn loss(&self, language: Language) -> Option<Lost> {
        let worth = self.sheet.worth(self.node, 0, Some(self.unit));
        let lost = self.lost().map(|lost| lost.times(&worth));
        let open = lost.is_none() && self.max_points().is_none() && self.status() == LineStatus::Missing;
        if !open && lost.as_ref().is_none_or(|lost| *lost <= Exact::ZERO) {
            return None;
        }
        Some(Lost {
            code: self.code().clone(),
            name: self.name(language).to_owned(),
            points: self.points(),
            max_points: self.max_points().cloned(),
            lost,
            agency: self.agency(),
            reason: self.reason(language),
        })
    }
}
