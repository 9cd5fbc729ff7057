//! Which leaves make a unit's score and rank uncertain.

use parindex::Code;

use crate::error::{Error, Fault, Problem};
use crate::sensitivity::board::{Board, Panel, SIDES, Sample, Standing};
use crate::sensitivity::indices::{Indices, Quad};
use crate::sensitivity::sobol::{SobolOptions, Tally};
use crate::simulation::Simulation;
use crate::watch::{Watch, in_pieces};

/// What a sensitivity is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum On {
    /// The unit's index in percent.
    Score,
    /// Its rank among all units of the simulation.
    Rank,
}

impl On {
    /// The word that names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Rank => "rank",
        }
    }
}

/// An uncertainty that a score or a rank comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Uncertain {
    /// What is believed of one of the unit's leaves.
    Leaf(Code),
    /// All that is believed of the other units, together.
    Others,
    /// The noise of weights, together.
    Weights,
}

impl Uncertain {
    /// The code of the leaf, or `others` or `weights`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Leaf(code) => code.to_string(),
            Self::Others => "others".to_owned(),
            Self::Weights => "weights".to_owned(),
        }
    }
}

/// What one uncertainty does to one unit's score or rank.
#[derive(Clone, Debug, PartialEq)]
pub struct SensitivityRow {
    /// The unit's id.
    pub unit: String,
    /// Of its score or of its rank.
    pub on: On,
    /// Where the uncertainty lies.
    pub input: Uncertain,
    /// Shares of the variance.
    pub indices: Indices,
    /// How often score and rank of the unit were evaluated, for all its rows together.
    pub evaluations: usize,
    /// How often there was no rank: every row of a unit had left the maximum, or the
    /// framework refused to divide by zero.
    pub failures: usize,
}

/// Sobol' indices of a simulation.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity {
    rows: Vec<SensitivityRow>,
    evaluations: usize,
    failures: usize,
}

impl Sensitivity {
    /// Rows by unit, score before rank, leaves in human order before `others` and `weights`.
    #[must_use]
    pub fn rows(&self) -> &[SensitivityRow] {
        &self.rows
    }

    /// How often a score and a rank were evaluated.
    #[must_use]
    pub fn evaluations(&self) -> usize {
        self.evaluations
    }

    /// How many evaluations gave no score or rank. Their samples are left out of the
    /// indices they belong to and counted there too.
    #[must_use]
    pub fn failures(&self) -> usize {
        self.failures
    }
}

/// Most scores that are held, 8 bytes each.
const MOST_SCORES: usize = 1 << 27;
/// Steps that a watch hears of, and how many of them panels are.
const WORK: usize = 1000;
const PANELS: usize = 200;
/// Samples whose panels are made together.
const TOGETHER: usize = 64;

impl Simulation {
    /// First-order and total Sobol' indices of each uncertain leaf of a unit on the
    /// unit's score and on its rank. For the rank, the other units together are one
    /// more uncertainty, and so they are for the score where a rule compares units;
    /// the noise of weights is another. `units` picks some units, all by default;
    /// ranks are among all units of the simulation either way.
    ///
    /// An index is the share of the variance of the score, or of the rank, that is
    /// the leaf's: which of its measures to look after first. An output that does
    /// not vary has none. See [`crate::sobol`] for how they are estimated.
    ///
    /// ```
    /// use parindex::Framework;
    /// use parindex_forecast::{Belief, BeliefRow, Simulation, SobolOptions, unwatched};
    ///
    /// let framework = Framework::bundled("dvc-766/province")?;
    /// let on_time = Belief::BetaBinomial { good: 812, so_far: 900, coming: 300 };
    /// let online = Belief::Triangular { low: 30.0, mode: 45.0, high: 75.0 };
    /// let rows = [BeliefRow::new("H44", "2.1", on_time), BeliefRow::new("H44", "3.2", online)];
    /// let found = Simulation::new(&framework, &rows)?.sensitivity(&SobolOptions::default(), None, &unwatched)?;
    /// let share = |place: usize| found.rows()[place].indices.total.unwrap().value;
    /// assert!(share(0) < 0.1 && share(1) > 0.9, "nearly all that is open is how many apply online");
    /// assert_eq!(found.failures(), 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `unknown-unit` for each unit that has no belief; `out-of-range` for the options;
    /// `too-large` where samples × units pass 2²⁵ with weight noise, or 2²⁶ without;
    /// `stopped`.
    pub fn sensitivity(
        &self,
        options: &SobolOptions,
        units: Option<&[String]>,
        watch: Watch<'_>,
    ) -> Result<Sensitivity, Error> {
        options.check()?;
        let compiled = &*self.compiled;
        let chosen = match units {
            None => (0..compiled.units.len()).collect(),
            Some(units) => chosen(&compiled.units, units)?,
        };
        let board = Board::new(compiled, self.noise, options.seed);
        let size = board.panel_size();
        if options.samples.saturating_mul(size) > MOST_SCORES {
            let limit = format!("{} samples for {} units", MOST_SCORES / size, compiled.units.len());
            return Err(Problem::TooLarge { what: "the number of samples".to_owned(), limit }.into());
        }
        // Making panels is the smaller part of the work.
        let first = |done: usize, total: usize| watch(PANELS * done / total.max(1), WORK);
        let then = |done: usize, total: usize| watch(PANELS + (WORK - PANELS) * done / total.max(1), WORK);
        let panels = panels(&board, options, &first)?;
        let inputs: Vec<Vec<usize>> = chosen.iter().map(|unit| board.uncertain(*unit)).collect();
        let tallies = options.added(chosen.len(), &then, Sample::default, |task, sample, room, tally| {
            let panel = board.panel(&panels[sample * size..][..size]);
            one_sample(&board, chosen[task], sample, &inputs[task], (room, &panel), tally);
        })?;
        let mut found = Sensitivity { rows: Vec::new(), evaluations: 0, failures: 0 };
        let leaves_of_all: Vec<usize> = (0..compiled.units.len()).map(|unit| board.uncertain(unit).len()).collect();
        let all: usize = leaves_of_all.iter().sum();
        for ((unit, leaves), tally) in chosen.iter().zip(&inputs).zip(&tallies) {
            found.evaluations += tally.evaluations;
            found.failures += tally.failures;
            let leaf = |leaf: &usize| Some(Uncertain::Leaf(compiled.codes[*leaf].clone()));
            let others = (all > leaves_of_all[*unit]).then_some(Uncertain::Others);
            let weights = board.has_weights().then_some(Uncertain::Weights);
            let named: Vec<Option<Uncertain>> = leaves.iter().map(leaf).chain([others, weights]).collect();
            let indices: Vec<Indices> = tally.indices(options.confidence).collect();
            for (on, half) in [On::Score, On::Rank].into_iter().zip(0..) {
                for (place, input) in named.iter().enumerate() {
                    // Where rules do not compare units, the others do nothing to a score.
                    let is_idle = on == On::Score && !board.is_compared && *input == Some(Uncertain::Others);
                    if let Some(input) = input.clone().filter(|_| !is_idle) {
                        let indices = indices[2 * place + half];
                        let unit = compiled.units[*unit].clone();
                        let Tally { evaluations, failures, .. } = *tally;
                        found.rows.push(SensitivityRow { unit, on, input, indices, evaluations, failures });
                    }
                }
            }
        }
        Ok(found)
    }
}

/// The places of the units named.
fn chosen(all: &[String], units: &[String]) -> Result<Vec<usize>, Error> {
    let place = |unit: &String| all.binary_search(&parindex::composed(unit).into_owned());
    let unknown = units.iter().enumerate().filter(|(_, unit)| place(unit).is_err());
    Error::check(
        unknown
            .map(|(row, unit)| {
                let when = "the simulation".to_owned();
                Problem::UnknownUnit { unit: unit.clone(), when }.in_row(row, unit)
            })
            .collect::<Vec<Fault>>(),
    )?;
    let mut places: Vec<usize> = units.iter().filter_map(|unit| place(unit).ok()).collect();
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

/// The scores of all units in all samples.
fn panels(board: &Board<'_>, options: &SobolOptions, watch: Watch<'_>) -> Result<Vec<f64>, Error> {
    let start = || (Sample::default(), Vec::new());
    let accounts = in_pieces(options.samples, TOGETHER, options.threads(), watch, start, |(room, done), samples| {
        done.push((samples.start, board.panels(samples, room)));
    })?;
    let mut pieces: Vec<(usize, Vec<f64>)> = accounts.into_iter().flat_map(|(_, done)| done).collect();
    pieces.sort_unstable_by_key(|(from, _)| *from);
    Ok(pieces.into_iter().flat_map(|(_, panel)| panel).collect())
}

/// Adds a sample of one unit: leaves first, then the others, then weights; for each
/// the score before the rank.
fn one_sample(
    board: &Board<'_>,
    unit: usize,
    sample: usize,
    leaves: &[usize],
    (room, panel): (&mut Sample, &Panel<'_>),
    tally: &mut Tally,
) {
    board.prepare(unit, sample, room);
    let counted = |standing: Standing, tally: &mut Tally| {
        tally.count(standing.rank);
        standing
    };
    let [one, two] = SIDES.map(|side| counted(room.standing(side, panel), tally));
    let add = |place: usize, [one_moved, two_moved]: [Standing; 2], tally: &mut Tally| {
        for (half, of) in [|standing: Standing| standing.score, |standing: Standing| standing.rank].iter().enumerate() {
            let quad = Quad { one: of(one), two: of(two), one_moved: of(one_moved), two_moved: of(two_moved) };
            tally.sums(2 * place + half).add(quad);
        }
    };
    for (place, leaf) in leaves.iter().enumerate() {
        let moved = SIDES.map(|side| counted(board.with_leaf(unit, *leaf, side, room, panel), tally));
        add(place, moved, tally);
    }
    let moved = SIDES.map(|side| counted(board.with_others(unit, side, room, panel), tally));
    add(leaves.len(), moved, tally);
    if board.has_weights() {
        let moved = SIDES.map(|side| counted(board.with_weights(unit, side, room, panel), tally));
        add(leaves.len() + 1, moved, tally);
    }
}
