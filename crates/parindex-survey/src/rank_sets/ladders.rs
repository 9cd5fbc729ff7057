//! A unit's statistics over all draws, for every bound at once.

use crate::rank_sets::upper_quantile;

/// In each draw the statistic of a unit is the largest difference among the
/// pairs in play, and a lower bound takes pairs out of play. A draw is kept as a
/// ladder: its pairs from the largest difference down, each of which leaves the
/// play at a lower bound than those before. The statistic under a bound is then
/// the first step still in play.
pub(crate) struct Ladders {
    floor: f64,
    /// Whether the critical value is known to be no less than the floor.
    proven: bool,
    steps: Vec<Step>,
    draws: usize,
    /// How many draws to know before the floor is raised.
    full: usize,
}

/// A pair of a unit in a draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Step {
    /// The standardised difference drawn.
    pub(crate) value: f64,
    /// The pair is in play under this bound and those above.
    pub(crate) from: f64,
    /// Whether a new draw starts here.
    first: bool,
}

impl Step {
    pub(crate) fn new(value: f64, from: f64) -> Self {
        Self { value, from, first: false }
    }
}

impl Ladders {
    /// No draws yet. The critical value is guessed to be no less than `floor`;
    /// differences up to it are not kept, and pairs in play under it count as
    /// always in play. It never is below zero.
    pub(crate) fn new(floor: f64, enough: usize) -> Self {
        Self { floor, proven: floor <= 0.0, steps: Vec::new(), draws: 0, full: enough + enough / 4 + 1 }
    }

    /// Adds a draw in which some pair exceeds the floor. `stays` is the largest
    /// difference of the pairs that are always in play, or the floor; `leaving`
    /// holds other pairs with larger differences, and is used up. Answers the
    /// floor from now on.
    pub(crate) fn push(&mut self, leaving: &mut Vec<Step>, stays: f64, enough: usize) -> f64 {
        leaving.sort_unstable_by(|one, two| two.value.total_cmp(&one.value));
        let (start, mut from) = (self.steps.len(), f64::INFINITY);
        for step in leaving.drain(..) {
            if step.value > stays && (step.from < from || self.steps.len() == start) {
                from = step.from;
                self.steps.push(step);
            }
        }
        if stays > self.floor {
            self.steps.push(Step::new(stays, 0.0));
        }
        if let Some(first) = self.steps.get_mut(start) {
            first.first = true;
            self.draws += 1;
        }
        if self.draws >= self.full {
            self.raise(enough);
        }
        self.floor
    }

    /// Raises the floor: the statistic under the floor is the least there is under
    /// the critical value, so that the quantile of the first is none above that
    /// of the second.
    fn raise(&mut self, enough: usize) {
        let mut least: Vec<f64> = self.statistics(self.floor);
        if least.len() >= enough {
            self.proven = true;
            self.floor = *least.select_nth_unstable_by(enough - 1, |one, two| two.total_cmp(one)).1;
            let floor = self.floor;
            self.steps.retain(|step| step.value > floor);
            self.draws = self.steps.iter().filter(|step| step.first).count();
        }
        self.full = self.full.max(self.draws + enough / 4 + 1);
    }

    /// The statistics under a bound that exceed the floor.
    fn statistics(&self, bound: f64) -> Vec<f64> {
        let mut open = false;
        let mut known = Vec::with_capacity(self.draws);
        for step in &self.steps {
            open |= step.first;
            if open && step.from <= bound {
                known.push(step.value);
                open = false;
            }
        }
        known
    }

    /// The critical value: pairs told apart leave the play until no further pair
    /// is. None if the floor was a wrong guess.
    pub(crate) fn critical(&self, enough: usize, draws: usize, coverage: f64) -> Option<f64> {
        let mut bound = f64::INFINITY;
        loop {
            let mut known = self.statistics(bound);
            if known.len() < enough {
                if !self.proven {
                    return None;
                }
                // The statistics that lack are those equal to the floor.
                known.resize(enough, self.floor);
            }
            let next = upper_quantile(&mut known, draws, coverage);
            if next >= bound {
                return Some(bound);
            }
            bound = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten draws of three pairs: one stays at 1, one of 3 leaves below 2.5, and
    /// one of 2 below 2.2 but for two draws in which it is 4.
    fn ten() -> Ladders {
        let mut ladders = Ladders::new(0.0, 8);
        for draw in 0..10 {
            let last = if draw < 2 { 4.0 } else { 2.0 };
            let mut leaving = vec![Step::new(last, 2.2), Step::new(3.0, 2.5)];
            ladders.push(&mut leaving, 1.0, 8);
            assert!(leaving.is_empty());
        }
        ladders
    }

    #[test]
    fn a_ladder_is_read_at_the_first_step_in_play() {
        let sorted = |bound: f64| {
            let mut statistics = ten().statistics(bound);
            statistics.sort_unstable_by(f64::total_cmp);
            statistics
        };
        assert_eq!(sorted(f64::INFINITY), [3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 4.0, 4.0]);
        assert_eq!(sorted(2.3), [2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 4.0, 4.0]);
        assert_eq!(sorted(2.0), [1.0; 10]);
    }

    #[test]
    fn pairs_leave_until_no_further_pair_does() {
        // The 0.3 quantile is 3, under which all pairs are in play; it stays.
        assert_eq!(ten().critical(8, 10, 0.3), Some(3.0));
        // A pair of 2 that leaves below 2.5 in every draw: 2, and then 1.
        let mut ladders = Ladders::new(0.0, 8);
        for _ in 0..10 {
            ladders.push(&mut vec![Step::new(2.0, 2.5)], 1.0, 8);
        }
        assert_eq!(ladders.critical(8, 10, 0.3), Some(1.0));
    }
}
