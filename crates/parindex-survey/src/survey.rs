//! A survey: checked rows, their weights, and what tells the variance.

use std::sync::Arc;

use crate::adjustment::Adjustment;
use crate::by::By;
use crate::design::Design;
use crate::error::{Error, Problem};
use crate::estimate::{Degrees, Estimate, Options};
use crate::groups::Groups;
use crate::interval::Method;
use crate::number::real;
use crate::replication::Replication;
use crate::tree::Tree;

/// A survey whose design and weights are sound, ready for any number of
/// questions. Cloning is cheap; calibration and conversion return a new one.
///
/// ```
/// use parindex_survey::{Design, Groups, Method, Survey};
///
/// let district = Groups::from_labels(["a", "a", "b", "b", "c", "c"].map(Some));
/// let survey = Survey::new(Design::new(6).cluster(&district).weights(&[1.0, 2.0, 1.0, 1.0, 2.0, 2.0]))?;
/// // 4 and 5 are satisfied; a missing answer leaves the base, its district stays in the design.
/// let satisfied = [1.0, 0.0, 1.0, f64::NAN, 0.0, 1.0];
/// let share = survey.proportion(&satisfied, Method::Logit)?;
/// assert_eq!((share.n, share.psus, share.df), (5, 3, 2.0));
/// # Ok::<(), parindex_survey::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Survey {
    pub(crate) core: Arc<Core>,
    pub(crate) options: Options,
}

/// What a survey's estimates share.
#[derive(Debug)]
pub(crate) struct Core {
    /// Same for all reworkings of one data set.
    pub(crate) origin: Arc<()>,
    pub(crate) rows: usize,
    pub(crate) weights: Vec<f64>,
    pub(crate) engine: Engine,
}

/// Where the variance comes from.
#[derive(Debug)]
pub(crate) enum Engine {
    Linear { tree: Arc<Tree>, adjustments: Vec<Arc<Adjustment>> },
    Replicate(Replication),
}

impl Survey {
    /// A survey with linearised variances.
    ///
    /// # Errors
    /// All faults of the design with their rows: `wrong-length`, `bad-weight`,
    /// `incomplete-row`, `out-of-range`, `population-below-sample`,
    /// `population-varies`, `stages-disagree`, `psu-in-two-strata`,
    /// `single-psu` unless a rule is named, `no-respondents` without rows.
    #[allow(clippy::needless_pass_by_value, reason = "a design is built to be used up here")]
    pub fn new(design: Design<'_>) -> Result<Self, Error> {
        design.check()?;
        let tree = Tree::new(&design)?;
        let weights = design.weights.map_or_else(|| vec![1.0; design.rows], <[f64]>::to_vec);
        let engine = Engine::Linear { tree: Arc::new(tree), adjustments: Vec::new() };
        Ok(Self::from_parts(Arc::new(()), weights, engine))
    }

    pub(crate) fn from_parts(origin: Arc<()>, weights: Vec<f64>, engine: Engine) -> Self {
        let core = Core { origin, rows: weights.len(), weights, engine };
        Self { core: Arc::new(core), options: Options::default() }
    }

    /// The same data with other weights and another source of variance.
    pub(crate) fn reworked(&self, weights: Vec<f64>, engine: Engine) -> Self {
        Self { options: self.options, ..Self::from_parts(Arc::clone(&self.core.origin), weights, engine) }
    }

    /// The same survey, answering with other options.
    ///
    /// # Errors
    /// `out-of-range` if the coverage is not between 0 and 1.
    pub fn with_options(&self, options: Options) -> Result<Self, Error> {
        if !(options.coverage > 0.0 && options.coverage < 1.0) {
            let allowed = "a coverage between 0 and 1".to_owned();
            return Err(Problem::OutOfRange { value: options.coverage.to_string(), allowed }.into());
        }
        Ok(Self { core: Arc::clone(&self.core), options })
    }

    /// The same survey, with intervals on these degrees of freedom.
    #[must_use]
    pub fn with_degrees(&self, degrees: Degrees) -> Self {
        Self { core: Arc::clone(&self.core), options: Options { degrees, ..self.options } }
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.core.rows
    }

    /// The weight of each row, after calibration.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.core.weights
    }

    /// Degrees of freedom of the whole design: units of the first stage less
    /// strata; for replicates, the rank of their weights less one, which a
    /// calibration without bounds may raise.
    #[must_use]
    pub fn df(&self) -> f64 {
        self.core.df()
    }

    /// The survey split into domains, indexed once for any number of variables.
    /// The full design is kept: a unit without answers in a domain still counts.
    ///
    /// # Errors
    /// `wrong-length` if the column has another length.
    pub fn by(&self, groups: &Groups) -> Result<By, Error> {
        By::new(self, groups)
    }

    fn whole(&self) -> Result<By, Error> {
        self.by(&Groups::whole(self.rows()))
    }

    /// The mean of a variable; not a number stands for a missing answer.
    ///
    /// # Errors
    /// `wrong-length`; `out-of-range` for infinite values; `no-respondents`.
    pub fn mean(&self, values: &[f64]) -> Result<Estimate, Error> {
        single(self.whole()?.mean(values)?)
    }

    /// The total of a variable over the population.
    ///
    /// # Errors
    /// As [`Survey::mean`].
    pub fn total(&self, values: &[f64]) -> Result<Estimate, Error> {
        single(self.whole()?.total(values)?)
    }

    /// The ratio of two totals, over rows where both are present.
    ///
    /// # Errors
    /// As [`Survey::mean`].
    pub fn ratio(&self, numerator: &[f64], denominator: &[f64]) -> Result<Estimate, Error> {
        single(self.whole()?.ratio(numerator, denominator)?)
    }

    /// The share of rows where a variable of zeros and ones is one.
    ///
    /// # Errors
    /// As [`Survey::mean`]; `out-of-range` for any other value.
    pub fn proportion(&self, values: &[f64], method: Method) -> Result<Estimate, Error> {
        single(self.whole()?.proportion(values, method)?)
    }
}

fn single(estimates: Vec<Estimate>) -> Result<Estimate, Error> {
    let nobody = || Problem::NoRespondents { what: "has an answer".to_owned() }.into();
    estimates.into_iter().next().filter(|estimate| estimate.n > 0).ok_or_else(nobody)
}

impl Core {
    pub(crate) fn df(&self) -> f64 {
        match &self.engine {
            Engine::Linear { tree, .. } => real(tree.psus().saturating_sub(tree.strata())),
            Engine::Replicate(replication) => replication.df(),
        }
    }

    /// The finest unit of each row on which sums are kept.
    pub(crate) fn leaf_of_row(&self) -> &[u32] {
        match &self.engine {
            Engine::Linear { tree, .. } => &tree.leaf_of_row,
            Engine::Replicate(replication) => replication.leaf_of_row(),
        }
    }

    pub(crate) fn psu_of_leaf(&self, leaf: u32) -> u32 {
        match &self.engine {
            Engine::Linear { tree, .. } => tree.psu_of_leaf[leaf as usize],
            Engine::Replicate(replication) => replication.unit(leaf),
        }
    }

    /// The number of the first-stage stratum, where there is one.
    pub(crate) fn stratum(&self, psu: u32) -> u32 {
        match &self.engine {
            Engine::Linear { tree, .. } => tree.stratum(psu),
            Engine::Replicate(replication) => replication.stratum(psu),
        }
    }
}
