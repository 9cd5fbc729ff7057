//! The functions `score`, `compare` and `appraisal`.

use parindex::{Change, Error, Evidence, Language, Stage, Units};
use parindex_tables::{evidence, pairs, units};
use pyo3::prelude::*;

use crate::argument::table;
use crate::assessment::Assessment;
use crate::detach::detach;
use crate::error::Failure;
use crate::framework::Framework;
use crate::source::{Source, mark};
use crate::table::Builder;

/// Evidence and units, handed over by Python and not yet read.
struct Tables {
    evidence: Source,
    units: Option<Source>,
    mark: char,
}

impl Tables {
    fn of(evidence: &Bound<'_, PyAny>, units: Option<&Bound<'_, PyAny>>, decimal: &str) -> Result<Self, Failure> {
        let mark = mark(decimal)?;
        Ok(Self {
            evidence: table("evidence", evidence)?,
            units: units.map(|units| table("units", units)).transpose()?,
            mark,
        })
    }

    /// Reads both tables and works on them; faults of rows that could not be
    /// read and of those that were are told together, in the order of rows.
    fn work<T>(self, work: impl FnOnce(&Evidence, Option<&Units>) -> Result<T, Error>) -> Result<T, Error> {
        let units = self.units.map(|source| units::read(&source.read()?)).transpose()?;
        let (evidence, mut faults) = evidence::read(&self.evidence.read()?, self.mark)?;
        let done = work(&evidence, units.as_ref());
        if faults.is_empty() {
            return done;
        }
        if let Err(error) = &done {
            faults.extend(error.faults().filter(|fault| fault.place.line.is_some()).cloned());
        }
        faults.check()?;
        done
    }
}

/// Scores units under a framework.
///
/// Parameters
/// ----------
/// framework : Framework
/// evidence : table
///     Anything with ``__arrow_c_stream__``, a path (``.csv``, ``.parquet``,
///     ``.xlsx``) or a list of dicts, a row for each unit and leaf: unit, code,
///     and one of value (in the unit the rule declares), numerator and
///     denominator, or points; optionally stage, explanation, documents, note,
///     source, agency. Ids and codes are text. A gap is a gap, not a zero. A
///     float in a frame or a workbook counts by its shortest decimal form, if
///     that has at most 15 digits; a percentage cell of a workbook holds a fraction.
/// units : table, optional
///     unit, name[, level, parent, valid_from, valid_to]: names in every table,
///     groups to rank within. Evidence may then speak of these units only.
/// stage : {"self", "appraised-1", "explained", "appraised-2", "final"}
///     A row counts at its latest stage up to this one; rows without a stage
///     are the unit's own.
/// decimal : {".", ","}
///     The decimal mark of numbers written as text.
///
/// Returns
/// -------
/// Assessment
///     Exact points of every criterion for every unit.
///
/// Raises
/// ------
/// ParIndexError
///     All faults of the evidence at once, each with its row and slug
///     (``unknown-criterion``, ``duplicate-evidence``, ``not-exact``,
///     ``incomplete-row``, ``out-of-range``, …); ``max-points-unknown`` for
///     every row of an outline that must be filled first; ``missing-column``,
///     ``unreadable-file``, ``too-large``.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> framework = pi.Framework.load("dvc-766/province")
/// >>> rows = [
/// ...     {"unit": "H44.100", "code": "2.1", "numerator": 7371, "denominator": 8253},
/// ...     {"unit": "H44.101", "code": "2.1", "value": "91.5"},
/// ... ]
/// >>> pi.score(framework, rows).ranking(code="2.1")["unit"]
/// ['H44.101', 'H44.100']
/// >>> pi.score(framework, [{"unit": "H44", "code": "2.1", "value": 91.5}])
/// Traceback (most recent call last):
///     ...
/// parindex.ParIndexError: line 1, unit H44, criterion 2.1: `91.5` is not exact: ...
#[pyfunction]
#[pyo3(signature = (framework, evidence, units=None, stage="final", *, decimal="."))]
pub(crate) fn score(
    py: Python<'_>,
    framework: &Framework,
    evidence: &Bound<'_, PyAny>,
    units: Option<&Bound<'_, PyAny>>,
    stage: &str,
    decimal: &str,
) -> Result<Assessment, Failure> {
    let stage: Stage = stage.parse()?;
    let tables = Tables::of(evidence, units, decimal)?;
    let framework = framework.0.clone();
    let scored = detach(py, move || tables.work(|evidence, units| framework.score_with(evidence, units, stage)))?;
    Ok(Assessment(scored?))
}

/// Changes from one assessment to another, by unit and criterion.
///
/// Parameters
/// ----------
/// before, after : Assessment
/// crosswalk : table, optional
///     old_code, new_code: across editions, which code became which. Codes it
///     does not name keep their own.
/// lang : {"vi", "en"}
///     The language of reasons.
///
/// Returns
/// -------
/// Table
///     A row for each unit and leaf: unit, code, before, after, change, reason.
///
/// Raises
/// ------
/// ParIndexError
///     ``missing-column``, ``bad-code``, ``unknown-criterion`` for a code of the
///     crosswalk that its side does not have; ``too-large`` beyond five million rows.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> framework = pi.Framework.load("par-index/province-2022")
/// >>> before = pi.score(framework, [{"unit": "22", "code": "1", "points": "55.25"}])
/// >>> after = pi.score(framework, [{"unit": "22", "code": "1", "points": "57"}])
/// >>> pi.compare(before, after)["change"][0]
/// Decimal('1.75')
#[pyfunction]
#[pyo3(signature = (before, after, crosswalk=None, *, lang="vi"))]
pub(crate) fn compare<'py>(
    py: Python<'py>,
    before: &Assessment,
    after: &Assessment,
    crosswalk: Option<&Bound<'py, PyAny>>,
    lang: &str,
) -> Result<Bound<'py, PyAny>, Failure> {
    let lang: Language = lang.parse()?;
    let source = crosswalk.map(|crosswalk| table("crosswalk", crosswalk)).transpose()?;
    let (before, after) = (before.0.clone(), after.0.clone());
    let work = move || -> Result<Vec<Change>, Error> {
        let crosswalk = source.map(|source| pairs::crosswalk(&source.read()?)).transpose()?;
        parindex::compare(&before, &after, crosswalk.as_ref(), lang)
    };
    let rows = detach(py, work)??;
    Builder::default()
        .text("unit", rows.iter().map(|row| Some(&row.unit)))
        .text("code", rows.iter().map(|row| Some(&row.code)))
        .exact("before", rows.iter().map(|row| row.before.as_ref()))?
        .exact("after", rows.iter().map(|row| row.after.as_ref()))?
        .exact("change", rows.iter().map(|row| row.change.as_ref()))?
        .text("reason", rows.iter().map(|row| Some(&row.reason)))
        .finish(py)
}

/// Self-scores against appraisal, with the office's explanation.
///
/// Parameters
/// ----------
/// framework : Framework
/// evidence : table
///     As for :func:`score`, with rows at several stages.
/// units : table, optional
///     As for :func:`score`.
/// decimal : {".", ","}
///     The decimal mark of numbers written as text.
///
/// Returns
/// -------
/// Table
///     A row for each unit and leaf with evidence after the stage ``self``:
///     unit, code, self, appraised, change, explanation, documents.
///
/// Raises
/// ------
/// ParIndexError
///     As for :func:`score`.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> framework = pi.Framework.load("par-index/province-2022")
/// >>> rows = [
/// ...     {"unit": "22", "code": "1", "points": "57"},
/// ...     {"unit": "22", "code": "1", "points": "55.25", "stage": "appraised-1"},
/// ... ]
/// >>> pi.appraisal(framework, rows)["change"]
/// [Decimal('-1.75')]
#[pyfunction]
#[pyo3(signature = (framework, evidence, units=None, *, decimal="."))]
pub(crate) fn appraisal<'py>(
    py: Python<'py>,
    framework: &Framework,
    evidence: &Bound<'py, PyAny>,
    units: Option<&Bound<'py, PyAny>>,
    decimal: &str,
) -> Result<Bound<'py, PyAny>, Failure> {
    let tables = Tables::of(evidence, units, decimal)?;
    let framework = framework.0.clone();
    let work = move || tables.work(|evidence, units| parindex::appraisal(&framework, evidence, units));
    let rows = detach(py, work)??;
    Builder::default()
        .text("unit", rows.iter().map(|row| Some(&row.unit)))
        .text("code", rows.iter().map(|row| Some(row.code.to_string())))
        .exact("self", rows.iter().map(|row| row.self_assessed.as_ref()))?
        .exact("appraised", rows.iter().map(|row| row.appraised.as_ref()))?
        .exact("change", rows.iter().map(|row| row.change.as_ref()))?
        .text("explanation", rows.iter().map(|row| row.explanation.as_deref()))
        .text("documents", rows.iter().map(|row| row.documents.as_deref()))
        .finish(py)
}
