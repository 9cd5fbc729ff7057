//! Simulation: what is believed of leaves, drawn and sent through the real rules.
//!
//! A framework is compiled: rules become straight pieces of machine numbers, and a
//! belief that can earn only finitely many points – all can where leaves are
//! rounded – becomes a table of them with exact probabilities. Everything that can
//! be scored exactly beforehand is: known evidence, choices, flags, counts. What is
//! left is adding up, in machine numbers that agree with exact scoring to 10⁻⁹.

mod belief;
mod compare;
pub(crate) mod compiled;
pub(crate) mod curve;
pub(crate) mod draws;
pub(crate) mod leaf;
mod spread;
mod table;
pub(crate) mod tree;

use std::sync::Arc;

pub use belief::{Belief, BeliefRow};
use parindex::{Framework, Units};

use crate::draws::{Joined, Origin, Source};
use crate::error::{Error, Problem};
use crate::forecast::Forecast;
use crate::number::MAX_DRAWS;
use crate::reason::Reason;
use crate::watch::cores;
use compiled::Compiled;
use draws::Simulated;

/// Beliefs about the leaves of units under one framework, ready to be drawn from.
///
/// ```
/// use parindex::{Framework, Stated};
/// use parindex_forecast::{Belief, BeliefRow, Simulation, SimulationOptions};
///
/// let framework = Framework::bundled("dvc-766/province")?;
/// // 812 of 900 dossiers on time so far, 300 more to come; the others are known.
/// let on_time = Belief::BetaBinomial { good: 812, so_far: 900, coming: 300 };
/// let rows = [
///     BeliefRow::new("H44", "2.1", on_time),
///     BeliefRow::new("H45", "2.1", Belief::Fixed(Stated::text("90"))),
/// ];
/// let forecast = Simulation::new(&framework, &rows)?.forecast(&SimulationOptions::default())?;
/// let ahead = forecast.beats("H44", "H45")?;
/// assert!(0.5 < ahead && ahead < 0.8);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Simulation {
    pub(crate) compiled: Arc<Compiled>,
    pub(crate) noise: Option<f64>,
}

/// How draws are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SimulationOptions {
    /// How many draws answers rest on; 100,000.
    pub draws: usize,
    /// The seed: same seed, same draws, on any number of threads.
    pub seed: u64,
    /// How many threads; as many as there are cores if not said.
    pub threads: Option<usize>,
}

impl Default for SimulationOptions {
    fn default() -> Self {
        Self { draws: 100_000, seed: 0, threads: None }
    }
}

impl SimulationOptions {
    fn check(&self) -> Result<(), Problem> {
        if self.draws == 0 || self.draws > MAX_DRAWS {
            return Err(Problem::out_of_range("the number of draws", self.draws, "1 to 100,000,000"));
        }
        Ok(())
    }

    fn threads(&self) -> usize {
        self.threads.unwrap_or_else(cores).max(1)
    }
}

impl Simulation {
    /// Compiles beliefs under a framework. A leaf of which nothing is believed lacks
    /// evidence, and earns what the framework gives for that.
    ///
    /// # Errors
    /// All faults at once, each with its row: those of the evidence that beliefs are
    /// made of (`unknown-criterion`, `bad-code`, `not-a-leaf`, `duplicate-evidence`,
    /// `out-of-range`, `refused` and their like), `wrong-measure` for a belief that
    /// the leaf's rule cannot read, `max-points-unknown` for an outline,
    /// `incomplete-row` where a unit has no name or nothing that counts; `too-large` for
    /// more than ten million units × leaves.
    pub fn new(framework: &Framework, rows: &[BeliefRow]) -> Result<Self, Error> {
        Ok(Self { compiled: Arc::new(Compiled::new(framework, rows, None)?), noise: None })
    }

    /// Compiles beliefs about listed units: their names show in tables, and rules that
    /// compare units compare those of a level.
    ///
    /// # Errors
    /// As [`Simulation::new`], and `unknown-unit` for a unit that is not listed.
    pub fn with_units(framework: &Framework, rows: &[BeliefRow], units: &Units) -> Result<Self, Error> {
        Ok(Self { compiled: Arc::new(Compiled::new(framework, rows, Some(units))?), noise: None })
    }

    /// The same with uncertain weights. In each draw the points and the maximum of
    /// every row of the hundred are multiplied by a factor of the row's own, the same
    /// for all units; then all points are scaled so that the maximum of the whole is
    /// kept. Factors are log-normal with mean 1 and this standard deviation.
    ///
    /// Rows are the leaves; under a minimum or a geometric mean, where weights mean
    /// nothing, it is the node above them. Rows outside the hundred and rows whose
    /// maximum is open keep their weight.
    ///
    /// # Errors
    /// `out-of-range` for a spread below 0 or above 10.
    pub fn weights_noise(self, spread: f64) -> Result<Self, Error> {
        Self::check_weights_noise(spread)?;
        Ok(Self { noise: (spread > 0.0).then_some(spread), ..self })
    }

    /// Whether weights may have this noise, before there is a simulation to put it to.
    ///
    /// # Errors
    /// `out-of-range` for a spread below 0 or above 10.
    pub fn check_weights_noise(spread: f64) -> Result<(), Problem> {
        if (0.0..=10.0).contains(&spread) {
            return Ok(());
        }
        Err(Problem::out_of_range("the noise of weights", spread, "0 to 10"))
    }

    /// The units, in the order of all answers: by id.
    #[must_use]
    pub fn units(&self) -> &[String] {
        &self.compiled.units
    }

    /// Joint draws of the index of all units, in percent of the maximum. Units and
    /// leaves are independent of one another. The year is the framework's last
    /// round, 0 where it names none. [`Forecast::failures`] counts the draws that
    /// scored a unit with 0 for want of a score.
    ///
    /// # Errors
    /// `out-of-range` for no draws.
    pub fn forecast(&self, options: &SimulationOptions) -> Result<Forecast, Error> {
        options.check()?;
        let rounds = self.compiled.framework.rounds().iter().max();
        let year = rounds.and_then(|year| i16::try_from(*year).ok()).unwrap_or_default();
        let source = Source::Simulated(self.simulated(options));
        let units = self.compiled.units.iter().cloned().zip(self.compiled.names.iter().cloned());
        let reason = self.reason(None);
        Ok(Forecast::of_draws(source, units, year, options.draws, options.threads(), reason))
    }

    /// Joint draws of the units believed in, beside all other units as `others`
    /// forecasts them for the first of its years; the two are independent of one
    /// another. What was given to `others` is not carried over: give it anew.
    ///
    /// # Errors
    /// `out-of-range` for no draws; `cannot-join` for a forecast whose scores are no
    /// points, or that is not a model's.
    pub fn joined(&self, others: &Forecast, options: &SimulationOptions) -> Result<Forecast, Error> {
        options.check()?;
        let (modelled, year) = others.modelled()?;
        let simulated = &self.compiled.units;
        let mut rows: Vec<(String, String, Origin)> = simulated
            .iter()
            .zip(&self.compiled.names)
            .enumerate()
            .map(|(place, (id, name))| (id.clone(), name.clone(), Origin::Simulated(place)))
            .collect();
        for (place, (id, name)) in others.units().iter().zip(others.names()).enumerate() {
            match simulated.binary_search(id) {
                // A units table of the simulation may be lacking; the forecast knows the name.
                Ok(own) if self.compiled.names[own] == *id => rows[own].1.clone_from(name),
                Ok(_) => {}
                Err(_) => rows.push((id.clone(), name.clone(), Origin::Modelled(place))),
            }
        }
        rows.sort_by(|one, two| one.0.cmp(&two.0));
        let origins = rows.iter().map(|(_, _, origin)| *origin).collect();
        let source = Source::Joined(Joined::new(self.simulated(options), modelled, origins));
        let reason = self.reason(Some(others.reason()));
        let units = rows.into_iter().map(|(id, name, _)| (id, name));
        let forecast = Forecast::of_draws(source, units, year, options.draws, options.threads(), reason);
        Ok(forecast.beside(others))
    }

    fn reason(&self, others: Option<&Reason>) -> Reason {
        let framework = self.compiled.framework.id().to_owned();
        Reason::Simulated { framework, others: others.map(|reason| Box::new(reason.clone())) }
    }

    fn simulated(&self, options: &SimulationOptions) -> Simulated {
        Simulated::new(Arc::clone(&self.compiled), self.noise, options.seed)
    }
}
