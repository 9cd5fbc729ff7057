//! What is asked of a survey, by the names of its columns.

use parindex::Problem;
use parindex_survey::{Estimate, Groups, Method, Options, Survey, changes};

use crate::error::{Failure, wrong_design};
use crate::estimates::{check_by, one_of};
use crate::frame::Frame;
use crate::labels::{Labels, shown};

/// What is asked of a survey, and of which groups.
pub(crate) struct Question {
    pub(crate) quantity: Quantity,
    pub(crate) by: Vec<String>,
    pub(crate) options: Options,
}

/// What is estimated, by the names of columns.
#[derive(Clone)]
pub(crate) enum Quantity {
    Mean(String),
    Total(String),
    Ratio(String, String),
    Proportion(String, Method),
}

impl Quantity {
    /// The quantity called `statistic` of one column, or of two for a ratio.
    pub(crate) fn of(statistic: &str, y: String, den: Option<String>) -> Result<Self, Failure> {
        let word = one_of("statistic", statistic, &[("mean", 0), ("total", 1), ("proportion", 2), ("ratio", 3)])?;
        match (word, den) {
            (0, None) => Ok(Self::Mean(y)),
            (1, None) => Ok(Self::Total(y)),
            (2, None) => Ok(Self::Proportion(y, Method::default())),
            (3, Some(den)) => Ok(Self::Ratio(y, den)),
            (3, None) => Err(wrong_design("a ratio needs its denominator `den`")),
            _ => Err(wrong_design("`den` is for a ratio")),
        }
    }
}

/// Estimates, and what the group of each is called.
pub(crate) struct Answer {
    pub(crate) labels: Vec<Labels>,
    pub(crate) estimates: Vec<Estimate>,
}

impl Question {
    pub(crate) fn ask(&self, survey: &Survey, frame: &Frame) -> Result<Answer, Failure> {
        check_by(&self.by)?;
        let mut reading = frame.read();
        let columns: Vec<Groups> = self.by.iter().map(|name| reading.domains(name)).collect();
        let (groups, labels) = domains(&columns, frame.rows());
        let first = match &self.quantity {
            Quantity::Mean(y) | Quantity::Total(y) | Quantity::Ratio(y, _) | Quantity::Proportion(y, _) => y,
        };
        let values = reading.reals(first);
        let over = if let Quantity::Ratio(_, den) = &self.quantity { reading.reals(den) } else { Vec::new() };
        let estimates = reading.finish(|| {
            let survey = survey.with_options(self.options)?;
            if self.by.is_empty() {
                let estimate = match &self.quantity {
                    Quantity::Mean(_) => survey.mean(&values),
                    Quantity::Total(_) => survey.total(&values),
                    Quantity::Ratio(..) => survey.ratio(&values, &over),
                    Quantity::Proportion(_, method) => survey.proportion(&values, *method),
                };
                return estimate.map(|estimate| vec![estimate]);
            }
            let by = survey.by(&groups)?;
            match &self.quantity {
                Quantity::Mean(_) => by.mean(&values),
                Quantity::Total(_) => by.total(&values),
                Quantity::Ratio(..) => by.ratio(&values, &over),
                Quantity::Proportion(_, method) => by.proportion(&values, *method),
            }
        })?;
        Ok(Answer { labels, estimates })
    }
}

/// The groups that several columns make together, and the labels of each; a gap
/// is a group of its own.
fn domains(columns: &[Groups], rows: usize) -> (Groups, Vec<Labels>) {
    let Some((first, others)) = columns.split_first() else { return (Groups::whole(rows), vec![Labels::new()]) };
    let groups = others.iter().fold(first.clone(), |all, next| all.crossed(next, " / "));
    let mut labels = vec![Labels::new(); groups.labels().len()];
    for row in 0..rows {
        let Some(own) = groups.of_row(row).and_then(|group| labels.get_mut(group)) else { continue };
        if own.is_empty() {
            let label = |column: &Groups| Some(column.labels().get(column.of_row(row)?)?.clone());
            own.extend(columns.iter().map(|column| label(column).unwrap_or_default()));
        }
    }
    (groups, labels)
}

impl Answer {
    /// The estimates that coefficients are for.
    ///
    /// # Errors
    /// `bad-value` for each group that is not there.
    pub(crate) fn terms(&self, coefficients: &[(Labels, f64)]) -> Result<Vec<(f64, &Estimate)>, Failure> {
        let mut terms = Vec::new();
        let mut faults = Vec::new();
        let known = || self.labels.iter().take(20).map(|labels| shown(labels)).collect::<Vec<_>>().join(", ");
        for (labels, coefficient) in coefficients {
            let place = self.labels.iter().position(|known| known == labels);
            if let Some(estimate) = place.and_then(|place| self.estimates.get(place)) {
                terms.push((*coefficient, estimate));
            } else {
                let (what, text) = ("group".to_owned(), shown(labels));
                faults.push(Problem::BadValue { what, text, allowed: known() }.into());
            }
        }
        parindex::Error::check(faults)?;
        Ok(terms)
    }

    /// What has changed since `before`, group by group.
    ///
    /// # Errors
    /// `wrong-design` and `mixed-surveys`.
    pub(crate) fn since(&self, before: &Self, options: &Options) -> Result<Self, Failure> {
        // Groups are matched by all their labels, and called by a text that tells them apart.
        let keyed = |answer: &Self| -> Vec<Estimate> {
            let each = answer.estimates.iter().zip(&answer.labels);
            let called = |(estimate, labels): (&Estimate, &Labels)| {
                let mut estimate = estimate.clone();
                estimate.group = format!("{labels:?}");
                estimate
            };
            each.map(called).collect()
        };
        let estimates = changes(&keyed(before), &keyed(self), options)?;
        let all = self.labels.iter().chain(&before.labels);
        let labels: Vec<Labels> = estimates
            .iter()
            .map(|estimate| all.clone().find(|labels| format!("{labels:?}") == estimate.group).cloned())
            .map(Option::unwrap_or_default)
            .collect();
        Ok(Self { labels, estimates })
    }
}
