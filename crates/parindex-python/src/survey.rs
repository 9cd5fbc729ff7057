//! `parindex.Survey`: rows and how they were drawn.

use parindex_survey::{Conversion, Estimate, Kind, Lonely, Margin, Method, contrast_with};
use pyo3::prelude::*;

use crate::argument::{self, optional_real, real};
use crate::calibration::{Known, Total, calibrated};
use crate::design::{Drawing, Drawn, Given};
use crate::detach::detach;
use crate::error::{Failure, wrong_design};
use crate::estimates::{Names, one_of, options, table};
use crate::frame::Frame;
use crate::labels::{counted, entries, numbered};
use crate::pickling::refused;
use crate::question::{Answer, Quantity, Question};
use crate::several::Several;
use crate::source::mark;
use crate::whole::Whole;

/// A survey: the rows of a table, and how they were drawn.
///
/// Parameters
/// ----------
/// table : table
///     Anything with ``__arrow_c_stream__``, a path (``.csv``, ``.parquet``,
///     ``.xlsx``) or a list of dicts; a row for each respondent.
/// weights : str, optional
///     The column of weights: how many people a row stands for, above zero.
///     Without it all weigh one.
/// strata : str, optional
///     The column of strata of the first stage.
/// clusters : str or list of str, optional
///     The columns of sampled units, first stage first. Without them the rows
///     are the units drawn.
/// fpc : str or list of str, optional
///     The population size of each stage: how many units the row's stratum has
///     at the first, its cluster at the later ones. None, or one for each stage.
/// nest : bool
///     Whether ids of first-stage units start again in each stratum. If not, a
///     unit in two strata is a fault.
/// lonely : {"fail", "remove", "certainty", "adjust", "average"}
///     What a stratum with a single sampled unit adds to the variance.
/// lonely_in_domains : bool
///     Whether the rule also holds where a domain has a single unit in a stratum
///     of several, for "adjust" and "average".
/// replicates : list of str, optional
///     Columns of replicate weights, instead of strata, clusters and fpc.
/// kind : {"JK1", "JKn", "BRR", "bootstrap", "other"}, needed with replicates
///     How the replicates were made; "other" needs `scale`, "JKn" needs `rscales`.
/// scale, rscales : float, list of float, optional
///     Scale of the sum of squares and of each replicate, instead of the kind's.
/// fay : float
///     Fay's coefficient of "BRR", from 0 to below 1.
/// combined : bool
///     Whether replicate columns hold whole weights, or factors of `weights`.
/// mse : bool
///     Whether replicates deviate from the full estimate instead of their mean.
/// decimal : {".", ","}
///     The decimal mark of numbers written as text.
///
/// Raises
/// ------
/// ParIndexError
///     All faults at once, each with its row: ``bad-weight``, ``incomplete-row``,
///     ``out-of-range``, ``population-below-sample``, ``population-varies``,
///     ``psu-in-two-strata``, ``single-psu``, ``bad-number``; ``missing-column``,
///     ``stages-disagree``, ``wrong-design``, ``no-respondents``.
///
/// Notes
/// -----
/// Estimates follow R survey 4.5 (Lumley) to nine digits, but for one thing:
/// where all answers of a domain lie in one sampled unit, linearisation prints a
/// standard error of 0, and here it is *not estimable*. A missing answer makes a
/// domain: the row leaves the base and stays in the design.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> rows = [
/// ...     {"district": district, "weight": weight, "satisfied": satisfied}
/// ...     for district, weight, satisfied in zip("aabbcc", [2, 3, 2, 2, 4, 1], [1, 0, 1, 1, 0, None])
/// ... ]
/// >>> survey = pi.Survey(rows, weights="weight", clusters="district")
/// >>> mean = survey.mean("satisfied")
/// >>> mean["n"], mean["psus"], mean["missing"], mean["df"]
/// ([5], [3], [1], [2.0])
/// >>> round(mean["estimate"][0], 4), round(mean["se"][0], 4)
/// (0.4615, 0.2688)
#[pyclass(module = "parindex", frozen)]
pub(crate) struct Survey {
    pub(crate) core: parindex_survey::Survey,
    pub(crate) frame: Frame,
}

impl Survey {
    fn answer<'py>(&self, py: Python<'py>, question: Question) -> Result<Bound<'py, PyAny>, Failure> {
        let (core, frame, by) = (self.core.clone(), self.frame.clone(), question.by.clone());
        let answer = detach(py, move || question.ask(&core, &frame))??;
        table(&by, &answer.labels, &answer.estimates).finish(py)
    }

    /// The same rows with a reworked design.
    fn reworked(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&parindex_survey::Survey, &Frame) -> Result<parindex_survey::Survey, Failure> + Send + 'static,
    ) -> Result<Self, Failure> {
        let (core, frame) = (self.core.clone(), self.frame.clone());
        let core = detach(py, move || work(&core, &frame))??;
        Ok(Self { core, frame: self.frame.clone() })
    }
}

fn names(given: Option<Names>) -> Vec<String> {
    given.map(Names::list).unwrap_or_default()
}

#[pymethods]
impl Survey {
    #[new]
    #[pyo3(signature = (
        table, *, weights=None, strata=None, clusters=None, fpc=None, nest=true, lonely="fail",
        lonely_in_domains=false, replicates=None, kind=None, scale=None, rscales=None, fay=0.0, combined=true,
        mse=false, decimal="."
    ))]
    #[allow(clippy::too_many_arguments, clippy::fn_params_excessive_bools, reason = "all but the table are named")]
    fn new(
        py: Python<'_>,
        table: &Bound<'_, PyAny>,
        weights: Option<String>,
        strata: Option<String>,
        clusters: Option<Names>,
        fpc: Option<Names>,
        nest: bool,
        lonely: &str,
        lonely_in_domains: bool,
        replicates: Option<Several<String>>,
        kind: Option<&str>,
        #[pyo3(from_py_with = optional_real)] scale: Option<f64>,
        rscales: Option<Several<f64>>,
        #[pyo3(from_py_with = real)] fay: f64,
        combined: bool,
        mse: bool,
        decimal: &str,
    ) -> Result<Self, Failure> {
        let (source, mark) = (argument::table("table", table)?, mark(decimal)?);
        let lonely = one_of("lonely", lonely, &Lonely::NAMES)?;
        let (clusters, fpc) = (names(clusters), names(fpc));
        let drawing = match replicates {
            None => {
                if kind.is_some() || scale.is_some() || rscales.is_some() || fay.abs() > 0.0 || mse || !combined {
                    return Err(wrong_design(
                        "`kind`, `scale`, `rscales`, `fay`, `mse` and `combined` are for replicate weights",
                    ));
                }
                Drawing::Drawn(Drawn { weights, strata, clusters, fpc, nest, lonely, lonely_in_domains })
            }
            Some(Several(columns)) => {
                if strata.is_some() || !clusters.is_empty() || !fpc.is_empty() {
                    return Err(wrong_design(
                        "replicate weights stand for the design: leave out strata, clusters and fpc",
                    ));
                }
                if !nest || lonely != Lonely::Fail || lonely_in_domains {
                    return Err(wrong_design("`nest`, `lonely` and `lonely_in_domains` are for strata and clusters"));
                }
                let Some(kind) = kind else {
                    return Err(wrong_design("replicate weights need their `kind`; \"other\" takes its `scale`"));
                };
                let kinds = [
                    ("JK1", Kind::Jk1),
                    ("JKn", Kind::Jkn),
                    ("BRR", Kind::Brr { fay }),
                    ("bootstrap", Kind::Bootstrap),
                    ("other", Kind::Other),
                ];
                let kind = one_of("kind", kind, &kinds)?;
                if fay.abs() > 0.0 && !matches!(kind, Kind::Brr { .. }) {
                    return Err(wrong_design("`fay` is for the kind \"BRR\""));
                }
                let rscales = rscales.map(|Several(rscales)| rscales);
                Drawing::Given(Given { weights, columns, kind, scale, rscales, combined, mse })
            }
        };
        let work = move || -> Result<Self, Failure> {
            let frame = Frame::new(source.read()?, mark);
            let core = drawing.survey(&frame)?;
            Ok(Self { core, frame })
        };
        detach(py, work)?
    }

    /// The mean of a column.
    ///
    /// Parameters
    /// ----------
    /// y : str
    ///     A column of numbers; flags are ones and zeros, a gap is a missing answer.
    /// by : str or list of str, optional
    ///     A row for each group; rows without a label are a group of their own.
    /// deff : {"replace", "wor"}, optional
    ///     The design effect against simple random sampling with or without replacement.
    /// degrees : {"design", "own"}
    ///     Degrees of freedom of the whole design, or of the units and strata
    ///     with answers in the group: a province of three districts has 2.
    /// coverage : float
    ///     The coverage of the interval.
    ///
    /// Returns
    /// -------
    /// Table
    ///     The by columns, estimate, se, df, ci_low, ci_high, deff, n (rows with
    ///     an answer), psus (sampled units with an answer), note (why a part is
    ///     missing), missing (rows without an answer). In the unit of `y`.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``missing-column``, ``bad-number`` and ``out-of-range`` with rows;
    ///     ``no-respondents`` if nobody answered and there is no `by`.
    ///
    /// Examples
    /// --------
    /// >>> import parindex as pi
    /// >>> rows = [{"area": area, "y": y} for area, y in zip("uuurr", [1, 0, 1, 0, 0])]
    /// >>> means = pi.Survey(rows).mean("y", by="area")
    /// >>> means["area"], means["note"]
    /// (['r', 'u'], ['not-estimable-no-variation', None])
    #[pyo3(signature = (y, by=None, *, deff=None, degrees="design", coverage=0.95))]
    fn mean<'py>(
        &self,
        py: Python<'py>,
        y: String,
        by: Option<Names>,
        deff: Option<&str>,
        degrees: &str,
        #[pyo3(from_py_with = real)] coverage: f64,
    ) -> Result<Bound<'py, PyAny>, Failure> {
        let options = options(coverage, degrees, deff)?;
        self.answer(py, Question { quantity: Quantity::Mean(y), by: names(by), options })
    }

    /// The total of a column over the population; otherwise as :meth:`mean`.
    ///
    /// Parameters
    /// ----------
    /// y : str
    ///     A column of numbers, of which each row stands for as many as its weight.
    ///
    /// Returns
    /// -------
    /// Table
    ///     As :meth:`mean`, in the unit of `y` for the whole population.
    #[pyo3(signature = (y, by=None, *, deff=None, degrees="design", coverage=0.95))]
    fn total<'py>(
        &self,
        py: Python<'py>,
        y: String,
        by: Option<Names>,
        deff: Option<&str>,
        degrees: &str,
        #[pyo3(from_py_with = real)] coverage: f64,
    ) -> Result<Bound<'py, PyAny>, Failure> {
        let options = options(coverage, degrees, deff)?;
        self.answer(py, Question { quantity: Quantity::Total(y), by: names(by), options })
    }

    /// The ratio of two columns' totals, over rows where both are present;
    /// otherwise as :meth:`mean`.
    ///
    /// Parameters
    /// ----------
    /// num, den : str
    ///     The columns of numbers above and below the line.
    ///
    /// Returns
    /// -------
    /// Table
    ///     As :meth:`mean`, in units of `num` for each unit of `den`.
    #[pyo3(signature = (num, den, by=None, *, deff=None, degrees="design", coverage=0.95))]
    #[allow(clippy::too_many_arguments, reason = "the options are named")]
    fn ratio<'py>(
        &self,
        py: Python<'py>,
        num: String,
        den: String,
        by: Option<Names>,
        deff: Option<&str>,
        degrees: &str,
        #[pyo3(from_py_with = real)] coverage: f64,
    ) -> Result<Bound<'py, PyAny>, Failure> {
        let options = options(coverage, degrees, deff)?;
        self.answer(py, Question { quantity: Quantity::Ratio(num, den), by: names(by), options })
    }

    /// The share of ones in a column of zeros and ones; otherwise as :meth:`mean`.
    ///
    /// Parameters
    /// ----------
    /// method : {"logit", "wald", "beta", "wilson", "asin"}
    ///     The interval, as R survey's ``svyciprop`` defines it ("wald" is its "mean").
    #[pyo3(signature = (y, method="logit", by=None, *, deff=None, degrees="design", coverage=0.95))]
    #[allow(clippy::too_many_arguments, reason = "the options are named")]
    fn proportion<'py>(
        &self,
        py: Python<'py>,
        y: String,
        method: &str,
        by: Option<Names>,
        deff: Option<&str>,
        degrees: &str,
        #[pyo3(from_py_with = real)] coverage: f64,
    ) -> Result<Bound<'py, PyAny>, Failure> {
        let options = options(coverage, degrees, deff)?;
        let method = one_of("method", method, &Method::NAMES)?;
        self.answer(py, Question { quantity: Quantity::Proportion(y, method), by: names(by), options })
    }

    /// Differences: between groups of this survey, or from another survey.
    ///
    /// Parameters
    /// ----------
    /// y : str
    ///     As for the statistic.
    /// coefficients : dict, optional
    ///     The coefficient of each group; for several `by` columns the key is a
    ///     tuple; keys are read as the column's labels, so that 2024 and "2024" are
    ///     one. ``{"P01": 1, "P02": -1}`` is the first province less the second.
    ///     The sampled units that groups share are taken into account.
    /// by : str or list of str, optional
    ///     The groups.
    /// against : Survey, optional
    ///     A survey drawn apart, such as the year before: this one less that one,
    ///     group by group; degrees of freedom are Satterthwaite's. One of
    ///     `coefficients` and `against` must be given.
    /// statistic : {"mean", "total", "proportion", "ratio"}
    /// den : str, optional
    ///     The denominator of a ratio.
    /// degrees, coverage
    ///     As for :meth:`mean`.
    ///
    /// Returns
    /// -------
    /// Table
    ///     As :meth:`mean`: one row, or a row for each group of either survey.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     As :meth:`mean`; ``bad-value`` for a group that is not there;
    ///     ``not-estimable`` naming groups without a standard error;
    ///     ``wrong-design`` where `against` is the same survey, or no coefficient
    ///     differs from zero.
    ///
    /// Examples
    /// --------
    /// >>> import parindex as pi
    /// >>> rows = [{"year": year, "y": y} for year, y in zip([2023] * 4 + [2024] * 4, [0, 1, 0, 1, 1, 1, 0, 1])]
    /// >>> pi.Survey(rows).contrast("y", {"2024": 1, "2023": -1}, by="year")["estimate"]
    /// [0.25]
    #[pyo3(signature = (
        y, coefficients=None, by=None, *, against=None, statistic="mean", den=None, degrees="design", coverage=0.95
    ))]
    #[allow(clippy::too_many_arguments, reason = "the options are named")]
    fn contrast<'py>(
        &self,
        py: Python<'py>,
        y: String,
        coefficients: Option<&Bound<'py, PyAny>>,
        by: Option<Names>,
        against: Option<&Self>,
        statistic: &str,
        den: Option<String>,
        degrees: &str,
        #[pyo3(from_py_with = real)] coverage: f64,
    ) -> Result<Bound<'py, PyAny>, Failure> {
        let options = options(coverage, degrees, None)?;
        let by = names(by);
        let question = Question { quantity: Quantity::of(statistic, y, den)?, by: by.clone(), options };
        let (core, frame) = (self.core.clone(), self.frame.clone());
        match (coefficients, against) {
            (Some(coefficients), None) => {
                if by.is_empty() {
                    return Err(wrong_design("`coefficients` are of groups: name their columns in `by`"));
                }
                let coefficients = numbered("coefficients", coefficients, by.len())?;
                let work = move || -> Result<Estimate, Failure> {
                    let answer = question.ask(&core, &frame)?;
                    Ok(contrast_with(&answer.terms(&coefficients)?, &options)?)
                };
                table(&[], &[], &[detach(py, work)??]).finish(py)
            }
            (None, Some(other)) => {
                let (earlier, rows) = (other.core.clone(), other.frame.clone());
                let work = move || -> Result<Answer, Failure> {
                    let before = question.ask(&earlier, &rows)?;
                    question.ask(&core, &frame)?.since(&before, &options)
                };
                let change = detach(py, work)??;
                table(&by, &change.labels, &change.estimates).finish(py)
            }
            _ => Err(wrong_design("give one of `coefficients` and `against`")),
        }
    }

    /// The same survey with weights that meet the counts of a margin, class by class.
    ///
    /// Parameters
    /// ----------
    /// margin : str
    ///     The column of classes.
    /// counts : dict
    ///     How many people of the population are in each class; keys are read as
    ///     the column's labels, so that 1 and "1" are one.
    ///
    /// Returns
    /// -------
    /// Survey
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     All at once: ``incomplete-row`` with rows without a class,
    ///     ``margins-disagree`` naming classes without a count or a respondent.
    ///
    /// Examples
    /// --------
    /// >>> import parindex as pi
    /// >>> survey = pi.Survey([{"gender": gender} for gender in "FMF"])
    /// >>> survey.post_stratify("gender", {"F": 60, "M": 40}).weights
    /// [30.0, 40.0, 30.0]
    fn post_stratify(&self, py: Python<'_>, margin: String, counts: &Bound<'_, PyAny>) -> Result<Self, Failure> {
        let counts = counted("counts", counts)?;
        self.reworked(py, move |core, frame| {
            let mut reading = frame.read();
            let margin = Margin::new(margin.clone(), reading.labels(&margin), counts);
            reading.finish(|| core.post_stratify(&margin))
        })
    }

    /// The same survey with weights that meet the counts of several margins, by
    /// iterative proportional fitting.
    ///
    /// Parameters
    /// ----------
    /// margins : dict of dict
    ///     For each column of classes, how many people are in each class.
    /// tolerance : float
    ///     The largest gap of a class, as a share of the population.
    ///
    /// Returns
    /// -------
    /// Survey
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     As :meth:`post_stratify`; ``margins-disagree`` where totals differ;
    ///     ``raking-did-not-converge`` naming the margin and the gap.
    #[pyo3(signature = (margins, tolerance=1e-10))]
    fn rake(
        &self,
        py: Python<'_>,
        margins: &Bound<'_, PyAny>,
        #[pyo3(from_py_with = real)] tolerance: f64,
    ) -> Result<Self, Failure> {
        let margins: Vec<(String, Vec<(String, f64)>)> = entries("margins", margins)?
            .into_iter()
            .map(|(name, counts)| -> Result<_, Failure> {
                let name = name.str()?.to_string();
                let counts = counted(&name, &counts)?;
                Ok((name, counts))
            })
            .collect::<Result<_, _>>()?;
        self.reworked(py, move |core, frame| {
            let mut reading = frame.read();
            let mut sound = Vec::new();
            for (name, counts) in margins {
                let before = reading.found();
                let margin = Margin::new(name.clone(), reading.labels(&name), counts);
                if reading.found() == before {
                    sound.push(margin);
                }
            }
            // Where one margin cannot be read the faults of the others are told with it.
            let raked = if reading.is_sound() {
                core.rake(&sound, tolerance).map(Some)
            } else {
                core.check_margins(&sound).map(|()| None)
            };
            let raked = reading.keep_all(raked).flatten();
            reading.done(raked)
        })
    }

    /// The same survey with weights that meet the totals of columns (the GREG
    /// estimator): each weight is multiplied by a linear function of the row.
    ///
    /// Parameters
    /// ----------
    /// totals : dict
    ///     The population total of each column of numbers; for a column of
    ///     classes, a dict of the count of each class. The key ``"1"`` stands
    ///     for the size of the population where no column is called that.
    /// bounds : tuple of float, optional
    ///     The least and largest factor a weight may be multiplied by.
    ///
    /// Returns
    /// -------
    /// Survey
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``incomplete-row`` with rows of missing values; ``margins-disagree``
    ///     where totals contradict each other or a class has no respondent;
    ///     ``raking-did-not-converge`` where the bounds are too tight;
    ///     ``too-large`` for more than 2²⁶ rows × columns, a class being one.
    #[pyo3(signature = (totals, bounds=None))]
    fn calibrate(
        &self,
        py: Python<'_>,
        totals: &Bound<'_, PyAny>,
        bounds: Option<(f64, f64)>,
    ) -> Result<Self, Failure> {
        let totals: Vec<(String, Total)> = entries("totals", totals)?
            .into_iter()
            .map(|(name, total)| -> Result<_, Failure> {
                let name = name.str()?.to_string();
                let total = Total::of(&name, &total)?;
                Ok((name, total))
            })
            .collect::<Result<_, _>>()?;
        self.reworked(py, move |core, frame| {
            let mut reading = frame.read();
            let mut sound = Vec::new();
            for (name, total) in totals {
                let before = reading.found();
                let known = Known::read(&mut reading, frame.rows(), name, total);
                if reading.found() == before {
                    sound.push(known);
                }
            }
            // Where one column cannot be read the faults of the others are told with it.
            let made =
                if sound.is_empty() && !reading.is_sound() { None } else { Some(calibrated(core, sound, bounds)) };
            let made = made.and_then(|made| reading.keep_all(made));
            reading.done(made)
        })
    }

    /// The same survey with variances from replicates of its first stage.
    ///
    /// Parameters
    /// ----------
    /// kind : {"JKn", "JK1", "BRR", "bootstrap"}
    ///     Leave one unit out in its stratum, or in a design without strata;
    ///     balanced half samples; Rao and Wu's rescaled bootstrap.
    /// replicates, seed : int
    ///     How many bootstrap replicates, and their seed.
    /// fay : float
    ///     Fay's coefficient of "BRR", from 0 to below 1.
    ///
    /// Returns
    /// -------
    /// Survey
    ///     Convert first and calibrate then, so that each replicate is calibrated.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``wrong-design`` where the design does not fit, ``out-of-range``,
    ///     ``too-large`` for more than 2²⁶ sampled units × replicates.
    ///
    /// Examples
    /// --------
    /// >>> import parindex as pi
    /// >>> survey = pi.Survey([{"y": y} for y in (1, 2, 4)])
    /// >>> survey.replicate("JK1").mean("y")["se"] == survey.mean("y")["se"]
    /// True
    #[pyo3(
        signature = (kind, *, replicates=Whole::Held(500), seed=Whole::Held(0), fay=0.0),
        text_signature = "($self, kind, *, replicates=500, seed=0, fay=0.0)"
    )]
    fn replicate(
        &self,
        py: Python<'_>,
        kind: &str,
        replicates: Whole,
        seed: Whole,
        #[pyo3(from_py_with = real)] fay: f64,
    ) -> Result<Self, Failure> {
        let (replicates, seed) = (replicates.of("replicates")?, seed.of("seed")?);
        let kinds = [
            ("JK1", Conversion::Jk1),
            ("JKn", Conversion::Jkn),
            ("BRR", Conversion::Brr { fay }),
            ("bootstrap", Conversion::Bootstrap { replicates, seed }),
        ];
        let conversion = one_of("kind", kind, &kinds)?;
        self.reworked(py, move |core, _| Ok(core.replicate(conversion)?))
    }

    /// The weight of each row, after calibration.
    #[getter]
    fn weights(&self) -> Vec<f64> {
        self.core.weights().to_vec()
    }

    /// Degrees of freedom of the whole design: units of the first stage less
    /// strata; of replicates, the rank of their weights less one.
    #[getter]
    fn df(&self, py: Python<'_>) -> PyResult<f64> {
        let core = self.core.clone();
        detach(py, move || core.df())
    }

    fn __len__(&self) -> usize {
        self.core.rows()
    }

    /// Refuses, and says what to keep instead.
    #[allow(clippy::unused_self, reason = "pickle asks the object")]
    fn __reduce__(&self) -> PyResult<()> {
        refused("Survey", "the table, the design, and what it was calibrated to")
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<parindex.Survey of {} rows, {} degrees of freedom>", self.core.rows(), self.df(py)?))
    }
}
