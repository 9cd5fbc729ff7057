//! Draws of scores that a model predicts.

use crate::draws::Held;
use crate::normal::Tails;
use crate::past::Past;
use crate::prediction::{Component, Prediction, triangle};
use crate::random::Stream;

/// The scale of the years ahead: what turns standardised scores into points.
#[derive(Clone, Debug)]
pub(crate) struct ScaleAhead {
    pub(crate) mean: f64,
    pub(crate) spread: f64,
    /// Standard errors of each year's change of mean, and of the spread's logarithm.
    steps: Vec<(f64, f64)>,
}

impl ScaleAhead {
    /// The last scale known, and steps as large as past ones; where a new
    /// edition begins, as large as those at past editions.
    pub(crate) fn new(past: &Past<'_>) -> Option<Self> {
        let known: Vec<(usize, f64, f64)> = (0..past.known())
            .filter_map(|at| {
                let scale = past.history.standing(past.timeline[at])?.scale?;
                Some((at, scale.mean, scale.spread))
            })
            .collect();
        let (last, mean, spread) = *known.last()?;
        // Before anything is seen: half a spread, and a tenth of it, a year.
        let mut usual = Steps { count: 1.0, mean: (0.5 * spread).powi(2), spread: 0.01 };
        let mut at_break = Steps::default();
        for pair in known.windows(2) {
            let [(from, from_mean, from_spread), (to, to_mean, to_spread)] = *pair else { continue };
            let years = past.gap(from, to);
            let breaks = past.history.breaks_between(past.timeline[from], past.timeline[to]);
            let steps = if breaks > 0 { &mut at_break } else { &mut usual };
            steps.add((to_mean - from_mean).powi(2) / years, (to_spread / from_spread).ln().powi(2) / years);
        }
        // A new edition counts as a year with steps of twice the usual size, once.
        at_break.add(4.0 * usual.mean / usual.count, 4.0 * usual.spread / usual.count);
        let mut from = last;
        let step = |to: usize| {
            let years = past.gap(from, to);
            let breaks = past.history.breaks_between(past.timeline[from], past.timeline[to]);
            let steps = if breaks > 0 { &at_break } else { &usual };
            from = to;
            ((years * steps.mean / steps.count).sqrt(), (years * steps.spread / steps.count).sqrt())
        };
        // Beyond a factor of e a year, spreads say that the history mixes indices.
        let steps =
            (past.known()..past.timeline.len()).map(step).map(|(mean, spread)| (mean, spread.min(1.0))).collect();
        Some(Self { mean, spread, steps })
    }

    /// Points as they are, for a history that has ranks only.
    pub(crate) fn standardised(ahead: usize) -> Self {
        Self { mean: 0.0, spread: 1.0, steps: vec![(0.0, 0.0); ahead] }
    }
}

#[derive(Default)]
struct Steps {
    count: f64,
    mean: f64,
    spread: f64,
}

impl Steps {
    fn add(&mut self, mean: f64, spread: f64) {
        self.count += 1.0;
        self.mean += mean;
        self.spread += spread;
    }
}

impl Held {
    /// The shock that a share of the way through what is allowed, and how likely
    /// what is allowed was. `place` turns a score into a shock.
    fn shock(self, share: f64, tails: Tails, place: impl Fn(f64) -> f64) -> (f64, f64) {
        match self {
            Self::At(score) => (place(score), tails.log_density(place(score))),
            Self::Between(low, high) => {
                let (from, to) = (tails.below(place(low)), tails.below(place(high)));
                let within = (from + share * (to - from)).clamp(1e-15, 1.0 - 1e-15);
                (tails.quantile(within), (to - from).max(0.0).ln())
            }
        }
    }
}

/// A model's draws of all units' scores, each from its number alone.
#[derive(Clone, Debug)]
pub(crate) struct Modelled {
    prediction: Prediction,
    scale: ScaleAhead,
    choice: Stream,
    level: Stream,
    spread: Stream,
    regions: Stream,
    units: Vec<Stream>,
}

/// Room for one draw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Room {
    shocks: Vec<f64>,
    scales: Vec<(f64, f64)>,
    /// Region after region, what the years of its units share.
    regional: Vec<f64>,
}

impl Modelled {
    pub(crate) fn new(
        prediction: Prediction,
        scale: ScaleAhead,
        keys: impl Iterator<Item = String>,
        seed: u64,
    ) -> Self {
        Self {
            prediction,
            scale,
            choice: Stream::new(seed, "component"),
            level: Stream::new(seed, "level of the year"),
            spread: Stream::new(seed, "spread of the year"),
            regions: Stream::new(seed, "regions"),
            units: keys.map(|key| Stream::new(seed, &format!("unit {key}"))).collect(),
        }
    }

    pub(crate) fn ahead(&self) -> usize {
        self.prediction.ahead
    }

    /// Mean and spread that scores are counted from.
    pub(crate) fn base(&self) -> (f64, f64) {
        (self.scale.mean, self.scale.spread)
    }

    fn component(&self, draw: usize, room: &mut Room) -> &Component {
        let ahead = self.ahead();
        room.scales.clear();
        let (mut mean, mut spread) = (self.scale.mean, self.scale.spread.ln());
        for (year, (of_mean, of_spread)) in self.scale.steps.iter().enumerate() {
            let place = draw * ahead + year;
            mean += of_mean * Tails::Heavy.draw(self.level, place);
            spread += of_spread * Tails::Normal.draw(self.spread, place);
            room.scales.push((mean, spread.exp()));
        }
        self.prediction.at(self.choice.uniform(draw))
    }

    /// Fills in what units of a region share.
    fn share(&self, component: &Component, draw: usize, room: &mut Room) {
        room.regional.clear();
        let Some(regional) = &component.regional else { return };
        let ahead = self.ahead();
        let regions = regional.factor.chunks_exact(triangle(ahead));
        let count = regions.len();
        for (region, factor) in regions.enumerate() {
            room.shocks.clear();
            for year in 0..ahead {
                let place = (draw * ahead + year) * count + region;
                room.shocks.push(Tails::Normal.draw(self.regions, place));
                let row = &factor[triangle(year)..triangle(year + 1)];
                room.regional.push(row.iter().zip(&room.shocks).map(|(factor, shock)| factor * shock).sum());
            }
        }
    }

    /// Fills in the scores of a draw, unit after unit the years of each, in which
    /// some units' scores are held, and returns the logarithm of how likely the draw makes what is held.
    pub(crate) fn fill(&self, draw: usize, held: &[(usize, Held)], room: &mut Room, scores: &mut Vec<f64>) -> f64 {
        let ahead = self.ahead();
        let component = self.component(draw, room);
        self.share(component, draw, room);
        scores.clear();
        let mut weight = 0.0;
        let mut held = held.iter().peekable();
        for (unit, stream) in self.units.iter().enumerate() {
            let factor = &component.factor[unit * triangle(ahead)..(unit + 1) * triangle(ahead)];
            room.shocks.clear();
            let given = held.next_if(|(other, _)| *other == unit).map(|(_, held)| *held);
            for year in 0..ahead {
                let (mean, spread) = room.scales[year];
                let place = draw * ahead + year;
                let region = component.regional.as_ref().map(|regional| regional.of_unit[unit] * ahead + year);
                let shared = region.map_or(0.0, |region| room.regional[region]);
                let centre = component.mean[unit * ahead + year] + shared;
                let shock = match given.filter(|_| year == 0) {
                    None => component.tails.draw(*stream, place),
                    Some(given) => {
                        // A factor of 0 would leave nothing to hold.
                        let sd = factor[0].max(1e-9);
                        let (shock, likely) = given.shock(stream.uniform(place), component.tails, |score| {
                            ((score - mean) / spread - centre) / sd
                        });
                        weight += likely;
                        if matches!(given, Held::At(_)) {
                            weight -= (sd * spread).ln();
                        }
                        shock
                    }
                };
                room.shocks.push(shock);
                let row = &factor[triangle(year)..triangle(year + 1)];
                let moved: f64 = row.iter().zip(&room.shocks).map(|(factor, shock)| factor * shock).sum();
                let score = mean + spread * (centre + moved);
                // Rounding must not carry the score away from what is held.
                scores.push(match given.filter(|_| year == 0) {
                    None => score,
                    Some(Held::At(score)) => score,
                    Some(Held::Between(low, high)) => score.max(low).min(high),
                });
            }
        }
        weight
    }
}
