//! Self-score against appraisal, with the office's explanation.

use std::collections::BTreeMap;

use crate::assessment::Assessment;
use crate::code::Code;
use crate::error::Error;
use crate::evidence::{Evidence, Stage};
use crate::exact::Exact;
use crate::framework::Framework;
use crate::score::LineStatus;
use crate::stop::Stop;
use crate::units::Units;

/// One leaf that was appraised or explained after the unit scored itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appraisal {
    /// The unit's id.
    pub unit: String,
    /// The leaf's code.
    pub code: Code,
    /// Points by the unit's own evidence (tự chấm); `None` if it gave none.
    pub self_assessed: Option<Exact>,
    /// Points after the last appraisal (thẩm định).
    pub appraised: Option<Exact>,
    /// Points the appraisal added, below zero where it took some; `None` unless
    /// both are there.
    pub change: Option<Exact>,
    /// The office's explanation (giải trình), the latest where there are several.
    pub explanation: Option<String>,
    /// The documents it names.
    pub documents: Option<String>,
}

/// What offices wrote about one leaf, the latest of each.
#[derive(Default)]
struct Remarks {
    is_appraised: bool,
    explanation: Option<String>,
    documents: Option<String>,
}

/// Self-score against appraisal, for every leaf that has evidence after the
/// stage `self`, by unit and code.
///
/// # Errors
/// As scoring at each of the two stages.
pub fn appraisal(framework: &Framework, evidence: &Evidence, units: Option<&Units>) -> Result<Vec<Appraisal>, Error> {
    let own = framework.score_with(evidence, units, Stage::SelfAssessed)?;
    let last = framework.score_with(evidence, units, Stage::Final)?;
    let mut remarks: BTreeMap<(String, Code), Remarks> = BTreeMap::new();
    let mut rows: Vec<_> = evidence.rows().collect();
    rows.sort_by_key(|row| row.stage);
    for row in rows {
        Stop::point();
        let Ok(code) = row.code.parse::<Code>() else { continue };
        let kept = remarks.entry((row.unit, code)).or_default();
        kept.is_appraised |= row.stage > Stage::SelfAssessed;
        kept.explanation = row.note.explanation.or(kept.explanation.take());
        kept.documents = row.note.documents.or(kept.documents.take());
    }
    let appraised = remarks.into_iter().filter(|(_, remarks)| remarks.is_appraised);
    let rows = appraised.map(|((unit, code), remarks)| {
        Stop::point();
        let (self_assessed, appraised) = (points(&own, &unit, &code), points(&last, &unit, &code));
        let change = self_assessed.as_ref().zip(appraised.as_ref()).map(|(own, last)| last.minus(own));
        let Remarks { explanation, documents, .. } = remarks;
        Appraisal { unit, code, self_assessed, appraised, change, explanation, documents }
    });
    Ok(rows.collect())
}

/// The points of a leaf, if there is evidence for them.
fn points(side: &Assessment, unit: &str, code: &Code) -> Option<Exact> {
    let line = side.card(unit).ok()?.line(&code.to_string()).ok()?;
    (line.status() != LineStatus::Missing).then(|| line.points())
}
