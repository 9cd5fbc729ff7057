//! Linear combinations of estimates: differences, means of units.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::error::{Error, Problem};
use crate::estimate::{Estimate, Note, Options, Parts, Score};
use crate::survey::Core;

/// The combination Σ coefficient × estimate with its standard error.
///
/// Estimates of one survey may be dependent in any way: their common sampled
/// units are taken into account. Estimates of different surveys (year against
/// year) count as independent, and the degrees of freedom are Satterthwaite's.
/// The interval covers 95 %; `n` is the sum over the terms, and `psus` counts
/// each sampled unit once. Where the answers behind a combination do not vary at
/// all, as where one item's shortfall always is another's gain, it is *not
/// estimable*.
///
/// ```
/// use parindex_survey::{contrast, Design, Groups, Survey};
///
/// let district = Groups::from_labels(["a", "a", "b", "b", "c", "c"].map(Some));
/// let survey = Survey::new(Design::new(6).cluster(&district))?;
/// let before = survey.mean(&[1.0, 0.0, 1.0, 1.0, 0.0, 1.0])?;
/// let after = survey.mean(&[1.0, 1.0, 1.0, 0.0, 1.0, 1.0])?;
/// let change = contrast(&[(1.0, &after), (-1.0, &before)])?;
/// assert!(change.se.is_some() && change.estimate > Some(0.16));
/// # Ok::<(), parindex_survey::Error>(())
/// ```
///
/// # Errors
/// `not-estimable` if an estimate or its standard error is missing,
/// `wrong-design` if all coefficients are zero, or there are none,
/// `mixed-surveys` if two estimates come from different reworkings of the same
/// data (one before and one after calibration, say).
pub fn contrast(terms: &[(f64, &Estimate)]) -> Result<Estimate, Error> {
    contrast_with(terms, &Options::default())
}

/// The estimates of one survey in a combination, with their coefficients.
struct Share<'e> {
    core: &'e Arc<Core>,
    terms: Vec<(f64, &'e Estimate, &'e Score)>,
}

impl Share<'_> {
    fn parts<'s>(&'s self, keep: impl Fn(&Estimate) -> bool + 's) -> Parts {
        let kept = self.terms.iter().filter(|(_, estimate, _)| keep(estimate));
        combined(&kept.map(|(coefficient, _, score)| (*coefficient, *score)).collect::<Vec<_>>())
    }

    fn value(&self, keep: impl Fn(&Estimate) -> bool) -> f64 {
        let kept = self.terms.iter().filter(|(_, estimate, _)| keep(estimate));
        kept.map(|(coefficient, estimate, _)| coefficient * estimate.estimate.unwrap_or(0.0)).sum()
    }

    /// The variance of the terms that are kept.
    fn variance(&self, keep: impl Fn(&Estimate) -> bool) -> f64 {
        self.core.variance(&self.parts(&keep), self.value(&keep))
    }

    /// All terms as one.
    fn score(&self) -> Score {
        let size = self.terms.iter().map(|(coefficient, _, score)| coefficient.abs() * score.size).sum();
        let total = self.terms.iter().all(|(_, _, score)| score.total);
        Score { core: Arc::clone(self.core), parts: self.parts(|_| true), size, total }
    }

    /// Satterthwaite's degrees of freedom over the groups, no more than those
    /// of the design.
    fn df(&self) -> f64 {
        let mut groups: BTreeMap<&str, f64> = BTreeMap::new();
        for (_, estimate, _) in &self.terms {
            let df = groups.entry(estimate.group.as_str()).or_insert(0.0);
            *df = df.max(estimate.df);
        }
        if let [df] = groups.values().copied().collect::<Vec<_>>().as_slice() {
            return *df;
        }
        let spread: Vec<(f64, f64)> =
            groups.iter().map(|(group, df)| (self.variance(|estimate| estimate.group == *group), *df)).collect();
        satterthwaite(&spread).min(self.core.df())
    }
}

/// Degrees of freedom of a sum of independent estimates, from the variance and
/// the degrees of freedom of each.
fn satterthwaite(parts: &[(f64, f64)]) -> f64 {
    let sum: f64 = parts.iter().map(|(variance, _)| variance).sum();
    let over: f64 =
        parts.iter().filter(|(variance, _)| *variance > 0.0).map(|(variance, df)| variance * variance / df).sum();
    if over > 0.0 { sum * sum / over } else { 0.0 }
}

/// [`contrast`] with an interval of another coverage.
///
/// # Errors
/// As [`contrast`].
pub fn contrast_with(terms: &[(f64, &Estimate)], options: &Options) -> Result<Estimate, Error> {
    let mut faults = Vec::new();
    let mut shares: Vec<Share<'_>> = Vec::new();
    for (coefficient, estimate) in terms {
        if !coefficient.is_finite() {
            let allowed = "a finite coefficient".to_owned();
            faults.push(Problem::OutOfRange { value: coefficient.to_string(), allowed }.into());
        }
        let (Some(_), Some(_), Some(score)) = (estimate.estimate, estimate.se, &estimate.score) else {
            let name = if estimate.group.is_empty() { "an estimate" } else { &estimate.group };
            faults.push(Problem::NotEstimable { what: format!("`{name}`") }.into());
            continue;
        };
        let term = (*coefficient, *estimate, score);
        match shares.iter_mut().find(|share| Arc::ptr_eq(share.core, &score.core)) {
            Some(share) => share.terms.push(term),
            None => shares.push(Share { core: &score.core, terms: vec![term] }),
        }
    }
    Error::check(faults)?;
    for (place, share) in shares.iter().enumerate() {
        if shares[..place].iter().any(|other| Arc::ptr_eq(&other.core.origin, &share.core.origin)) {
            return Err(Problem::MixedSurveys.into());
        }
    }
    if terms.iter().all(|(coefficient, _)| coefficient.abs() <= 0.0) {
        let what = "a contrast needs a coefficient that is not zero".to_owned();
        return Err(Problem::WrongDesign { what }.into());
    }
    let scores: Vec<Score> = shares.iter().map(Share::score).collect();
    let spread: Vec<(f64, f64)> = shares
        .iter()
        .zip(&scores)
        .map(|(share, score)| (share.core.variance(&score.parts, share.value(|_| true)), share.df()))
        .collect();
    let still = scores.iter().zip(&spread).any(|(score, (variance, _))| score.is_still(*variance));
    let psus = |score: &Score| score.core.units(score.parts.leaves().iter().map(|(leaf, _)| *leaf)).0;
    let answer = Estimate {
        group: String::new(),
        estimate: Some(shares.iter().map(|share| share.value(|_| true)).sum()),
        se: (!still).then(|| spread.iter().map(|(variance, _)| variance.max(0.0)).sum::<f64>().sqrt()),
        df: if let [(_, df)] = spread.as_slice() { *df } else { satterthwaite(&spread) },
        interval: None,
        deff: None,
        n: terms.iter().map(|(_, estimate)| estimate.n).sum(),
        missing: terms.iter().map(|(_, estimate)| estimate.missing).sum(),
        psus: scores.iter().map(psus).sum(),
        note: still.then_some(Note::NoVariation),
        score: if scores.len() == 1 { scores.into_iter().next() } else { None },
    };
    Ok(answer.with_interval(options, None))
}

/// What has changed from one survey to another that was drawn apart, group by
/// group: year against year. A group that one of them lacks, or whose standard
/// error is not known, says so in its note.
///
/// # Errors
/// `mixed-surveys` if both are reworkings of the same data, `wrong-design` if
/// both are the same survey.
pub fn changes(before: &[Estimate], after: &[Estimate], options: &Options) -> Result<Vec<Estimate>, Error> {
    let of = |estimates: &'_ [Estimate], group: &str| estimates.iter().position(|known| known.group == group);
    if let (Some(old), Some(new)) = (core_of(before), core_of(after))
        && Arc::ptr_eq(old, new)
    {
        let what = "a survey does not change from itself: give one that was drawn apart".to_owned();
        return Err(Problem::WrongDesign { what }.into());
    }
    let gone = before.iter().filter(|old| of(after, &old.group).is_none());
    let groups = after.iter().chain(gone).map(|estimate| estimate.group.clone());
    let change = |group: String| -> Result<Estimate, Error> {
        let old = of(before, &group).map(|place| &before[place]);
        let new = of(after, &group).map(|place| &after[place]);
        let both: Vec<&Estimate> = old.into_iter().chain(new).collect();
        if let ([old, new], true) = (both.as_slice(), both.iter().all(|estimate| estimate.se.is_some())) {
            return Ok(Estimate { group, ..contrast_with(&[(1.0, new), (-1.0, old)], options)? });
        }
        let note = both.iter().find_map(|estimate| estimate.note).unwrap_or(Note::NoRespondents);
        let n = both.iter().map(|estimate| estimate.n).sum();
        let missing = both.iter().map(|estimate| estimate.missing).sum();
        let value = match both.as_slice() {
            [old, new] => new.estimate.zip(old.estimate).map(|(new, old)| new - old),
            _ => None,
        };
        Ok(Estimate { estimate: value, missing, ..Estimate::empty(&group, n, note) })
    };
    groups.map(change).collect()
}

/// The survey that estimates come from.
fn core_of(estimates: &[Estimate]) -> Option<&Arc<Core>> {
    estimates.iter().find_map(|estimate| Some(&estimate.score.as_ref()?.core))
}

fn combined(scores: &[(f64, &Score)]) -> Parts {
    let mut sums: FxHashMap<u32, f64> = FxHashMap::default();
    let mut all_fits: Vec<Vec<f64>> = Vec::new();
    let mut all_values: Option<Vec<f64>> = None;
    for (coefficient, score) in scores {
        for (leaf, part) in score.parts.leaves() {
            *sums.entry(*leaf).or_insert(0.0) += coefficient * part;
        }
        match &score.parts {
            Parts::Linear { fits, .. } => {
                all_fits.resize(fits.len(), Vec::new());
                for (all, fit) in all_fits.iter_mut().zip(fits) {
                    all.resize(fit.len(), 0.0);
                    all.iter_mut().zip(fit).for_each(|(all, fit)| *all += coefficient * fit);
                }
            }
            Parts::Replicates { values, .. } => {
                let all = all_values.get_or_insert_with(|| vec![0.0; values.len()]);
                all.iter_mut().zip(values).for_each(|(all, value)| *all += coefficient * value);
            }
        }
    }
    let mut leaves: Vec<(u32, f64)> = sums.into_iter().collect();
    leaves.sort_unstable_by_key(|(leaf, _)| *leaf);
    match all_values {
        Some(values) => Parts::Replicates { leaves, values },
        None => Parts::Linear { leaves, fits: all_fits },
    }
}
