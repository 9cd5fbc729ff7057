//! An assessment: all units scored under one framework.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::code::Code;
use crate::error::{Error, Problem};
use crate::evidence::{Evidence, Stage};
use crate::exact::Exact;
use crate::fault::Place;
use crate::framework::{Framework, Outside};
use crate::number::shown;
use crate::ranking::{self, Ranked, Within};
use crate::score::{LineStatus, Sheet};
use crate::scorecard::Scorecard;
use crate::units::Units;

/// All units scored under one framework. Cloning is cheap.
///
/// ```
/// use parindex::{Evidence, EvidenceRow, Framework, Language};
///
/// let framework = Framework::bundled("dvc-766/province")?;
/// let evidence = Evidence::from_rows([EvidenceRow::counts("H44", "2.1", 528_684, 597_918)])?;
/// let assessment = framework.score(&evidence)?;
/// assert_eq!(assessment.card("H44")?.line("2.1")?.points().to_string(), "17.68");
/// assert_eq!(assessment.card("H45").unwrap_err().code(), "unknown-unit");
/// # Ok::<(), parindex::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Assessment(Arc<Sheet>);

impl Assessment {
    /// Most units × leaves; some 3 GB of memory.
    pub const MAX_LINES: usize = 100_000_000;

    pub(crate) fn new(sheet: Arc<Sheet>) -> Self {
        Self(sheet)
    }

    /// The framework it was scored under.
    #[must_use]
    pub fn framework(&self) -> &Framework {
        &self.0.framework
    }

    /// The evidence it rests on.
    #[must_use]
    pub fn evidence(&self) -> &Evidence {
        &self.0.evidence
    }

    /// The last stage that counted.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.0.stage
    }

    /// Ids of the units scored, sorted.
    #[must_use]
    pub fn units(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.ids.iter().map(|id| &**id)
    }

    /// Places on the whole index, best first; equal indices share a place and
    /// the next places stay empty ("1224").
    #[must_use]
    pub fn ranking(&self) -> Vec<Ranked> {
        ranking::rank(&self.0, 0, None)
    }

    /// Places on one node of the tree, or on the whole, within levels or parents.
    ///
    /// # Errors
    /// `bad-code` or `unknown-criterion` for the code.
    pub fn ranking_of(&self, code: Option<&str>, within: Option<Within>) -> Result<Vec<Ranked>, Error> {
        let node = code.map_or(Ok(0), |code| self.0.framework.node(code))?;
        Ok(ranking::rank(&self.0, node, within))
    }

    /// The place of each unit on one node, or on the whole, in the order of
    /// [`Assessment::units`]: what a [`Ranked`] says, without the rest. A unit
    /// of which every row has left the maximum has place 0.
    ///
    /// # Errors
    /// `bad-code` or `unknown-criterion` for the code.
    pub fn ranks(&self, code: Option<&str>) -> Result<Vec<u32>, Error> {
        let node = code.map_or(Ok(0), |code| self.0.framework.node(code))?;
        Ok(self.0.ranks(node))
    }

    /// The card of one unit.
    ///
    /// # Errors
    /// `unknown-unit` if it was not scored.
    pub fn card(&self, unit: &str) -> Result<Scorecard, Error> {
        let wanted = crate::language::composed(unit);
        let found = self.0.ids.binary_search_by(|id| (**id).cmp(&*wanted));
        found.map(|position| Scorecard::new(Arc::clone(&self.0), position)).map_err(|_| {
            let unit = shown(unit);
            Problem::UnknownUnit { unit: unit.clone() }.at(Place::default().unit(unit)).into()
        })
    }

    /// The cards of all units, in the order of [`Assessment::units`].
    #[must_use]
    pub fn cards(&self) -> impl ExactSizeIterator<Item = Scorecard> {
        (0..self.0.ids.len()).map(|position| Scorecard::new(Arc::clone(&self.0), position))
    }

    /// Points of the whole lost by all units together, by the agency that answers
    /// for them: the largest first. A weighted row's loss counts by its weight. An agency answers for its codes and all below; a row
    /// no list names falls to the framework's agency, or to none.
    ///
    /// # Errors
    /// `unknown-criterion` for a code the framework does not have.
    pub fn lost_by(&self, agencies: &[(Code, String)]) -> Result<Vec<LostBy>, Error> {
        let tree = self.0.framework.tree();
        let unknown = agencies.iter().filter(|(code, _)| tree.node(code).is_none());
        Error::check(
            unknown.map(|(code, _)| Problem::UnknownCriterion { code: code.to_string() }.at(Place::criterion(code))),
        )?;
        let mut found: Vec<LostBy> = Vec::new();
        for (position, criterion) in tree.criteria.iter().enumerate().filter(|(_, criterion)| criterion.is_leaf()) {
            let node = position.saturating_add(1);
            let agency = agency_of(agencies, &criterion.code).or_else(|| criterion.agency().map(str::to_owned));
            let lost = (0..self.0.ids.len())
                .filter_map(|unit| Some(self.0.lost(node, unit)?.times(&self.0.worth(node, 0, Some(unit)))))
                .fold(Exact::ZERO, |sum, lost| sum.plus(&lost));
            match found.iter_mut().find(|known| known.agency == agency) {
                Some(known) => {
                    known.lost = known.lost.plus(&lost);
                    known.codes.push(criterion.code.clone());
                }
                None => found.push(LostBy { agency, lost, codes: vec![criterion.code.clone()] }),
            }
        }
        found.sort_by(|a, b| b.lost.cmp(&a.lost).then_with(|| a.agency.cmp(&b.agency)));
        Ok(found)
    }
}

/// The agencies listed for a code or for the nearest row above it.
fn agency_of(agencies: &[(Code, String)], code: &Code) -> Option<String> {
    let mut at = Some(code.clone());
    while let Some(code) = at {
        let named: BTreeSet<&str> =
            agencies.iter().filter(|(listed, _)| *listed == code).map(|(_, agency)| agency.as_str()).collect();
        if !named.is_empty() {
            return Some(named.into_iter().collect::<Vec<_>>().join("; "));
        }
        at = code.parent();
    }
    None
}

/// Points lost under one agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostBy {
    /// Who answers for them; `None` if nobody is named.
    pub agency: Option<String>,
    /// Points lost by all units together.
    pub lost: Exact,
    /// The leaves it answers for.
    pub codes: Vec<Code>,
}

impl Sheet {
    pub(crate) fn points(&self, node: usize, unit: usize) -> Exact {
        self.columns.get(node).map_or(Exact::ZERO, |column| column.get(unit))
    }

    pub(crate) fn max(&self, node: usize, unit: usize) -> Option<&Exact> {
        self.maxima.get(node).and_then(|max| max.get(unit))
    }

    /// The status of a leaf; of an interior node what all its leaves have in
    /// common, or `scored`.
    pub(crate) fn status(&self, node: usize, unit: usize) -> LineStatus {
        let children = &self.framework.tree().branch(node).children;
        if children.is_empty() {
            let statuses = self.statuses.get(node);
            return statuses.and_then(|statuses| statuses.get(unit)).copied().unwrap_or(LineStatus::Missing);
        }
        let mut below = children.iter().map(|child| self.status(*child, unit));
        let first = below.next().unwrap_or(LineStatus::Missing);
        if below.all(|status| status == first) { first } else { LineStatus::Scored }
    }

    /// Points a leaf falls short of its maximum by; `None` where the maximum is
    /// open or the row has left. A bonus not earned is not lost; a penalty is.
    pub(crate) fn lost(&self, node: usize, unit: usize) -> Option<Exact> {
        let points = self.points(node, unit);
        match self.framework.tree().criterion_at(node).and_then(crate::Criterion::outside) {
            Some(Outside::Bonus) => Some(Exact::ZERO),
            Some(Outside::Penalty) => Some(points.negated()),
            None => self.max(node, unit).map(|max| max.minus(&points)),
        }
    }

    /// The leaves at or below a node.
    pub(crate) fn leaves(&self, node: usize) -> Vec<usize> {
        let children = &self.framework.tree().branch(node).children;
        if children.is_empty() && node > 0 {
            return vec![node];
        }
        children.iter().flat_map(|child| self.leaves(*child)).collect()
    }
}

/// What an assessment follows from: it is scored anew when read back.
#[derive(Serialize, Deserialize)]
struct Inputs<F, E, U> {
    framework: F,
    evidence: E,
    units: U,
    stage: Stage,
}

impl Serialize for Assessment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sheet = &self.0;
        Inputs { framework: &sheet.framework, evidence: &sheet.evidence, units: &sheet.units, stage: sheet.stage }
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Assessment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let inputs = Inputs::<Framework, Evidence, Option<Units>>::deserialize(deserializer)?;
        let scored = inputs.framework.score_with(&inputs.evidence, inputs.units.as_ref(), inputs.stage);
        scored.map_err(serde::de::Error::custom)
    }
}
