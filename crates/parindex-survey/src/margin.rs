//! Population counts of the classes of a margin.

use std::collections::BTreeMap;

use crate::error::{Error, Fault, Problem};
use crate::groups::Groups;
use crate::number::NONE;
use crate::number::check_table;

/// A margin: the class of each row, and how many people of the population are
/// in each class.
///
/// ```
/// use parindex_survey::{Design, Groups, Margin, Survey};
///
/// let gender = Groups::from_labels(["F", "M", "F"].map(Some));
/// let survey = Survey::new(Design::new(3))?;
/// let margin = Margin::new("gender", gender, [("F", 60.0), ("M", 40.0)]);
/// assert_eq!(survey.post_stratify(&margin)?.weights(), [30.0, 40.0, 30.0]);
/// # Ok::<(), parindex_survey::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Margin {
    name: String,
    groups: Groups,
    counts: BTreeMap<String, f64>,
}

impl Margin {
    /// A margin called `name`.
    pub fn new<L: Into<String>>(
        name: impl Into<String>,
        groups: Groups,
        counts: impl IntoIterator<Item = (L, f64)>,
    ) -> Self {
        let composed = |label: L| parindex::composed(&label.into()).into_owned();
        let counts = counts.into_iter().map(|(label, count)| (composed(label), count)).collect();
        Self { name: name.into(), groups, counts }
    }

    /// The name of the margin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The margin as columns to calibrate on ([`crate::Auxiliary`]): for each
    /// class a name, a one in each of its rows and a zero elsewhere, and its count.
    ///
    /// # Errors
    /// All at once: `incomplete-row` with rows without a class,
    /// `margins-disagree` naming classes without a count or a respondent; `too-large`
    /// for more than 2²⁶ rows × classes.
    pub fn indicators(&self) -> Result<Vec<(String, Vec<f64>, f64)>, Error> {
        check_table("the table of rows by classes", self.groups.rows(), self.groups.labels().len())?;
        check(std::slice::from_ref(self), self.groups.rows(), 0.0)?;
        let columns = self.counts().into_iter().enumerate().map(|(class, count)| {
            let is_in = |code: &u32| f64::from(u8::from(*code as usize == class));
            (self.class(class), self.classes().iter().map(is_in).collect(), count)
        });
        Ok(columns.collect())
    }

    pub(crate) fn classes(&self) -> &[u32] {
        self.groups.codes()
    }

    pub(crate) fn class(&self, code: usize) -> String {
        format!("`{}` of `{}`", self.groups.labels()[code], self.name)
    }

    /// The population count of each class, in the order of the labels.
    pub(crate) fn counts(&self) -> Vec<f64> {
        self.groups.labels().iter().map(|label| self.counts.get(label).copied().unwrap_or(f64::NAN)).collect()
    }

    pub(crate) fn total(&self) -> f64 {
        self.counts.values().sum()
    }

    /// What is wrong with the margin for a survey of `rows` rows.
    pub(crate) fn faults(&self, rows: usize) -> Vec<Fault> {
        let mut faults: Vec<Fault> = Vec::new();
        if let Err(error) = crate::by::same_length(&self.name, self.groups.rows(), rows) {
            return error.faults().cloned().collect();
        }
        for (row, _) in self.groups.codes().iter().enumerate().filter(|(_, code)| **code == NONE) {
            faults.push(Problem::MissingLabel { what: format!("the class of `{}`", self.name) }.in_row(row));
        }
        let mut disagree = |what: String| faults.push(Problem::MarginsDisagree { what }.into());
        for label in self.groups.labels().iter().filter(|label| !self.counts.contains_key(*label)) {
            disagree(format!("class `{label}` of `{}` is in the sample and has no count", self.name));
        }
        for (label, count) in &self.counts {
            let present = self.groups.labels().contains(label);
            if !count.is_finite() || *count < 0.0 || (present && *count <= 0.0) {
                disagree(format!("class `{label}` of `{}` counts {count}, which must be above zero", self.name));
            } else if !present && *count > 0.0 {
                disagree(format!("class `{label}` of `{}` counts {count} and has nobody in the sample", self.name));
            }
        }
        faults
    }
}

/// What is wrong with several margins, alone and together.
pub(crate) fn check(margins: &[Margin], rows: usize, tolerance: f64) -> Result<(), Error> {
    let mut faults: Vec<Fault> = margins.iter().flat_map(|margin| margin.faults(rows)).collect();
    if let Some((first, others)) = margins.split_first() {
        for other in others {
            let (one, two) = (first.total(), other.total());
            let allowed = tolerance.max(1e-9) * one.abs().max(two.abs());
            if (one - two).abs() > allowed {
                let what = format!("`{}` counts {one} in all and `{}` counts {two}", first.name, other.name);
                faults.push(Problem::MarginsDisagree { what }.into());
            }
        }
    }
    Error::check(faults)
}
