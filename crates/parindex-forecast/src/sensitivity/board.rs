//! Scores and ranks of a simulation with some inputs exchanged between two draws.

use std::ops::Range;

use crate::normal::LogNormal;
use crate::number::real;
use crate::random::Stream;
use crate::simulation::compiled::{Compiled, snapped};
use crate::simulation::leaf::{Leaf, Yield};
use crate::simulation::tree::{Linear, Sum, scale};

/// Which of a sample's two draws something is taken from.
pub(crate) type Side = usize;
/// The two draws of a sample.
pub(crate) const SIDES: [Side; 2] = [0, 1];

/// The draws of a simulation, leaf by leaf.
pub(crate) struct Board<'a> {
    compiled: &'a Compiled,
    /// Unit after unit, the streams of all leaves.
    streams: Vec<Stream>,
    weights: Option<(LogNormal, Vec<Stream>)>,
    /// Whether a rule compares units, so that scores depend on those of others.
    pub(crate) is_compared: bool,
}

/// A score in percent of the maximum and a rank; not a number where there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Standing {
    pub(crate) score: f64,
    pub(crate) rank: f64,
}

/// Both draws of a sample, as one unit needs them.
#[derive(Debug, Default)]
pub(crate) struct Sample {
    draws: [Draw; 2],
    mixed: Vec<Yield>,
    row: Vec<Yield>,
    sums: Vec<Sum>,
    sorted: Vec<f64>,
    scores: Vec<f64>,
}

#[derive(Debug, Default)]
struct Draw {
    /// What was drawn, unit after unit where units are compared, else for the unit alone.
    drawn: Vec<Yield>,
    /// The same with points in place of compared values.
    earned: Vec<Yield>,
    /// Of each row that carries weight noise.
    factors: Vec<f64>,
    /// What the unit's score is made of, where it is linear.
    parts: Parts,
    score: f64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Parts {
    inside: f64,
    outside: f64,
    noisy_max: f64,
}

/// The scores of all units in one sample, sorted: by the side of leaves and that of weights.
pub(crate) struct Panel<'a> {
    sorted: &'a [f64],
    units: usize,
    has_weights: bool,
}

impl<'a> Board<'a> {
    pub(crate) fn new(compiled: &'a Compiled, noise: Option<f64>, seed: u64) -> Self {
        let streams = compiled.units.iter().flat_map(|unit| {
            compiled.codes.iter().map(move |code| Stream::new(seed, &format!("sensitivity to leaf {code} of {unit}")))
        });
        let weights = noise.map(|spread| {
            let codes = compiled.tree.term_codes(&compiled.framework).into_iter();
            let name = |code: Option<parindex::Code>| code.map_or_else(String::new, |code| code.to_string());
            let streams = codes.map(|code| Stream::new(seed, &format!("sensitivity to weight {}", name(code))));
            (LogNormal::new(spread), streams.collect())
        });
        let is_compared = compiled.comparing.iter().any(Option::is_some);
        Self { compiled, streams: streams.collect(), weights, is_compared }
    }

    fn leaves(&self) -> usize {
        self.compiled.codes.len()
    }

    fn units(&self) -> usize {
        self.compiled.units.len()
    }

    /// Whether weights are uncertain.
    pub(crate) fn has_weights(&self) -> bool {
        self.weights.is_some()
    }

    /// The leaves of a unit that are uncertain.
    pub(crate) fn uncertain(&self, unit: usize) -> Vec<usize> {
        (0..self.leaves()).filter(|leaf| !matches!(self.compiled.leaf(*leaf, unit), Leaf::Fixed(_))).collect()
    }

    fn drawn(&self, leaf: usize, unit: usize, draw: usize) -> Yield {
        match self.compiled.leaf(leaf, unit) {
            Leaf::Fixed(earned) => *earned,
            own => own.at(self.streams[unit * self.leaves() + leaf].bits(draw)),
        }
    }

    fn fill_row(&self, unit: usize, draw: usize, row: &mut Vec<Yield>) {
        row.extend((0..self.leaves()).map(|leaf| self.drawn(leaf, unit, draw)));
    }

    fn fill_factors(&self, draw: usize, factors: &mut Vec<f64>) {
        factors.clear();
        if let Some((factor, streams)) = &self.weights {
            factors.extend(streams.iter().map(|stream| factor.at(stream.uniform(draw))));
        }
    }

    /// Puts points in place of the values of one leaf that are compared; what the
    /// framework refuses to score is not a number.
    fn compare(&self, leaf: usize, table: &mut [Yield], sorted: &mut Vec<f64>) {
        let leaves = self.leaves();
        // What is refused is not a number, and is counted where it is found.
        let _ = self.compiled.compare(leaf, table, |unit| unit * leaves + leaf, (Yield::Points(f64::NAN), sorted));
    }

    fn parts(&self, linear: &Linear, row: &[Yield], factors: &[f64]) -> Parts {
        let tree = &self.compiled.tree;
        let mut parts = Parts { noisy_max: linear.max, ..Parts::default() };
        for (leaf, earned) in row.iter().enumerate() {
            let factor = tree.term_of(leaf).and_then(|term| factors.get(term)).copied().unwrap_or(1.0);
            parts.noisy_max += linear.mass[leaf] * (factor - 1.0);
            let points = linear.worth[leaf] * points(*earned);
            if tree.is_inside(leaf) {
                parts.inside += factor * points;
            } else {
                parts.outside += points;
            }
        }
        parts
    }

    /// The index that a row of yields amounts to.
    fn score(&self, unit: usize, row: &[Yield], factors: &[f64], sums: &mut Vec<Sum>) -> f64 {
        match &self.compiled.linear[unit] {
            Some(linear) => self.parts(linear, row, factors).index(linear.max),
            // A minimum would pass over what is not a number.
            None if row.iter().any(|earned| points(*earned).is_nan()) => f64::NAN,
            None => self.compiled.tree.index(row, factors, sums).map_or(f64::NAN, snapped),
        }
    }

    /// For each of the samples the scores of all units in both draws, and with weights
    /// exchanged where these are uncertain, each sorted.
    pub(crate) fn panels(&self, samples: Range<usize>, room: &mut Sample) -> Vec<f64> {
        let (units, size) = (self.units(), self.panel_size());
        let mut panels = vec![0.0; samples.len() * size];
        if self.is_compared {
            samples.zip(panels.chunks_exact_mut(size)).for_each(|(sample, panel)| self.compared(sample, room, panel));
        } else {
            let from = 2 * samples.start;
            let mut factors = vec![Vec::new(); 2 * samples.len()];
            factors.iter_mut().zip(from..).for_each(|(factors, draw)| self.fill_factors(draw, factors));
            // Unit by unit, so that what is believed of its leaves stays at hand.
            for unit in 0..units {
                for (sample, panel) in samples.clone().zip(panels.chunks_exact_mut(size)) {
                    for side in SIDES {
                        room.row.clear();
                        self.fill_row(unit, number(sample, side), &mut room.row);
                        for (slot, weights) in self.slots(side) {
                            let factors = &factors[2 * sample + weights - from];
                            panel[slot * units + unit] = self.score(unit, &room.row, factors, &mut room.sums);
                        }
                    }
                }
            }
        }
        panels.chunks_exact_mut(units).for_each(sort);
        panels
    }

    /// The scores of a sample where a rule compares units.
    fn compared(&self, sample: usize, room: &mut Sample, panel: &mut [f64]) {
        let Sample { draws, sums, sorted, .. } = room;
        for (side, draw) in draws.iter_mut().enumerate() {
            let number = number(sample, side);
            self.fill_factors(number, &mut draw.factors);
            draw.earned.clear();
            (0..self.units()).for_each(|unit| self.fill_row(unit, number, &mut draw.earned));
            (0..self.leaves()).for_each(|leaf| self.compare(leaf, &mut draw.earned, sorted));
        }
        for side in SIDES {
            for (slot, weights) in self.slots(side) {
                for (unit, row) in draws[side].earned.chunks_exact(self.leaves()).enumerate() {
                    panel[slot * self.units() + unit] = self.score(unit, row, &draws[weights].factors, sums);
                }
            }
        }
    }

    /// Where in a panel the scores with leaves of this side stand, and whose weights they have.
    fn slots(&self, leaves: Side) -> impl Iterator<Item = (usize, Side)> {
        let has_weights = self.has_weights();
        let weights = SIDES.into_iter().filter(move |weights| has_weights || *weights == leaves);
        weights.map(move |weights| (if has_weights { 2 * leaves + weights } else { leaves }, weights))
    }

    /// How many numbers a panel has.
    pub(crate) fn panel_size(&self) -> usize {
        self.units() * if self.has_weights() { 4 } else { 2 }
    }

    pub(crate) fn panel<'p>(&self, sorted: &'p [f64]) -> Panel<'p> {
        Panel { sorted, units: self.units(), has_weights: self.has_weights() }
    }

    /// Makes both draws of a sample ready for one unit.
    pub(crate) fn prepare(&self, unit: usize, sample: usize, room: &mut Sample) {
        let leaves = self.leaves();
        let Sample { draws, sums, sorted, .. } = room;
        for (side, draw) in draws.iter_mut().enumerate() {
            let number = number(sample, side);
            self.fill_factors(number, &mut draw.factors);
            draw.drawn.clear();
            if self.is_compared {
                (0..self.units()).for_each(|other| self.fill_row(other, number, &mut draw.drawn));
            } else {
                self.fill_row(unit, number, &mut draw.drawn);
            }
            draw.earned.clone_from(&draw.drawn);
            if self.is_compared {
                (0..leaves).for_each(|leaf| self.compare(leaf, &mut draw.earned, sorted));
            }
            let row = own(&draw.earned, unit, leaves, self.is_compared);
            draw.score = match &self.compiled.linear[unit] {
                Some(linear) => {
                    draw.parts = self.parts(linear, row, &draw.factors);
                    draw.parts.index(linear.max)
                }
                None => self.score(unit, row, &draw.factors, sums),
            };
        }
    }

    /// Its standing with one of its leaves taken from the other draw.
    pub(crate) fn with_leaf(
        &self,
        unit: usize,
        leaf: usize,
        side: Side,
        sample: &mut Sample,
        panel: &Panel<'_>,
    ) -> Standing {
        let leaves = self.leaves();
        if self.compiled.comparing[leaf].is_some() {
            let place = unit * leaves + leaf;
            let Sample { draws, mixed, sorted, .. } = sample;
            mixed.clone_from(&draws[side].earned);
            // All units' values of this leaf are compared anew.
            for other in 0..self.units() {
                mixed[other * leaves + leaf] = draws[side].drawn[other * leaves + leaf];
            }
            mixed[place] = draws[1 - side].drawn[place];
            self.compare(leaf, mixed, sorted);
            return self.among_all(unit, side, sample);
        }
        let Sample { draws, row, sums, .. } = sample;
        let draw = &draws[side];
        let now = own(&draw.earned, unit, leaves, self.is_compared);
        let (old, new) = (now[leaf], own(&draws[1 - side].earned, unit, leaves, self.is_compared)[leaf]);
        if old == new {
            return panel.standing(side, side, draw.score, draw.score);
        }
        let score = if let Some(linear) = &self.compiled.linear[unit] {
            let tree = &self.compiled.tree;
            let moved = linear.worth[leaf] * (points(new) - points(old));
            let factor = tree.term_of(leaf).and_then(|term| draw.factors.get(term)).copied().unwrap_or(1.0);
            let mut parts = draw.parts;
            if tree.is_inside(leaf) {
                parts.inside += factor * moved;
            } else {
                parts.outside += moved;
            }
            parts.index(linear.max)
        } else {
            row.clear();
            row.extend_from_slice(now);
            row[leaf] = new;
            self.score(unit, row, &draw.factors, sums)
        };
        panel.standing(side, side, draw.score, score)
    }

    /// Its standing with all other units taken from the other draw.
    pub(crate) fn with_others(&self, unit: usize, side: Side, sample: &mut Sample, panel: &Panel<'_>) -> Standing {
        let leaves = self.leaves();
        if self.is_compared {
            let Sample { draws, mixed, sorted, .. } = sample;
            mixed.clone_from(&draws[1 - side].drawn);
            mixed[unit * leaves..][..leaves].copy_from_slice(&draws[side].drawn[unit * leaves..][..leaves]);
            (0..leaves).for_each(|leaf| self.compare(leaf, mixed, sorted));
            return self.among_all(unit, side, sample);
        }
        let Sample { draws, sums, .. } = sample;
        let there = self.score(unit, &draws[1 - side].earned, &draws[side].factors, sums);
        panel.standing(1 - side, side, there, draws[side].score)
    }

    /// Its standing with the weights taken from the other draw.
    pub(crate) fn with_weights(&self, unit: usize, side: Side, sample: &mut Sample, panel: &Panel<'_>) -> Standing {
        let Sample { draws, sums, .. } = sample;
        let row = own(&draws[side].earned, unit, self.leaves(), self.is_compared);
        let score = self.score(unit, row, &draws[1 - side].factors, sums);
        panel.standing(side, 1 - side, score, score)
    }

    /// The unit's standing among all units, of which `mixed` tells the yields.
    fn among_all(&self, unit: usize, weights: Side, sample: &mut Sample) -> Standing {
        let Sample { draws, mixed, sums, scores, .. } = sample;
        scores.clear();
        let rows = mixed.chunks_exact(self.leaves()).enumerate();
        scores.extend(rows.map(|(other, row)| self.score(other, row, &draws[weights].factors, sums)));
        let score = scores[unit];
        sort(scores);
        Standing { score, rank: 1.0 + better(scores, score, score) }
    }
}

impl Sample {
    /// The unit's standing in one of the draws, as they are.
    pub(crate) fn standing(&self, side: Side, panel: &Panel<'_>) -> Standing {
        let score = self.draws[side].score;
        panel.standing(side, side, score, score)
    }
}

impl Parts {
    fn index(self, max: f64) -> f64 {
        snapped(100.0 * (self.inside * scale(max, self.noisy_max) + self.outside) / max)
    }
}

impl Panel<'_> {
    fn scores(&self, leaves: Side, weights: Side) -> &[f64] {
        let place = if self.has_weights { 2 * leaves + weights } else { leaves };
        &self.sorted[place * self.units..][..self.units]
    }

    /// The standing of a score beside the other units' scores; `there` is the
    /// unit's own score in the panel.
    fn standing(&self, leaves: Side, weights: Side, there: f64, score: f64) -> Standing {
        let ahead = better(self.scores(leaves, weights), there, score);
        Standing { score, rank: 1.0 + ahead }
    }
}

/// How many of the sorted scores are better than `score`, without the unit's own,
/// `there`; not a number where one of the others is none.
fn better(sorted: &[f64], there: f64, score: f64) -> f64 {
    let numbers = sorted.partition_point(|other| !other.is_nan());
    let lacking = sorted.len() - numbers - usize::from(there.is_nan());
    if score.is_nan() || lacking > 0 {
        return f64::NAN;
    }
    let ahead = numbers - sorted[..numbers].partition_point(|other| *other <= score);
    real(ahead - usize::from(there > score))
}

/// Sorts scores; what is not a number comes last.
fn sort(scores: &mut [f64]) {
    // Whether it stands first or last is said by its sign, which means nothing.
    scores.iter_mut().filter(|score| score.is_nan()).for_each(|score| *score = f64::NAN);
    scores.sort_unstable_by(f64::total_cmp);
}

/// The number of a draw.
fn number(sample: usize, side: Side) -> usize {
    2 * sample + side
}

/// The row of a unit.
fn own(table: &[Yield], unit: usize, leaves: usize, is_compared: bool) -> &[Yield] {
    if is_compared { &table[unit * leaves..][..leaves] } else { table }
}

fn points(earned: Yield) -> f64 {
    if let Yield::Points(points) = earned { points } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use parindex::Framework;
    use proptest::prelude::*;

    use super::*;
    use crate::simulation::{Belief, BeliefRow};

    /// A row that may be compared between units, two beside it, a bonus, and a node that may be a minimum.
    fn framework(aggregate: &str, first: &str) -> Framework {
        let text = format!(
            r#"
            id = "mixed"
            title = "Mixed"
            unit = "commune"
            status = "draft"
            basis = "official"
            rounding = {{ mode = "half-up", places = 2, at = "leaf" }}
            absence = {{ zero_denominator = "shrink" }}

            [criteria."1"]
            name = "Nhóm"
            aggregate = "{aggregate}"

            [criteria."1.1"]
            name = "So với đơn vị tốt nhất"
            max_points = "30"
            rule = {{ {first} }}

            [criteria."1.2"]
            name = "Tỷ lệ"
            max_points = "30"
            rule = {{ kind = "proportional" }}

            [criteria."2"]
            name = "Tỷ lệ khác"
            max_points = "40"
            rule = {{ kind = "proportional" }}

            [criteria."3"]
            name = "Thưởng"
            max_points = "5"
            outside = "bonus"
            rule = {{ kind = "yes-no" }}
            "#
        );
        text.parse().unwrap()
    }

    /// The standing from scratch: leaves of the unit, of the others and weights from
    /// the sides named, all points and all scores anew.
    fn from_scratch(
        board: &Board<'_>,
        unit: usize,
        sample: usize,
        own: impl Fn(usize) -> Side,
        [others, weights]: [Side; 2],
    ) -> Standing {
        let (compiled, leaves) = (board.compiled, board.leaves());
        let mut table: Vec<Yield> = (0..board.units() * leaves)
            .map(|place| {
                let (row, leaf) = (place / leaves, place % leaves);
                board.drawn(leaf, row, number(sample, if row == unit { own(leaf) } else { others }))
            })
            .collect();
        let (mut sorted, mut factors, mut sums) = (Vec::new(), Vec::new(), Vec::new());
        (0..leaves).for_each(|leaf| board.compare(leaf, &mut table, &mut sorted));
        board.fill_factors(number(sample, weights), &mut factors);
        let scores: Vec<f64> = table
            .chunks_exact(leaves)
            .map(|row| compiled.tree.index(row, &factors, &mut sums).map_or(f64::NAN, snapped))
            .collect();
        let better = scores.iter().filter(|score| **score > scores[unit]).count();
        Standing { score: scores[unit], rank: 1.0 + real(better) }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// What is kept from one exchange to the next changes nothing.
        #[test]
        fn every_exchange_is_what_scoring_from_scratch_gives(
            aggregate in prop::sample::select(vec!["sum", "minimum"]),
            is_compared in any::<bool>(),
            noise in prop::option::of(0.05_f64..0.5),
            lows in prop::collection::vec(0.0_f64..90.0, 4),
            sample in 0_usize..1000,
        ) {
            let mut rows = Vec::new();
            for (unit, low) in lows.iter().enumerate() {
                let id = format!("{unit}");
                let triangle = |low: f64| Belief::Triangular { low, mode: low + 5.0, high: low + 10.0 };
                rows.push(BeliefRow::new(&id, "1.1", triangle(*low)));
                let gap = Belief::Choice(vec![
                    (parindex::Stated::text("50"), 0.5),
                    (parindex::Stated::Counts(0_u8.into(), 0_u8.into()), 0.5),
                ]);
                rows.push(BeliefRow::new(&id, "1.2", if unit == 0 { gap } else { triangle(90.0 - low) }));
                rows.push(BeliefRow::new(&id, "2", triangle(*low)));
                rows.push(BeliefRow::new(&id, "3", Belief::Bernoulli { chance: 0.5 }));
            }
            let rule = if is_compared { "kind = \"min-max\", unit = \"percent\"" } else { "kind = \"proportional\"" };
            let framework = framework(aggregate, rule);
            let compiled = Compiled::new(&framework, &rows, None).unwrap();
            let board = Board::new(&compiled, noise, 7);
            prop_assert_eq!(board.is_compared, is_compared);
            let mut room = Sample::default();
            let sorted = board.panels(sample..sample + 1, &mut room);
            prop_assert_eq!(sorted.len(), board.panel_size());
            let panel = board.panel(&sorted);
            for unit in 0..lows.len() {
                board.prepare(unit, sample, &mut room);
                for side in SIDES {
                    let scratch = |own: &dyn Fn(usize) -> Side, rest| from_scratch(&board, unit, sample, own, rest);
                    let other = 1 - side;
                    let stay = scratch(&|_| side, [side, side]);
                    prop_assert_eq!(room.standing(side, &panel), stay);
                    for leaf in board.uncertain(unit) {
                        let moved = scratch(&|own| if own == leaf { other } else { side }, [side, side]);
                        prop_assert_eq!(board.with_leaf(unit, leaf, side, &mut room, &panel), moved);
                    }
                    let others = board.with_others(unit, side, &mut room, &panel);
                    prop_assert_eq!(others, scratch(&|_| side, [other, side]));
                    if board.has_weights() {
                        let weights = board.with_weights(unit, side, &mut room, &panel);
                        prop_assert_eq!(weights, scratch(&|_| side, [side, other]));
                    }
                }
            }
        }
    }
}
