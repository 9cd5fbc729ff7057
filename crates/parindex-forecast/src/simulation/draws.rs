//! Draws of indices, many at a time and leaf by leaf.

use std::sync::Arc;

use crate::normal::LogNormal;
use crate::random::{Words, uniform};
use crate::simulation::compiled::{Compiled, snapped};
use crate::simulation::leaf::{Leaf, Yield};
use crate::simulation::tree::{self, Sum};
use crate::watch::CHUNK;

/// Draws of all units' indices, each from the seed, its number, the unit's id and
/// the leaf's code alone.
#[derive(Clone, Debug)]
pub(crate) struct Simulated {
    pub(crate) compiled: Arc<Compiled>,
    /// Leaf after leaf, the words of all units.
    words: Arc<[Words]>,
    noise: Option<Noise>,
    /// Draws made together.
    span: usize,
    /// Units by which of their rows have left: those of a group share a maximum with noise.
    group_of: Arc<[usize]>,
    /// A unit of each group.
    groups: Arc<[usize]>,
}

/// Factors of weights: log-normal with mean 1.
#[derive(Clone, Debug)]
pub(crate) struct Noise {
    factor: LogNormal,
    /// The words of each row that carries noise.
    words: Arc<[Words]>,
}

impl Noise {
    pub(crate) fn new(compiled: &Compiled, spread: f64, seed: u64) -> Self {
        let codes = compiled.tree.term_codes(&compiled.framework);
        let name = |code: Option<parindex::Code>| code.map_or_else(|| "the whole".to_owned(), |code| code.to_string());
        let words = codes.into_iter().map(|code| Words::new(seed, &format!("weight {}", name(code))));
        Self { factor: LogNormal::new(spread), words: words.collect() }
    }

    /// The factor that a word means.
    pub(crate) fn factor(&self, word: u32) -> f64 {
        self.factor.at(uniform(word))
    }

    fn fill(&self, term: usize, from: usize, factors: &mut [f64]) {
        for (factors, pair) in factors.chunks_exact_mut(2).zip(self.words[term].pairs(from)) {
            factors.copy_from_slice(&pair.map(|word| self.factor(word)));
        }
    }
}

/// Room for the draws made together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Room {
    /// The first draw that is there, if any is.
    from: Option<usize>,
    span: usize,
    /// Unit after unit, indices of the draws.
    scores: Vec<f64>,
    /// Which draws gave a unit no score or refused it points.
    failed: Vec<bool>,
    outside: Vec<f64>,
    factors: Vec<f64>,
    weights: Vec<f64>,
    /// What the weights' factors are multiplied by.
    worth: f64,
    noisy_max: Vec<f64>,
    /// Leaf after leaf, unit after unit, yields of the draws, for units whose index is not linear.
    kept: Vec<Yield>,
    compared: Vec<Yield>,
    sorted: Vec<f64>,
    sums: Vec<Sum>,
    leaves: Vec<Yield>,
    term_factors: Vec<f64>,
}

/// One draw among those made together.
#[derive(Clone, Copy)]
pub(crate) struct Draw<'a> {
    scores: &'a [f64],
    /// Whether it gave a unit no score, because all its rows had left, or refused it
    /// points; 0 stands for what is lacking.
    pub(crate) has_failed: bool,
    span: usize,
    at: usize,
}

impl Draw<'_> {
    /// The index of a unit.
    #[inline]
    pub(crate) fn score(&self, unit: usize) -> f64 {
        self.scores[unit * self.span + self.at]
    }
}

/// How many draws are made together: fewer where there are more units, so that what
/// is kept of them does not outgrow the caches; always a part of what a thread takes.
fn span(units: usize, leaves: usize, is_linear: bool) -> usize {
    const SUMS: usize = 1 << 15;
    const YIELDS: usize = 1 << 18;
    if is_linear {
        (SUMS / units.max(1)).next_power_of_two().clamp(32, CHUNK)
    } else {
        (YIELDS / (units * leaves).max(1)).next_power_of_two().clamp(2, 32)
    }
}

impl Simulated {
    pub(crate) fn new(compiled: Arc<Compiled>, noise: Option<f64>, seed: u64) -> Self {
        let words = compiled
            .codes
            .iter()
            .flat_map(|code| compiled.units.iter().map(move |unit| Words::new(seed, &format!("leaf {code} of {unit}"))))
            .collect();
        let noise = noise.map(|spread| Noise::new(&compiled, spread, seed));
        let is_linear = compiled.linear.iter().all(Option::is_some);
        let mut groups: Vec<usize> = Vec::new();
        let mut group_of = Vec::with_capacity(compiled.units.len());
        for (unit, own) in compiled.linear.iter().enumerate() {
            let mass = |unit: usize| compiled.linear[unit].as_ref().map(|linear| &linear.mass);
            let like = groups.iter().position(|other| mass(*other) == own.as_ref().map(|linear| &linear.mass));
            group_of.push(like.unwrap_or(groups.len()));
            if like.is_none() {
                groups.push(unit);
            }
        }
        let span = span(compiled.units.len(), compiled.tree.leaves(), is_linear);
        Self { words, noise, span, group_of: group_of.into(), groups: groups.into(), compiled }
    }

    /// How many units are drawn.
    pub(crate) fn units(&self) -> usize {
        self.compiled.units.len()
    }

    /// A draw, with its neighbours where they are not there yet.
    pub(crate) fn draw<'a>(&self, draw: usize, room: &'a mut Room) -> Draw<'a> {
        let from = draw - draw % self.span;
        if room.from != Some(from) {
            self.fill(from, room);
            room.from = Some(from);
        }
        let at = draw - from;
        Draw { scores: &room.scores, has_failed: room.failed[at], span: self.span, at }
    }

    fn fill(&self, from: usize, room: &mut Room) {
        let Compiled { tree, linear, units, .. } = &*self.compiled;
        let (count, span) = (units.len(), self.span);
        room.make(count * span, span);
        let is_linear = linear.iter().all(Option::is_some);
        if !is_linear {
            room.kept.resize(tree.leaves() * count * span, Yield::Left);
            self.fill_factors(from, room);
        }
        room.noisy_max.clear();
        for unit in &*self.groups {
            let max = linear[*unit].as_ref().map_or(0.0, |linear| linear.max);
            room.noisy_max.extend(std::iter::repeat_n(max, span));
        }
        for leaf in 0..tree.leaves() {
            match self.noise.as_ref().zip(tree.term_of(leaf)) {
                Some((noise, term)) => {
                    noise.fill(term, from, &mut room.factors);
                    self.add_noise(leaf, room);
                }
                None => room.factors.fill(1.0),
            }
            room.worth = f64::NAN;
            if self.compiled.comparing[leaf].is_some() {
                self.add_compared(leaf, from, room);
            } else {
                for unit in 0..count {
                    self.add(leaf, unit, from, room);
                }
            }
        }
        self.finish(room);
    }

    /// Factors of all rows that carry noise, draw after draw.
    fn fill_factors(&self, from: usize, room: &mut Room) {
        let terms = self.compiled.tree.terms();
        let Some(noise) = &self.noise else { return };
        room.term_factors.resize(terms * self.span, 1.0);
        for term in 0..terms {
            noise.fill(term, from, &mut room.factors);
            for (draw, factor) in room.factors.iter().enumerate() {
                room.term_factors[draw * terms + term] = *factor;
            }
        }
    }

    /// Moves the maxima by the noise of a leaf.
    fn add_noise(&self, leaf: usize, room: &mut Room) {
        for (unit, maxima) in self.groups.iter().zip(room.noisy_max.chunks_exact_mut(self.span)) {
            let mass = self.compiled.linear[*unit].as_ref().map_or(0.0, |linear| linear.mass[leaf]);
            for (max, factor) in maxima.iter_mut().zip(&room.factors) {
                *max += mass * (factor - 1.0);
            }
        }
    }

    /// Adds what a leaf earns a unit.
    fn add(&self, leaf: usize, unit: usize, from: usize, room: &mut Room) {
        let (count, span) = (self.compiled.units.len(), self.span);
        let own = self.compiled.leaf(leaf, unit);
        let words = self.words[leaf * count + unit].pairs(from);
        let Some(linear) = &self.compiled.linear[unit] else {
            let kept = &mut room.kept[(leaf * count + unit) * span..][..span];
            for (kept, pair) in kept.chunks_exact_mut(2).zip(words) {
                kept.copy_from_slice(&pair.map(|word| own.at(word)));
            }
            return;
        };
        room.weigh(linear.worth[leaf]);
        let sums = if self.compiled.tree.is_inside(leaf) { &mut room.scores } else { &mut room.outside };
        let sums = &mut sums[unit * span..][..span];
        match own {
            Leaf::Fixed(earned) => {
                let points = earned.points();
                sums.iter_mut().zip(&room.weights).for_each(|(sum, weight)| *sum += points * weight);
            }
            Leaf::Points(table) => add(sums, &room.weights, words, |word| table.at(word)),
            Leaf::Yields(_) | Leaf::Spread { .. } => add(sums, &room.weights, words, |word| own.at(word).points()),
        }
    }

    /// Adds what a leaf whose rule compares units earns them.
    fn add_compared(&self, leaf: usize, from: usize, room: &mut Room) {
        let (count, span) = (self.compiled.units.len(), self.span);
        room.compared.resize(count * span, Yield::Left);
        for (unit, earned) in room.compared.chunks_exact_mut(span).enumerate() {
            let own = self.compiled.leaf(leaf, unit);
            for (earned, pair) in earned.chunks_exact_mut(2).zip(self.words[leaf * count + unit].pairs(from)) {
                earned.copy_from_slice(&pair.map(|word| own.at(word)));
            }
        }
        for draw in 0..span {
            // A refusal cannot be foreseen; a draw goes on without the points, and is counted.
            let refused = (Yield::Points(0.0), &mut room.sorted);
            room.failed[draw] |= self.compiled.compare(leaf, &mut room.compared, |unit| unit * span + draw, refused);
        }
        for unit in 0..count {
            let Some(linear) = &self.compiled.linear[unit] else {
                let kept = &mut room.kept[(leaf * count + unit) * span..][..span];
                kept.copy_from_slice(&room.compared[unit * span..][..span]);
                continue;
            };
            room.weigh(linear.worth[leaf]);
            let earned = &room.compared[unit * span..][..span];
            let sums = if self.compiled.tree.is_inside(leaf) { &mut room.scores } else { &mut room.outside };
            let rows = sums[unit * span..][..span].iter_mut().zip(earned).zip(&room.weights);
            rows.for_each(|((sum, earned), weight)| *sum += earned.points() * weight);
        }
    }

    /// Indices from what was added up.
    fn finish(&self, room: &mut Room) {
        let (count, span) = (self.compiled.units.len(), self.span);
        let (leaves, terms) = (self.compiled.tree.leaves(), self.compiled.tree.terms());
        for unit in 0..count {
            let scores = &mut room.scores[unit * span..][..span];
            if let Some(linear) = &self.compiled.linear[unit] {
                let outside = &room.outside[unit * span..][..span];
                let maxima = &room.noisy_max[self.group_of[unit] * span..][..span];
                for ((score, outside), noisy_max) in scores.iter_mut().zip(outside).zip(maxima) {
                    let points = *score * tree::scale(linear.max, *noisy_max) + outside;
                    *score = snapped(100.0 * points / linear.max);
                }
                continue;
            }
            for (draw, score) in scores.iter_mut().enumerate() {
                room.leaves.clear();
                room.leaves.extend((0..leaves).map(|leaf| room.kept[(leaf * count + unit) * span + draw]));
                let factors = room.term_factors.get(draw * terms..(draw + 1) * terms).unwrap_or_default();
                let index = self.compiled.index(&room.leaves, factors, &mut room.sums);
                room.failed[draw] |= index.is_none();
                *score = index.unwrap_or(0.0);
            }
        }
    }
}

/// Adds the points that words mean, times weights. It is kept by itself, so that all
/// it works on stays in registers.
#[inline(never)]
fn add(sums: &mut [f64], weights: &[f64], words: impl Iterator<Item = [u32; 2]>, points: impl Fn(u32) -> f64) {
    for ((sums, weights), [one, two]) in sums.chunks_exact_mut(2).zip(weights.chunks_exact(2)).zip(words) {
        sums[0] += points(one) * weights[0];
        sums[1] += points(two) * weights[1];
    }
}

impl Room {
    /// Sums set to nothing, and columns of the right length.
    fn make(&mut self, sums: usize, span: usize) {
        for column in [&mut self.scores, &mut self.outside] {
            column.clear();
            column.resize(sums, 0.0);
        }
        self.failed.clear();
        self.failed.resize(span, false);
        self.factors.resize(span, 1.0);
        self.weights.resize(span, 1.0);
        self.span = span;
    }
    /// The weights of a leaf: its factors times what its points are worth, which is
    /// nearly always the same for all units.
    fn weigh(&mut self, worth: f64) {
        if self.worth.to_bits() != worth.to_bits() {
            self.worth = worth;
            self.weights.iter_mut().zip(&self.factors).for_each(|(weight, factor)| *weight = worth * factor);
        }
    }
}
