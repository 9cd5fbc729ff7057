//! A critical value for each unit, from standard errors alone.
//!
//! A quantile at 95 % rests on the largest twentieth of a unit's statistics, so
//! only draws that reach that twentieth are worth a search. Which ones may is
//! read off two numbers: a *floor*, no more than the unit's critical value, and
//! by how much the unit's own draw must exceed that floor for a pair with the
//! furthest unit on the other side to do so. The second is computed once a class
//! and draw. That leaves one comparison for most of the units × draws.
//!
//! Floors are guessed from the first eighth of the draws, and nothing rests on
//! the guess: it is right if enough statistics exceed it, and otherwise the unit
//! is searched again without. One pass serves all rounds of the stepdown, see
//! [`Ladders`].

use crate::number::real;
use crate::rank_sets::draws::{Draw, Side, in_threads};
use crate::rank_sets::independent::Independent;
use crate::rank_sets::ladders::{Ladders, Step};
use crate::rank_sets::{RankOptions, needed};

/// Fewer draws than this need no guess.
const MANY_DRAWS: usize = 400;
/// Units that share a pass over the draws.
pub(super) const BLOCK: usize = 2048;
/// After so many draws the least floors are looked up anew; old ones are lower.
const RENEWED: usize = 32;

impl Independent<'_> {
    /// A critical value for each unit.
    pub(crate) fn marginal(&self, options: &RankOptions) -> Vec<f64> {
        in_threads(self.units(), |range| {
            let units: Vec<usize> = range.collect();
            units.chunks(BLOCK).flat_map(|units| self.critical(units, options)).collect()
        })
    }

    fn critical(&self, units: &[usize], options: &RankOptions) -> Vec<f64> {
        let mut floors = vec![0.0; units.len()];
        if options.draws >= MANY_DRAWS {
            let draws = options.draws / 8;
            let spread = (options.coverage * (1.0 - options.coverage) / real(draws)).sqrt();
            floors =
                self.critical(units, &RankOptions { draws, coverage: options.coverage - 4.0 * spread, ..*options });
        }
        let guessed = self.critical_above(&floors, units, options);
        let wrong = || units.iter().zip(&guessed).filter(|(_, guessed)| guessed.is_none()).map(|(unit, _)| *unit);
        let wrong: Vec<usize> = wrong().collect();
        let mut again = self.critical_above(&vec![0.0; wrong.len()], &wrong, options).into_iter().flatten();
        guessed.into_iter().filter_map(|guessed| guessed.or_else(|| again.next())).collect()
    }

    /// The critical values of some units, or none where the guess was above.
    fn critical_above(&self, floors: &[f64], units: &[usize], options: &RankOptions) -> Vec<Option<f64>> {
        if units.is_empty() {
            return Vec::new();
        }
        let enough = needed(options.draws, options.coverage);
        let mut all: Vec<Ladders> = floors.iter().map(|floor| Ladders::new(*floor, enough)).collect();
        let mut floors = floors.to_vec();
        let of_units: Vec<usize> = units.iter().map(|unit| self.classes.of_unit(*unit)).collect();
        let mut least = vec![f64::INFINITY; self.classes.len()];
        let mut draw = Draw::new(&self.classes, self.units());
        let mut leaving = Vec::new();
        for number in 0..options.draws {
            draw.fill(options.seed, number);
            if number % RENEWED == 0 {
                least.fill(f64::INFINITY);
                for (class, floor) in of_units.iter().zip(&floors) {
                    least[*class] = least[*class].min(*floor);
                }
            }
            let (over_down, over_up) = (self.excesses(&least, &draw.down), self.excesses(&least, &draw.up));
            for (place, (unit, class)) in units.iter().zip(&of_units).enumerate() {
                let (own, floor) = (draw.values[*unit], floors[place]);
                if own - floor > over_down[*class] || -own - floor > over_up[*class] {
                    let stays = self.search(*unit, &draw, floor, &mut leaving);
                    floors[place] = all[place].push(&mut leaving, stays, enough);
                }
            }
        }
        all.iter().map(|ladders| ladders.critical(enough, options.draws, options.coverage)).collect()
    }

    /// For each class by how much a unit's own draw must exceed its floor to
    /// matter, given the least floor of the class and the units on the other side.
    fn excesses(&self, floors: &[f64], others: &Side) -> Vec<f64> {
        let excess = |(class, floor): (usize, &f64)| {
            let reaches = self.classes.reaches(class).iter().enumerate();
            let least = reaches.map(|(other, reach)| reach.least(*floor, others.furthest(other)));
            least.fold(f64::INFINITY, f64::min) - floor
        };
        floors.iter().enumerate().map(excess).collect()
    }

    /// The largest difference of one unit with any other among pairs in play
    /// under `floor`, or `floor` where it is no larger. Larger ones of pairs that
    /// are out of play under `floor` are added to `leaving`.
    fn search(&self, unit: usize, draw: &Draw, floor: f64, leaving: &mut Vec<Step>) -> f64 {
        let mut stays = floor;
        let own = draw.values[unit];
        for (own, sign, side) in [(own, 1.0, &draw.down), (-own, -1.0, &draw.up)] {
            let mut consider = |other: usize, out: f64, stays: &mut f64| {
                let value = self.standardised((unit, own), (other, out));
                if value > *stays && other != unit {
                    let from = sign * self.apart(unit, other);
                    if from <= floor {
                        *stays = value;
                    } else {
                        leaving.push(Step::new(value, from));
                    }
                }
            };
            for (class, reach) in self.classes.reaches(self.classes.of_unit(unit)).iter().enumerate() {
                for far in side.list(class) {
                    if reach.most(own, far.out) <= stays {
                        break;
                    }
                    consider(far.unit as usize, far.out, &mut stays);
                }
                let class = self.classes.class(class);
                if class.outer.is_some_and(|outer| reach.most(own, outer) > stays) {
                    for other in class.members.iter().map(|other| *other as usize) {
                        consider(other, -sign * draw.values[other], &mut stays);
                    }
                }
            }
        }
        stays
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 90 units, some of them tied, without chance.
    fn estimates() -> (Vec<f64>, Vec<f64>) {
        let part = |unit: u32, step: f64| (f64::from(unit) * step).fract();
        (0..90).map(|unit| ((part(unit, 0.618) * 40.0).round() / 4.0, 0.2 + part(unit, 0.755))).unzip()
    }

    #[test]
    fn a_critical_value_does_not_depend_on_the_units_searched_with_it() {
        let (estimates, se) = estimates();
        let model = Independent::new(&estimates, &se);
        let options = RankOptions { draws: 500, ..RankOptions::default() };
        let all = model.marginal(&options);
        let alone: Vec<f64> = (0..9).flat_map(|unit| model.critical(&[unit * 10], &options)).collect();
        assert_eq!(all.into_iter().step_by(10).collect::<Vec<_>>(), alone);
    }

    #[test]
    fn a_floor_is_either_right_or_refused() {
        let (estimates, se) = estimates();
        let model = Independent::new(&estimates, &se);
        let options = RankOptions { draws: 500, ..RankOptions::default() };
        let units: Vec<usize> = (0..90).collect();
        let known = model.critical_above(&[0.0; 90], &units, &options);
        let times = |factor: f64| known.iter().map(|known| known.unwrap() * factor).collect::<Vec<_>>();
        for factor in [0.5, 0.9, 0.99] {
            assert_eq!(model.critical_above(&times(factor), &units, &options), known);
        }
        for floor in [times(1.01), times(2.0)] {
            assert!(model.critical_above(&floor, &units, &options).iter().all(Option::is_none));
        }
        assert_eq!(known, model.critical(&units, &options).into_iter().map(Some).collect::<Vec<_>>());
    }
}
