//! Critical values from standard errors alone.
//!
//! The statistic of a draw is the largest standardised difference over the
//! pairs still in play. With `z` standard normal draws it is
//! `(σᵢ zᵢ − σⱼ zⱼ) / √(σᵢ² + σⱼ²) = cos θ · zᵢ + sin θ · (−zⱼ)`, where
//! `tan θ = σⱼ / σᵢ`. Units are put into classes of like standard error, so
//! that two classes know `θ` but for a little, and the draws furthest out
//! bound what any pair of theirs can reach. Pairs are tried from the furthest
//! out inwards, and the search stops as soon as no further pair can win: a few
//! dozen pairs out of millions, no table of pairs, and the exact maximum.

use crate::rank_sets::classes::Classes;
use crate::rank_sets::draws::{Draw, in_threads};
use crate::rank_sets::{RankOptions, needed, upper_quantile};

pub(crate) struct Independent<'a> {
    estimates: &'a [f64],
    se: &'a [f64],
    pub(crate) classes: Classes,
}

impl<'a> Independent<'a> {
    pub(crate) fn new(estimates: &'a [f64], se: &'a [f64]) -> Self {
        Self { estimates, se, classes: Classes::new(se) }
    }

    pub(crate) fn units(&self) -> usize {
        self.se.len()
    }

    /// Whether the first unit is larger than the second beyond `bound` standard
    /// errors of the difference.
    #[inline]
    pub(crate) fn is_larger(&self, first: usize, second: usize, bound: f64) -> bool {
        let difference = self.estimates[first] - self.estimates[second];
        let variance = self.se[first] * self.se[first] + self.se[second] * self.se[second];
        first != second && difference > 0.0 && difference * difference > bound * bound * variance
    }

    /// By how many standard errors of the difference the first unit's estimate is
    /// above the second's.
    #[inline]
    pub(crate) fn apart(&self, first: usize, second: usize) -> f64 {
        let (one, two) = (self.se[first], self.se[second]);
        (self.estimates[first] - self.estimates[second]) / (one * one + two * two).sqrt()
    }

    /// The standardised difference of two units that are `up` and `down` out on
    /// opposite sides.
    #[inline]
    pub(crate) fn standardised(&self, (first, up): (usize, f64), (second, down): (usize, f64)) -> f64 {
        let (one, two) = (self.se[first], self.se[second]);
        (one * up + two * down) / (one * one + two * two).sqrt()
    }

    /// The one critical value that serves all units.
    pub(crate) fn simultaneous(&self, options: &RankOptions) -> Vec<f64> {
        let mut bound = f64::INFINITY;
        let mut rejected = 0;
        loop {
            let mut maxima = in_threads(options.draws, |range| {
                let mut draw = Draw::new(&self.classes, self.units());
                range
                    .map(|number| {
                        draw.fill(options.seed, number);
                        self.largest_of_all(&draw, bound)
                    })
                    .collect()
            });
            let from = maxima.len() - needed(options.draws, options.coverage);
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
        let units = self.units();
        let by_unit = in_threads(units, |range| {
            range.map(|first| (0..units).filter(|second| self.is_larger(first, *second, bound)).count()).collect()
        });
        by_unit.iter().sum()
    }

    /// The largest difference over all pairs in play, or 0.
    fn largest_of_all(&self, draw: &Draw, bound: f64) -> f64 {
        let classes = 0..self.classes.len();
        let most = |(one, two): (usize, usize)| {
            self.classes.reaches(one)[two].most(draw.up.furthest(one), draw.down.furthest(two))
        };
        let pairs = || classes.clone().flat_map(|one| classes.clone().map(move |two| (one, two)));
        let Some(start) = pairs().max_by(|one, two| most(*one).total_cmp(&most(*two))) else { return 0.0 };
        let mut best = self.largest_between(start, draw, bound, 0.0);
        for pair in pairs() {
            if pair != start && most(pair) > best {
                best = self.largest_between(pair, draw, bound, best);
            }
        }
        best
    }

    /// The largest difference of a unit of one class over a unit of another, or
    /// `best` where none is larger.
    fn largest_between(&self, (one, two): (usize, usize), draw: &Draw, bound: f64, mut best: f64) -> f64 {
        let reach = self.classes.reaches(one)[two];
        let (up, down) = (draw.up.furthest(one), draw.down.furthest(two));
        let in_play = |first: usize, second: usize| first != second && !self.is_larger(first, second, bound);
        for first in draw.up.list(one) {
            if reach.most(first.out, down) <= best {
                break;
            }
            for second in draw.down.list(two) {
                if reach.most(first.out, second.out) <= best {
                    break;
                }
                let (first, second) = ((first.unit as usize, first.out), (second.unit as usize, second.out));
                let value = self.standardised(first, second);
                if value > best && in_play(first.0, second.0) {
                    best = value;
                }
            }
        }
        let (one, two) = (self.classes.class(one), self.classes.class(two));
        let unlisted = one.outer.is_some_and(|outer| reach.most(outer, down) > best)
            || two.outer.is_some_and(|outer| reach.most(up, outer) > best);
        if !unlisted {
            return best;
        }
        for first in one.members.iter().map(|unit| *unit as usize) {
            if reach.most(draw.values[first], down) <= best {
                continue;
            }
            for second in two.members.iter().map(|unit| *unit as usize) {
                let value = self.standardised((first, draw.values[first]), (second, -draw.values[second]));
                if value > best && in_play(first, second) {
                    best = value;
                }
            }
        }
        best
    }
}
