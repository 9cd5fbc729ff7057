//! From answers to indices, unit by unit.

mod ranks;

use std::collections::BTreeMap;

use parindex::{EvidenceRow, Exact, RoundingMode};

use super::answers::{Answers, Column, read};
use super::official::{Counts, Official, mean_of_items, pooled, weighted_parts};
use super::questionnaire::{Formula, Questionnaire};
use super::results::{National, SipasNote, SipasRow};
use crate::by::By;
use crate::contrast::contrast_with;
use crate::design::bad_weight;
use crate::error::{Error, Fault, Problem};
use crate::estimate::{Deff, Degrees, Estimate, Note, Options};
use crate::groups::Groups;
use crate::interval::{Method, Shape};
use crate::number::{NONE, real};
use crate::survey::Survey;

/// How SIPAS tables are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SipasOptions {
    /// Coverage, design effect, and whose degrees of freedom: the unit's own,
    /// unless set, so that a province of three districts has 2.
    pub options: Options,
    /// The shape of intervals: symmetric unless set, as for any ratio. With few
    /// sampled units a symmetric interval may leave 0 to 100; the others do not.
    pub method: Method,
    /// Estimates on fewer respondents are suppressed; 30.
    pub least_respondents: usize,
    /// Estimates on fewer sampled units of the first stage are suppressed; 2.
    pub least_psus: usize,
}

impl Default for SipasOptions {
    fn default() -> Self {
        let options = Options { degrees: Degrees::Own, deff: Some(Deff::Replace), ..Options::default() };
        Self { options, method: Method::Wald, least_respondents: 30, least_psus: 2 }
    }
}

/// A SIPAS survey, ready to be tabulated.
///
/// ```
/// use parindex_survey::sipas::{Answers, Questionnaire, Sipas};
/// use parindex_survey::{Design, Groups, Survey};
///
/// let questionnaire: Questionnaire = r#"
///     id = "own"
///     title = { vi = "Khảo sát của tỉnh" }
///     status = "draft"
///     scale = { satisfied = [4, 5], unsatisfied = [1, 2, 3], outside = [9], basis = "assumed" }
///     rules = { factor = "pooled", index = "pooled", basis = "assumed" }
///     [[factors]]
///     code = "A"
///     name = { vi = "Tiếp cận" }
///     basis = "assumed"
///     items = [{ code = "A1", name = { vi = "Chỗ ngồi" }, basis = "assumed" }]
/// "#.parse()?;
/// let answers = Answers::new().item("A1", [5, 4, 2, 9].repeat(20).into_iter().map(Some).collect());
/// let survey = Survey::new(Design::new(80))?; // a plain table, unweighted
/// let unit = Groups::whole(80);
/// let index = Sipas::new(&questionnaire, &survey, &unit, &answers)?.index();
/// let official = &index[0].official;
/// assert_eq!((official.satisfied, official.valid, official.outside), (40, 60, 20));
/// assert_eq!(official.index.as_ref().unwrap().to_string(), "200/3");
/// # Ok::<(), parindex_survey::Error>(())
/// ```
#[derive(Debug)]
pub struct Sipas {
    questionnaire: Questionnaire,
    options: SipasOptions,
    survey: Survey,
    by: By,
    units: Groups,
    columns: BTreeMap<String, Column>,
    /// Counts of each item in each unit.
    counts: BTreeMap<String, Vec<Counts>>,
}

impl Sipas {
    /// Answers to a questionnaire in a survey, by unit, with the usual options.
    ///
    /// # Errors
    /// All at once: `outline` for factors without items, `missing-column`,
    /// `wrong-length`, `out-of-range` with rows of answers outside the scale,
    /// `incomplete-row` with rows without a unit.
    pub fn new(
        questionnaire: &Questionnaire,
        survey: &Survey,
        units: &Groups,
        answers: &Answers,
    ) -> Result<Self, Error> {
        Self::with_options(questionnaire, survey, units, answers, SipasOptions::default())
    }

    /// The same with other options.
    ///
    /// # Errors
    /// As [`Sipas::new`]; `out-of-range` for a coverage not between 0 and 1.
    pub fn with_options(
        questionnaire: &Questionnaire,
        survey: &Survey,
        units: &Groups,
        answers: &Answers,
        options: SipasOptions,
    ) -> Result<Self, Error> {
        crate::by::same_length("units", units.rows(), survey.rows())?;
        let missing = units.codes().iter().enumerate().filter(|(_, code)| **code == NONE);
        let mut faults: Vec<Fault> =
            missing.map(|(row, _)| Problem::MissingLabel { what: "the unit".to_owned() }.in_row(row)).collect();
        let columns = read(questionnaire, answers, survey.rows(), &mut faults);
        let needs = |formula: Formula, code: Option<&str>| {
            let code = code.filter(|code| formula == Formula::GeneralItem && !columns.contains_key(*code))?;
            Some(Fault::from(answers.missing(code)))
        };
        faults.extend(needs(questionnaire.index_rule(), questionnaire.general()));
        for factor in questionnaire.factors() {
            faults.extend(needs(questionnaire.factor_rule(), factor.general.as_deref()));
        }
        Error::check(faults)?;
        let survey = survey.with_options(options.options)?;
        let by = survey.by(units)?;
        let counts = columns.iter().map(|(code, column)| (code.clone(), counted(column, units))).collect();
        let (questionnaire, units) = (questionnaire.clone(), units.clone());
        Ok(Self { questionnaire, options, survey, by, units, columns, counts })
    }

    /// The units, in the order of the rows.
    #[must_use]
    pub fn units(&self) -> &[String] {
        self.units.labels()
    }

    /// The index of every item in every unit: `100 (n4 + n5) / n valid`. Rows
    /// by unit, then in the order of the questionnaire.
    #[must_use]
    pub fn items(&self) -> Vec<SipasRow> {
        let codes: Vec<&str> = self.questionnaire.items().map(|item| item.code.as_str()).collect();
        let tables = codes.iter().map(|code| self.pooled(code, &[code])).collect();
        self.by_unit(tables)
    }

    /// The index of every factor in every unit, by the questionnaire's rule.
    #[must_use]
    pub fn factors(&self) -> Vec<SipasRow> {
        let tables = self.questionnaire.factors().iter().map(|factor| {
            let items: Vec<&str> = factor.items().map(|item| item.code.as_str()).collect();
            match (self.questionnaire.factor_rule(), factor.general.as_deref()) {
                (Formula::MeanOfItems, _) => self.mean(factor.code(), &items),
                (Formula::GeneralItem, Some(general)) => self.pooled(factor.code(), &[general]),
                _ => self.pooled(factor.code(), &items),
            }
        });
        self.by_unit(tables.collect())
    }

    /// The index of every part in every unit, pooled; none without parts.
    #[must_use]
    pub fn parts(&self) -> Vec<SipasRow> {
        self.by_unit(self.part_items().iter().map(|(code, items)| self.pooled(code, items)).collect())
    }

    /// The whole index of every unit, by the questionnaire's rule.
    #[must_use]
    pub fn index(&self) -> Vec<SipasRow> {
        self.index_by(&self.by)
    }

    fn index_by(&self, by: &By) -> Vec<SipasRow> {
        let items: Vec<&str> = self.questionnaire.items().map(|item| item.code.as_str()).collect();
        match (self.questionnaire.index_rule(), self.questionnaire.general()) {
            (Formula::MeanOfItems, _) => self.mean_by(by, "", &items),
            (Formula::GeneralItem, Some(general)) => self.pooled_by(by, "", &[general]),
            (Formula::WeightedParts, _) => self.weighted(by),
            _ => self.pooled_by(by, "", &items),
        }
    }

    /// The national index, with the degrees of freedom of the whole design.
    /// The official figure follows the same rule on unweighted counts; by
    /// weights of the caller's there is none, only its counts.
    ///
    /// # Errors
    /// `not-estimable` naming units without a standard error; all at once
    /// `unknown-unit` and `bad-weight` naming the units whose weights do not fit.
    pub fn national(&self, rule: &National) -> Result<SipasRow, Error> {
        let survey = self.survey.with_degrees(Degrees::Design);
        let weights = match rule {
            National::Pooled => {
                let whole = survey.by(&Groups::whole(survey.rows()))?;
                let nobody = || Problem::NoRespondents { what: "in the survey".to_owned() };
                let mut row = self.index_by(&whole).into_iter().next().ok_or_else(nobody)?;
                row.unit = String::new();
                return Ok(row);
            }
            National::MeanOfUnits => vec![1.0; self.units().len()],
            National::Weighted(weights) => self.weights(weights)?,
        };
        let rows = self.index_by(&survey.by(&self.units)?);
        let over: f64 = weights.iter().sum();
        let terms: Vec<(f64, &Estimate)> =
            weights.iter().map(|weight| weight / over).zip(rows.iter().map(|row| &row.estimate)).collect();
        let mut estimate = contrast_with(&terms, &survey.options)?;
        estimate.interval = estimate.interval.and_then(|_| self.interval(&estimate));
        let mut counts = Counts::default();
        for row in &rows {
            let Official { satisfied, valid, outside, blank, .. } = row.official;
            counts.add(Counts { satisfied, valid, outside, blank });
        }
        let indices: Option<Vec<&Exact>> = rows.iter().map(|row| row.official.index.as_ref()).collect();
        let exact = (*rule == National::MeanOfUnits).then_some(indices).flatten().and_then(|indices| {
            let sum = indices.iter().fold(Exact::default(), |sum, index| sum.plus(index));
            sum.over(&Exact::whole(i128::try_from(indices.len()).ok()?))
        });
        let mut official = pooled(&[counts]);
        official.index = exact;
        let note = estimate.note.map(SipasNote::Estimate);
        Ok(SipasRow { unit: String::new(), code: String::new(), official, estimate, note })
    }

    /// The official index of each unit as evidence under `code`: a number in
    /// percent, to ten decimals. Units without a valid answer state nothing.
    #[must_use]
    pub fn evidence(&self, code: &str) -> Vec<EvidenceRow> {
        let rows = self.index().into_iter().filter_map(|row| {
            let index = row.official.index?.to_decimals(10, RoundingMode::HalfUp);
            Some(EvidenceRow::value(row.unit, code, &index))
        });
        rows.collect()
    }

    /// The weight of each unit, in the order of the units.
    fn weights(&self, given: &BTreeMap<String, f64>) -> Result<Vec<f64>, Error> {
        let strangers = given.keys().filter(|unit| !self.units().contains(unit));
        let mut faults: Vec<Fault> =
            strangers.map(|unit| Problem::UnknownUnit { unit: unit.clone() }.of_unit(unit)).collect();
        let weights: Vec<f64> = self.units().iter().map(|unit| given.get(unit).copied().unwrap_or(f64::NAN)).collect();
        let bad = self.units().iter().zip(&weights);
        faults.extend(bad.filter_map(|(unit, weight)| Some(bad_weight(*weight)?.of_unit(unit))));
        Error::check(faults)?;
        Ok(weights)
    }

    fn part_items(&self) -> Vec<(&str, Vec<&str>)> {
        let of_part = |part: &str| {
            let factors = self.questionnaire.factors().iter().filter(|factor| factor.part() == Some(part));
            factors.flat_map(|factor| factor.items().map(|item| item.code.as_str())).collect()
        };
        self.questionnaire.parts().map(|part| (part.code.as_str(), of_part(&part.code))).collect()
    }

    fn pooled(&self, code: &str, items: &[&str]) -> Vec<SipasRow> {
        self.pooled_by(&self.by, code, items)
    }

    fn mean(&self, code: &str, items: &[&str]) -> Vec<SipasRow> {
        self.mean_by(&self.by, code, items)
    }

    /// Satisfied over valid answers of some items, as estimates.
    fn ratio(&self, by: &By, items: &[&str]) -> Vec<Estimate> {
        let rows = self.survey.rows();
        let (mut satisfied, mut valid) = (vec![0.0; rows], vec![0.0; rows]);
        for column in items.iter().filter_map(|item| self.columns.get(*item)) {
            for ((up, down), value) in satisfied.iter_mut().zip(&mut valid).zip(&column.satisfied) {
                if !value.is_nan() {
                    *up += value;
                    *down += 1.0;
                }
            }
        }
        // Who answered none of the items is not a respondent.
        valid.iter_mut().filter(|count| **count < 1.0).for_each(|count| *count = f64::NAN);
        let estimates = by.ratio(&satisfied, &valid).unwrap_or_default();
        estimates.into_iter().map(|estimate| estimate.scaled(100.0)).collect()
    }

    fn pooled_by(&self, by: &By, code: &str, items: &[&str]) -> Vec<SipasRow> {
        let estimates = self.ratio(by, items);
        estimates
            .into_iter()
            .enumerate()
            .map(|(unit, estimate)| self.row(by, unit, code, pooled(&self.counts_of(by, unit, items)), estimate))
            .collect()
    }

    fn mean_by(&self, by: &By, code: &str, items: &[&str]) -> Vec<SipasRow> {
        let each: Vec<Vec<Estimate>> = items.iter().map(|item| self.ratio(by, &[item])).collect();
        let sizes = self.sizes(by, items);
        let rows = (0..by.labels().len()).map(|unit| {
            let asked: Vec<&Estimate> =
                each.iter().map(|estimates| &estimates[unit]).filter(|estimate| estimate.n > 0).collect();
            let share = 1.0 / real(asked.len());
            let terms: Vec<(f64, &Estimate)> = asked.into_iter().map(|estimate| (share, estimate)).collect();
            let estimate = self.joined(&by.labels()[unit], &terms, sizes[unit]);
            self.row(by, unit, code, mean_of_items(&self.counts_of(by, unit, items)), estimate)
        });
        rows.collect()
    }

    fn weighted(&self, by: &By) -> Vec<SipasRow> {
        let parts = self.part_items();
        let weights: Vec<Exact> =
            self.questionnaire.parts().map(|part| part.weight.map_or_else(Exact::default, Exact::from)).collect();
        let shares: Vec<f64> = self
            .questionnaire
            .parts()
            .map(|part| part.weight.and_then(|weight| weight.to_string().parse().ok()).unwrap_or(0.0))
            .collect();
        let over: f64 = shares.iter().sum();
        let each: Vec<Vec<Estimate>> = parts.iter().map(|(_, items)| self.ratio(by, items)).collect();
        let all: Vec<&str> = parts.iter().flat_map(|(_, items)| items).copied().collect();
        let sizes = self.sizes(by, &all);
        let rows = (0..by.labels().len()).map(|unit| {
            let terms: Vec<(f64, &Estimate)> =
                shares.iter().map(|share| share / over).zip(each.iter().map(|estimates| &estimates[unit])).collect();
            let estimate = self.joined(&by.labels()[unit], &terms, sizes[unit]);
            let counts = parts.iter().map(|(_, items)| self.counts_of(by, unit, items)).zip(weights.iter().cloned());
            self.row(by, unit, "", weighted_parts(&counts.collect::<Vec<_>>()), estimate)
        });
        rows.collect()
    }

    /// Respondents and sampled units behind several items, unit by unit.
    fn sizes(&self, by: &By, items: &[&str]) -> Vec<(usize, usize)> {
        self.ratio(by, items).iter().map(|estimate| (estimate.n, estimate.psus)).collect()
    }

    /// A combination of estimates of one unit; without error where one lacks it.
    fn joined(&self, unit: &str, terms: &[(f64, &Estimate)], (n, psus): (usize, usize)) -> Estimate {
        let joined = contrast_with(terms, &self.survey.options).unwrap_or_else(|_| {
            let value: Option<f64> =
                terms.iter().map(|(weight, estimate)| Some(weight * estimate.estimate?)).sum::<Option<f64>>();
            let note = terms.iter().find_map(|(_, estimate)| estimate.note).unwrap_or(Note::NoRespondents);
            let mut estimate = Estimate::empty(unit, n, note);
            estimate.estimate = value.filter(|_| !terms.is_empty());
            estimate
        });
        Estimate { group: unit.to_owned(), n, psus, ..joined }
    }

    fn counts_of(&self, by: &By, unit: usize, items: &[&str]) -> Vec<Counts> {
        // One group where there are several units is the nation.
        let whole = by.labels().len() != self.units().len();
        let of_item = |counts: &Vec<Counts>| {
            if !whole {
                return counts[unit];
            }
            let mut all = Counts::default();
            for counts in counts {
                all.add(*counts);
            }
            all
        };
        items.iter().filter_map(|item| self.counts.get(*item)).map(of_item).collect()
    }

    fn row(&self, by: &By, unit: usize, code: &str, official: Official, mut estimate: Estimate) -> SipasRow {
        let note = if estimate.n == 0 {
            Some(SipasNote::Estimate(Note::NoRespondents))
        } else if estimate.n < self.options.least_respondents {
            Some(SipasNote::FewRespondents)
        } else if estimate.psus < self.options.least_psus && estimate.note != Some(Note::OnePsu) {
            Some(SipasNote::FewPsus)
        } else if official.index.is_none() {
            // Someone answered, and a rule still has nothing to weigh.
            Some(SipasNote::BlankPart)
        } else {
            estimate.note.map(SipasNote::Estimate)
        };
        if matches!(note, Some(SipasNote::FewRespondents | SipasNote::FewPsus)) {
            (estimate.se, estimate.interval, estimate.deff) = (None, None, None);
        }
        if note == Some(SipasNote::FewRespondents) {
            estimate.estimate = None;
        }
        if estimate.interval.is_some() {
            estimate.interval = self.interval(&estimate);
        }
        SipasRow { unit: by.labels()[unit].clone(), code: code.to_owned(), official, estimate, note }
    }

    /// The interval of an index as of a share, in percent.
    fn interval(&self, estimate: &Estimate) -> Option<(f64, f64)> {
        let shape = Shape { method: self.options.method, rows: estimate.n, df: estimate.df, log_odds_se: None };
        let percent = estimate.clone().scaled(0.01).with_interval(&self.options.options, Some(shape));
        percent.scaled(100.0).interval
    }

    /// From a table for each code to rows by unit.
    fn by_unit(&self, tables: Vec<Vec<SipasRow>>) -> Vec<SipasRow> {
        let mut rows: Vec<(usize, SipasRow)> =
            tables.into_iter().flat_map(|table| table.into_iter().enumerate()).collect();
        rows.sort_by_key(|(unit, _)| *unit);
        debug_assert!(rows.iter().all(|(unit, _)| *unit < self.units().len()), "rows belong to units");
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

fn counted(column: &Column, units: &Groups) -> Vec<Counts> {
    let mut counts = vec![Counts::default(); units.labels().len()];
    for ((unit, satisfied), outside) in units.codes().iter().zip(&column.satisfied).zip(&column.outside) {
        let counts = &mut counts[*unit as usize];
        match (satisfied.is_nan(), outside) {
            (false, _) => {
                counts.valid += 1;
                counts.satisfied += u64::from(*satisfied > 0.5);
            }
            (true, true) => counts.outside += 1,
            (true, false) => counts.blank += 1,
        }
    }
    counts
}
