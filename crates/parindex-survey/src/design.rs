//! How the sample was drawn, as the user states it, and what is wrong with that.

use crate::error::{Error, Fault, Problem};
use crate::groups::Groups;
use crate::number::{MAX_ROWS, NONE};

/// What a stratum with a single sampled unit adds to the variance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lonely {
    /// Refuse such a design (`single-psu`), naming every such stratum.
    #[default]
    Fail,
    /// It adds nothing.
    Remove,
    /// It was certain to be drawn and adds nothing; later stages still do.
    Certainty,
    /// Its total is compared with the mean of all units of the stage.
    Adjust,
    /// It adds what the other strata add on average.
    Average,
}

impl Lonely {
    /// The rules by the names users type.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("fail", Self::Fail),
        ("remove", Self::Remove),
        ("certainty", Self::Certainty),
        ("adjust", Self::Adjust),
        ("average", Self::Average),
    ];
}

/// A sampling design: strata, clusters in any number of stages, finite
/// population sizes and weights.
///
/// Everything is optional but the number of rows: without strata there is one,
/// without clusters the rows are the units drawn, without weights all weigh one.
///
/// ```
/// use parindex_survey::{Design, Groups, Survey};
///
/// let districts = Groups::from_labels(["a", "a", "b", "b"].map(Some));
/// let survey = Survey::new(Design::new(4).weights(&[2.0, 2.0, 3.0, 3.0]).cluster(&districts))?;
/// let mean = survey.mean(&[1.0, 0.0, 1.0, 1.0])?;
/// assert_eq!(mean.df, 1.0);
///
/// let lonely = Design::new(4).strata(&districts).cluster(&districts);
/// assert_eq!(Survey::new(lonely).unwrap_err().code(), "single-psu");
/// # Ok::<(), parindex_survey::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Design<'a> {
    pub(crate) rows: usize,
    pub(crate) strata: Option<&'a Groups>,
    pub(crate) clusters: Vec<&'a Groups>,
    pub(crate) populations: Vec<&'a [f64]>,
    pub(crate) weights: Option<&'a [f64]>,
    pub(crate) nest: bool,
    pub(crate) lonely: Lonely,
    pub(crate) lonely_in_domains: bool,
}

impl<'a> Design<'a> {
    /// A simple random sample of `rows` rows, all weighing one.
    #[must_use]
    pub fn new(rows: usize) -> Self {
        Self {
            rows,
            strata: None,
            clusters: Vec::new(),
            populations: Vec::new(),
            weights: None,
            nest: true,
            lonely: Lonely::Fail,
            lonely_in_domains: false,
        }
    }

    /// The stratum of each row, at the first stage.
    #[must_use]
    pub fn strata(mut self, strata: &'a Groups) -> Self {
        self.strata = Some(strata);
        self
    }

    /// The next stage: the cluster of each row. Ids of later stages nest in
    /// the earlier ones.
    #[must_use]
    pub fn cluster(mut self, cluster: &'a Groups) -> Self {
        self.clusters.push(cluster);
        self
    }

    /// The population size of the next stage, in each row: how many units the
    /// row's stratum has at the first stage, how many the row's cluster has at
    /// the later ones. Stages left without count as drawn with replacement,
    /// which adds their variance where an earlier stage has a size.
    #[must_use]
    pub fn population(mut self, sizes: &'a [f64]) -> Self {
        self.populations.push(sizes);
        self
    }

    /// The weight of each row: how many people it stands for, above zero.
    #[must_use]
    pub fn weights(mut self, weights: &'a [f64]) -> Self {
        self.weights = Some(weights);
        self
    }

    /// Whether ids of first-stage clusters start again in each stratum (they do
    /// unless this says `false`, and then an id in two strata is a fault).
    #[must_use]
    pub fn nest(mut self, nest: bool) -> Self {
        self.nest = nest;
        self
    }

    /// What a stratum with a single unit adds.
    #[must_use]
    pub fn lonely(mut self, lonely: Lonely) -> Self {
        self.lonely = lonely;
        self
    }

    /// Whether a stratum of several units, of which only one has answers in a
    /// domain, counts as lonely in that domain. It matters under
    /// [`Lonely::Adjust`] and [`Lonely::Average`]; R survey calls it
    /// `survey.adjust.domain.lonely`. It does not unless this says so.
    #[must_use]
    pub fn lonely_in_domains(mut self, adjust: bool) -> Self {
        self.lonely_in_domains = adjust;
        self
    }

    /// How many stages units are drawn in.
    pub(crate) fn stages(&self) -> usize {
        self.clusters.len().max(1)
    }

    /// Every fault that can be seen row by row.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.rows >= MAX_ROWS {
            let limit = format!("{MAX_ROWS} rows");
            return Err(Problem::TooLarge { what: "the survey".to_owned(), limit }.into());
        }
        if self.rows == 0 {
            return Err(Problem::NoRespondents { what: "in the survey".to_owned() }.into());
        }
        let mut shapes = Vec::new();
        let mut shape = |column: String, found: usize| {
            if found != self.rows {
                shapes.push(Problem::WrongLength { column, found, expected: self.rows }.into());
            }
        };
        self.weights.inspect(|weights| shape("weights".to_owned(), weights.len()));
        self.strata.inspect(|strata| shape("strata".to_owned(), strata.rows()));
        for (stage, cluster) in self.clusters.iter().enumerate() {
            shape(format!("clusters of stage {}", stage + 1), cluster.rows());
        }
        for (stage, sizes) in self.populations.iter().enumerate() {
            shape(format!("population sizes of stage {}", stage + 1), sizes.len());
        }
        let given = self.populations.len();
        if given > self.stages() {
            shapes.push(Problem::StagesDisagree { given, stages: self.stages() }.into());
        }
        Error::check(shapes)?;
        let mut faults = Vec::new();
        for row in 0..self.rows {
            self.check_row(row, &mut faults);
        }
        if !self.nest {
            self.check_nesting(&mut faults);
        }
        Error::check(faults)
    }

    fn check_row(&self, row: usize, faults: &mut Vec<Fault>) {
        if let Some(weights) = self.weights {
            faults.extend(bad_weight(weights[row]).map(|problem| problem.in_row(row)));
        }
        let lacks = |groups: &Groups| groups.codes()[row] == NONE;
        if self.strata.is_some_and(lacks) {
            faults.push(Problem::MissingLabel { what: "the stratum".to_owned() }.in_row(row));
        }
        for (stage, cluster) in self.clusters.iter().enumerate() {
            if lacks(cluster) {
                let what = format!("the cluster of stage {}", stage + 1);
                faults.push(Problem::MissingLabel { what }.in_row(row));
            }
        }
        for (stage, sizes) in self.populations.iter().enumerate() {
            // An infinite population is one without a correction.
            if sizes[row].is_nan() || sizes[row] < 1.0 {
                let allowed = format!("a population size of stage {} from 1 on", stage + 1);
                faults.push(Problem::OutOfRange { value: sizes[row].to_string(), allowed }.in_row(row));
            }
        }
    }

    fn check_nesting(&self, faults: &mut Vec<Fault>) {
        let (Some(strata), Some(clusters)) = (self.strata, self.clusters.first()) else { return };
        let mut first = vec![NONE; clusters.labels().len()];
        for (row, (cluster, stratum)) in clusters.codes().iter().zip(strata.codes()).enumerate() {
            let Some(seen) = first.get_mut(*cluster as usize) else { continue };
            if *seen == NONE {
                *seen = *stratum;
            } else if *seen != *stratum {
                let problem = Problem::ClusterInTwoStrata {
                    cluster: clusters.label(*cluster).to_owned(),
                    first: strata.label(*seen).to_owned(),
                    second: strata.label(*stratum).to_owned(),
                };
                faults.push(problem.in_row(row));
            }
        }
    }
}

/// What is wrong with a weight.
pub(crate) fn bad_weight(weight: f64) -> Option<Problem> {
    let what = if weight.is_nan() {
        "it is missing".to_owned()
    } else if !weight.is_finite() || weight <= 0.0 {
        format!("it is {weight} and must be above zero and finite")
    } else {
        return None;
    };
    Some(Problem::BadWeight { what })
}
