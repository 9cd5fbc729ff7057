//! Critical values from standard errors alone.
//!
//! The statistic of a draw is the largest standardised difference over all
//! pairs still in play. With `z` standard normal draws it is
//! `(σᵢ zᵢ − σⱼ zⱼ) / √(σᵢ² + σⱼ²) = cos θ · zᵢ + sin θ · (−zⱼ)`, at most the
//! length of the vector `(zᵢ, −zⱼ)`. Units are therefore tried from the
//! most extreme draw inwards, and the search stops as soon as no further pair
//! can win: a few dozen pairs out of millions, and no table of pairs.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::distribution::normal_quantile;
use crate::number::{id, real};
use crate::rank_sets::draws::{in_threads, normal};
use crate::rank_sets::{RankOptions, needed, upper_quantile};

pub(crate) struct Independent<'a> {
    estimates: &'a [f64],
    se: &'a [f64],
    smallest: f64,
    largest: f64,
    /// Draws further out than this are sorted first.
    outer: f64,
}

/// One draw: all values, and the units furthest out on either side.
#[derive(Default)]
struct Draw {
    values: Vec<f64>,
    up: Vec<u32>,
    down: Vec<u32>,
    /// No unit outside the lists is further out than this.
    rest: f64,
}

/// A float in its total order, for the heap.
#[derive(PartialEq)]
struct Ordered(f64);
impl Eq for Ordered {}
impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Units expected in each list of a draw.
const LISTED: f64 = 48.0;

/// Lists the units further out than `outer`, the furthest first.
fn list(draw: &mut Draw, outer: f64) {
    draw.up.clear();
    draw.down.clear();
    for (unit, value) in draw.values.iter().enumerate() {
        if *value > outer {
            draw.up.push(id(unit));
        }
        if -*value > outer {
            draw.down.push(id(unit));
        }
    }
    let values = &draw.values;
    draw.up.sort_unstable_by(|a, b| values[*b as usize].total_cmp(&values[*a as usize]));
    draw.down.sort_unstable_by(|a, b| values[*a as usize].total_cmp(&values[*b as usize]));
    draw.rest = outer;
}

impl<'a> Independent<'a> {
    pub(crate) fn new(estimates: &'a [f64], se: &'a [f64]) -> Self {
        let share = LISTED / real(estimates.len().max(1));
        let outer = if share < 0.25 { -normal_quantile(share) } else { f64::NEG_INFINITY };
        let smallest = se.iter().copied().fold(f64::INFINITY, f64::min);
        let largest = se.iter().copied().fold(0.0, f64::max);
        Self { estimates, se, smallest, largest, outer }
    }

    /// Whether the first unit is larger than the second beyond `bound` standard
    /// errors of the difference.
    #[inline]
    pub(crate) fn is_larger(&self, first: usize, second: usize, bound: f64) -> bool {
        let difference = self.estimates[first] - self.estimates[second];
        let variance = self.se[first] * self.se[first] + self.se[second] * self.se[second];
        first != second && difference > 0.0 && difference * difference > bound * bound * variance
    }

    fn draw(&self, seed: u64, number: usize, draw: &mut Draw) {
        draw.values.resize(self.se.len(), 0.0);
        normal(seed, number, &mut draw.values);
        list(draw, self.outer);
    }

    #[inline]
    fn standardised(&self, first: usize, second: usize, values: &[f64]) -> f64 {
        let (one, two) = (self.se[first], self.se[second]);
        (one * values[first] - two * values[second]) / (one * one + two * two).sqrt()
    }

    /// The one critical value that serves all units.
    pub(crate) fn simultaneous(&self, options: &RankOptions) -> Vec<f64> {
        let mut bound = f64::INFINITY;
        let mut rejected = 0;
        loop {
            let mut maxima = in_threads(options.draws, |range| {
                let mut draw = Draw::default();
                range
                    .map(|number| {
                        self.draw(options.seed, number, &mut draw);
                        self.largest_of_all(&mut draw, bound)
                    })
                    .collect()
            });
            let keep = needed(options.draws, options.coverage);
            let from = maxima.len() - keep;
            if from > 0 {
                maxima.select_nth_unstable_by(from, f64::total_cmp);
            }
            bound = upper_quantile(&mut maxima[from..], options.draws, options.coverage).min(bound);
            let count = self.count(bound);
            if count == rejected {
                return vec![bound];
            }
            rejected = count;
        }
    }

    /// How many pairs a bound tells apart.
    fn count(&self, bound: f64) -> usize {
        let units = self.se.len();
        let by_unit = in_threads(units, |range| {
            range.map(|first| (0..units).filter(|second| self.is_larger(first, *second, bound)).count()).collect()
        });
        by_unit.iter().sum()
    }

    fn largest_of_all(&self, draw: &mut Draw, bound: f64) -> f64 {
        let mut best = self.listed(draw, bound);
        let furthest = |list: &[u32]| list.first().map_or(0.0, |unit| draw.values[*unit as usize].abs());
        let rest = draw.rest.max(0.0);
        if draw.rest.is_finite() && best < rest.hypot(furthest(&draw.up).max(furthest(&draw.down))) {
            list(draw, f64::NEG_INFINITY);
            best = self.listed(draw, bound);
        }
        best
    }

    fn listed(&self, draw: &Draw, bound: f64) -> f64 {
        let values = &draw.values;
        let mut best = 0.0;
        let lowest = draw.down.first().map_or(0.0, |unit| (-values[*unit as usize]).max(0.0));
        for first in &draw.up {
            let first = *first as usize;
            let up = values[first].max(0.0);
            if up * up + lowest * lowest <= best * best {
                break;
            }
            for second in &draw.down {
                let second = *second as usize;
                let down = (-values[second]).max(0.0);
                if up * up + down * down <= best * best {
                    break;
                }
                if first != second {
                    let value = self.standardised(first, second, values);
                    if value > best && !self.is_larger(first, second, bound) {
                        best = value;
                    }
                }
            }
        }
        best
    }

    /// A critical value for each unit.
    pub(crate) fn marginal(&self, options: &RankOptions) -> Vec<f64> {
        let units = self.se.len();
        in_threads(units, |range| {
            let mut bounds = vec![f64::INFINITY; range.len()];
            let mut rejected = vec![0; range.len()];
            let mut active: Vec<usize> = (0..range.len()).collect();
            while !active.is_empty() {
                let new = self.bounds_of(&active, range.start, &bounds, options);
                let mut still = Vec::new();
                for (place, bound) in active.iter().zip(new) {
                    let bound = bound.min(bounds[*place]);
                    bounds[*place] = bound;
                    let unit = range.start + place;
                    let apart = |other: usize| self.is_larger(unit, other, bound) || self.is_larger(other, unit, bound);
                    let count = (0..units).filter(|other| apart(*other)).count();
                    if count != rejected[*place] {
                        rejected[*place] = count;
                        still.push(*place);
                    }
                }
                active = still;
            }
            bounds
        })
    }

    fn bounds_of(&self, active: &[usize], start: usize, bounds: &[f64], options: &RankOptions) -> Vec<f64> {
        let keep = needed(options.draws, options.coverage);
        let mut heaps: Vec<BinaryHeap<Reverse<Ordered>>> =
            active.iter().map(|_| BinaryHeap::with_capacity(keep + 1)).collect();
        let reach = |place: &usize| Reach::new(self.se[start + place], self.smallest, self.largest);
        let reaches: Vec<Reach> = active.iter().map(reach).collect();
        let mut draw = Draw::default();
        for number in 0..options.draws {
            self.draw(options.seed, number, &mut draw);
            for ((place, reach), heap) in active.iter().zip(&reaches).zip(&mut heaps) {
                // A value below the ones kept need not be known exactly.
                let floor = match heap.peek() {
                    Some(Reverse(Ordered(least))) if heap.len() == keep => *least,
                    _ => 0.0,
                };
                let value = self.largest_of(start + place, *reach, &draw, bounds[*place], floor);
                if heap.len() < keep {
                    heap.push(Reverse(Ordered(value)));
                } else if value > floor {
                    heap.pop();
                    heap.push(Reverse(Ordered(value)));
                }
            }
        }
        let kept = heaps.into_iter().map(|heap| heap.into_iter().map(|Reverse(Ordered(value))| value).collect());
        kept.map(|mut values: Vec<f64>| upper_quantile(&mut values, options.draws, options.coverage)).collect()
    }

    /// The largest difference of one unit with any other, or `floor` where it
    /// is no larger.
    fn largest_of(&self, unit: usize, reach: Reach, draw: &Draw, bound: f64, floor: f64) -> f64 {
        let values = &draw.values;
        let mut best = floor;
        for (list, sign) in [(&draw.down, 1.0), (&draw.up, -1.0)] {
            let own = sign * values[unit];
            let mut done = false;
            let consider = |other: usize, best: &mut f64| {
                if reach.most(own, -sign * values[other]) <= *best {
                    return false;
                }
                let value = sign * self.standardised(unit, other, values);
                let (first, second) = if sign > 0.0 { (unit, other) } else { (other, unit) };
                if other != unit && value > *best && !self.is_larger(first, second, bound) {
                    *best = value;
                }
                true
            };
            for other in list {
                if !consider(*other as usize, &mut best) {
                    done = true;
                    break;
                }
            }
            if !done && draw.rest.is_finite() && reach.most(own, draw.rest) > best {
                for other in 0..values.len() {
                    consider(other, &mut best);
                }
            }
        }
        best
    }
}

/// The angles `θ` that a unit makes with others: between those with the
/// smallest and with the largest standard error, as sine and cosine.
#[derive(Clone, Copy)]
struct Reach {
    low: (f64, f64),
    high: (f64, f64),
}

impl Reach {
    fn new(se: f64, smallest: f64, largest: f64) -> Self {
        Self { low: smallest.atan2(se).sin_cos(), high: largest.atan2(se).sin_cos() }
    }

    /// The most that a unit with draw `own` reaches against one that is `other`
    /// out on the other side.
    #[inline]
    fn most(self, own: f64, other: f64) -> f64 {
        let other = other.max(0.0);
        let ((low_sin, low_cos), (high_sin, high_cos)) = (self.low, self.high);
        if own * high_sin <= other * high_cos {
            high_cos * own + high_sin * other
        } else if own * low_sin >= other * low_cos {
            low_cos * own + low_sin * other
        } else {
            (own * own + other * other).sqrt()
        }
    }
}
