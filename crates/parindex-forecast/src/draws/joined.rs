//! Draws in which some units come from beliefs and the others from a model.

use crate::draws::{Held, Modelled, Room as AllRoom};
use crate::simulation::draws::Simulated;

/// Simulated units beside units that a model predicts, independent of one another.
#[derive(Clone, Debug)]
pub(crate) struct Joined {
    simulated: Simulated,
    modelled: Modelled,
    /// Where each unit's score comes from.
    origins: Vec<Origin>,
}

/// A place among the units of one of the two.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin {
    Simulated(usize),
    Modelled(usize),
}

/// Room for the two.
#[derive(Clone, Debug, Default)]
pub(crate) struct Room {
    modelled: Vec<f64>,
    held: Vec<(usize, Held)>,
}

impl Joined {
    pub(crate) fn new(simulated: Simulated, modelled: Modelled, origins: Vec<Origin>) -> Self {
        Self { simulated, modelled, origins }
    }

    pub(super) fn simulated(&self) -> &Simulated {
        &self.simulated
    }

    /// Fills in the scores of a draw, and returns the logarithm of how likely the draw
    /// makes what is held, and whether it has failed.
    pub(super) fn fill(
        &self,
        draw: usize,
        held: &[(usize, Held)],
        room: &mut AllRoom,
        scores: &mut Vec<f64>,
    ) -> (f64, bool) {
        let AllRoom { modelled, simulated, joined } = room;
        joined.held.clear();
        joined.held.extend(held.iter().filter_map(|(unit, held)| match self.origins[*unit] {
            Origin::Modelled(place) => Some((place, *held)),
            Origin::Simulated(_) => None,
        }));
        // A model wants what is held in the order of its own units.
        joined.held.sort_unstable_by_key(|(place, _)| *place);
        let mut weight = self.modelled.fill(draw, &joined.held, modelled, &mut joined.modelled);
        let drawn = self.simulated.draw(draw, simulated);
        scores.clear();
        scores.extend(self.origins.iter().map(|origin| match *origin {
            Origin::Modelled(place) => joined.modelled[place * self.modelled.ahead()],
            Origin::Simulated(place) => drawn.score(place),
        }));
        for (unit, held) in held {
            if matches!(self.origins[*unit], Origin::Simulated(_)) {
                weight += held.fits(scores[*unit]);
            }
        }
        (weight, drawn.has_failed)
    }
}
