//! Draws of all units' scores and ranks, each from its number alone.

mod joined;
mod model;

pub(crate) use joined::{Joined, Origin};
pub(crate) use model::{Modelled, ScaleAhead};

use crate::number::id;
use crate::simulation::draws::Simulated;

/// Where draws come from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// A model of the past.
    Modelled(Modelled),
    /// Beliefs about leaves, through the rules.
    Simulated(Simulated),
    /// Some units from beliefs, the others from a model.
    Joined(Joined),
}

/// What is asked of one unit in the first year ahead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Held {
    /// The score is this.
    At(f64),
    /// The score lies between.
    Between(f64, f64),
}

impl Held {
    /// Whether a score that cannot be moved is what is asked, as a logarithm: 0, or
    /// less than any number. Scores that print alike, with two decimals, are alike.
    fn fits(self, score: f64) -> f64 {
        let fits = match self {
            Self::At(asked) => (score - asked).abs() <= PRINTED_ALIKE,
            Self::Between(low, high) => low <= score && score <= high,
        };
        if fits { 0.0 } else { f64::NEG_INFINITY }
    }
}

/// Half a unit of the last digit printed, and a little for its rounding.
const PRINTED_ALIKE: f64 = 0.005 + 1e-9;

/// Room for one draw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawn {
    /// Unit after unit, the years of each.
    pub(crate) scores: Vec<f64>,
    /// Whether a simulated unit got no score, or was refused points.
    pub(crate) has_failed: bool,
    order: Vec<(f64, u32)>,
    room: Room,
}

/// What sources keep from one draw to the next.
#[derive(Clone, Debug, Default)]
struct Room {
    modelled: model::Room,
    simulated: crate::simulation::draws::Room,
    joined: joined::Room,
}

impl From<Modelled> for Source {
    fn from(modelled: Modelled) -> Self {
        Self::Modelled(modelled)
    }
}

impl Source {
    /// How many years are drawn.
    pub(crate) fn ahead(&self) -> usize {
        match self {
            Self::Modelled(modelled) => modelled.ahead(),
            Self::Simulated(_) | Self::Joined(_) => 1,
        }
    }

    /// Mean and spread that scores are counted from.
    pub(crate) fn base(&self) -> (f64, f64) {
        match self {
            Self::Modelled(modelled) => modelled.base(),
            Self::Simulated(_) | Self::Joined(_) => (0.0, 1.0),
        }
    }

    /// Whether there may be draws that fail.
    pub(crate) fn may_fail(&self) -> bool {
        match self {
            Self::Modelled(_) => false,
            Self::Simulated(simulated) => simulated.compiled.may_fail(),
            Self::Joined(joined) => joined.simulated().compiled.may_fail(),
        }
    }

    /// Fills in the scores of a draw.
    #[inline]
    pub(crate) fn fill(&self, draw: usize, drawn: &mut Drawn) {
        self.fill_held(draw, &[], drawn);
    }

    /// Fills in the scores of a draw in which some units' scores are held, and
    /// returns the logarithm of how likely the draw makes what is held.
    pub(crate) fn fill_held(&self, draw: usize, held: &[(usize, Held)], drawn: &mut Drawn) -> f64 {
        let Drawn { scores, has_failed, room, .. } = drawn;
        match self {
            Self::Modelled(modelled) => modelled.fill(draw, held, &mut room.modelled, scores),
            Self::Simulated(simulated) => {
                let drawn = simulated.draw(draw, &mut room.simulated);
                *has_failed = drawn.has_failed;
                scores.clear();
                scores.extend((0..simulated.units()).map(|unit| drawn.score(unit)));
                held.iter().map(|(unit, held)| held.fits(scores[*unit])).sum()
            }
            Self::Joined(joined) => {
                let weight;
                (weight, *has_failed) = joined.fill(draw, held, room, scores);
                weight
            }
        }
    }

    /// The ranks of a year's scores, "1224": equal scores share the better rank.
    pub(crate) fn rank(&self, year: usize, drawn: &mut Drawn, ranks: &mut Vec<u32>) {
        let ahead = self.ahead();
        drawn.order.clear();
        drawn
            .order
            .extend(drawn.scores.iter().skip(year).step_by(ahead).enumerate().map(|(unit, score)| (*score, id(unit))));
        rank(&mut drawn.order, ranks);
    }
}

/// Ranks by score, largest first; the order of `scored` is lost.
pub(crate) fn rank(scored: &mut [(f64, u32)], ranks: &mut Vec<u32>) {
    ranks.clear();
    ranks.resize(scored.len(), 0);
    scored.sort_unstable_by(|one, two| two.0.total_cmp(&one.0));
    let (mut best, mut before) = (1, f64::NAN);
    for (place, (score, unit)) in scored.iter().enumerate() {
        if score.total_cmp(&before).is_ne() {
            best = id(place + 1);
        }
        before = *score;
        ranks[*unit as usize] = best;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::normal::Tails;
    use crate::prediction::{Component, Prediction};

    proptest! {
        /// Without noise every draw has the ranks of the means.
        #[test]
        fn no_noise_gives_exact_ranks(means in prop::collection::vec(-3_i32..4, 1..30), draw in 0_usize..1000) {
            let mean: Vec<f64> = means.iter().map(|mean| f64::from(*mean)).collect();
            let component =
                Component { weight: 1.0, tails: Tails::Heavy, factor: vec![0.0; mean.len()], mean, regional: None };
            let keys = (0..means.len()).map(|unit| unit.to_string());
            let source =
                Source::from(Modelled::new(Prediction::new(1, vec![component]), ScaleAhead::standardised(1), keys, 7));
            let (mut drawn, mut ranks) = (Drawn::default(), Vec::new());
            source.fill(draw, &mut drawn);
            source.rank(0, &mut drawn, &mut ranks);
            for (unit, mean) in means.iter().enumerate() {
                let better = means.iter().filter(|other| *other > mean).count();
                prop_assert_eq!(ranks[unit], id(better + 1), "one more than the number of better ones");
            }
        }
    }
}
