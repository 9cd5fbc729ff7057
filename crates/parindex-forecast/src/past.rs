//! What a model may see: everything before the years it forecasts.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::error::{Error, Problem};
use crate::history::{History, Seen};
use crate::judge::rank_score;
use crate::model::Model;
use crate::watch::Watch;

/// Whose value a sight is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The unit's own.
    Own,
    /// That of one of the units merged into it.
    Member(usize),
}

/// What is seen of a unit in one year.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight {
    /// The year, as a place in [`Past::timeline`].
    pub(crate) at: usize,
    pub(crate) whose: Whose,
    pub(crate) seen: Seen,
}

/// All that is seen of one unit, in the order of years.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// The weights of the units merged into this one; none for an old unit.
    pub(crate) weights: Vec<f64>,
    pub(crate) sights: Vec<Sight>,
}

impl Series {
    /// The covariance of two standardised values of one year, as a share of the
    /// variance of an unmerged unit: members are independent of each other.
    pub(crate) fn overlap(&self, one: Whose, two: Whose) -> f64 {
        match (one, two) {
            (Whose::Own, Whose::Own) if self.weights.is_empty() => 1.0,
            (Whose::Own, Whose::Own) => self.weights.iter().map(|weight| weight * weight).sum(),
            (Whose::Own, Whose::Member(member)) | (Whose::Member(member), Whose::Own) => self.weights[member],
            (Whose::Member(one), Whose::Member(two)) => {
                if one == two {
                    1.0
                } else {
                    0.0
                }
            }
        }
    }
}

/// The series of the score or of one part, a series for each unit.
pub(crate) type Panel = Vec<Series>;

/// What a model may see, and which years it is asked for.
pub struct Past<'a> {
    pub(crate) history: &'a History,
    /// The units forecast, as positions in the history, in its order.
    pub(crate) units: Vec<usize>,
    /// The years with history before the first year forecast, then the years forecast.
    pub(crate) timeline: Vec<i16>,
    /// How many years are forecast.
    pub(crate) ahead: usize,
    /// The index itself.
    pub(crate) total: Panel,
    memory: Memory,
}

/// Scores of past forecasts, so that none is made twice: a year's forecast rests
/// on the years before it alone. Kept by year and model.
pub(crate) type Memory = Arc<Mutex<BTreeMap<(i16, &'static str), Option<f64>>>>;

impl<'a> Past<'a> {
    /// What is known before the first of `years`, about the units standing in it.
    ///
    /// # Errors
    /// `not-enough-history` with fewer than two units, none that is known, or fewer
    /// than two years in which something is known, `out-of-range` for years that do not increase
    /// and `unknown-unit` where a unit does not stand in all of them.
    pub fn new(history: &'a History, years: &[i16]) -> Result<Self, Error> {
        Self::remembering(history, years, Memory::default())
    }

    /// As [`Past::new`], with scores of this history found earlier.
    pub(crate) fn remembering(history: &'a History, years: &[i16], memory: Memory) -> Result<Self, Error> {
        let Some((first, rest)) = years.split_first() else {
            return Err(Problem::out_of_range("the list of years", "[]", "at least one year").into());
        };
        if !years.is_sorted_by(|one, two| one < two) {
            return Err(Problem::out_of_range("the list of years", format!("{years:?}"), "increasing years").into());
        }
        let units: Vec<usize> = history.standing_units(*first).map(|(position, _)| position).collect();
        if units.len() < 2 {
            let what = format!("{} units stand in {first}, at least 2 are needed", units.len());
            return Err(Problem::NotEnoughHistory { what }.into());
        }
        for year in rest {
            let missing = units.iter().filter(|unit| !history.unit(**unit).holds(*year));
            Error::check(missing.map(|unit| {
                Problem::UnknownUnit { unit: history.unit(*unit).id.clone(), when: year.to_string() }.into()
            }))?;
        }
        let before: Vec<i16> = history.years().take_while(|year| year < first).collect();
        let tells = |year: &i16| history.standing(*year).is_some_and(|standing| !standing.seen.is_empty());
        let mut timeline: Vec<i16> = before.iter().copied().filter(tells).collect();
        if timeline.len() < 2 {
            let what = if before.len() < 2 {
                format!("{} years are known before {first}, at least 2 are needed", before.len())
            } else {
                let (count, all) = (timeline.len(), before.len());
                format!("of {all} years known before {first}, {count} tell units apart, at least 2 are needed")
            };
            return Err(Problem::NotEnoughHistory { what }.into());
        }
        timeline.extend(years);
        let mut past = Self { history, units, timeline, ahead: years.len(), total: Vec::new(), memory };
        past.total = past.panel(|year| history.standing(year).map(|standing| &standing.seen));
        if past.total.iter().all(|series| series.sights.is_empty()) {
            let what = format!(
                "none of the {} units that stand in {first} is known before, nor what it was merged from \
                 (remap the history to join units to those before a merger)",
                past.units.len()
            );
            return Err(Problem::NotEnoughHistory { what }.into());
        }
        Ok(past)
    }

    /// The series of one part.
    pub(crate) fn part(&self, part: usize) -> Panel {
        self.panel(|year| self.history.standing(year)?.parts.get(part))
    }

    fn panel(&self, seen: impl Fn(i16) -> Option<&'a BTreeMap<usize, Seen>>) -> Panel {
        let known = &self.timeline[..self.known()];
        let years: Vec<_> = known.iter().map(|year| seen(*year)).collect();
        let series = |unit: &usize| {
            let members = &self.history.unit(*unit).members;
            let mut sights = Vec::new();
            for (at, seen) in years.iter().enumerate() {
                let Some(seen) = seen else { continue };
                let own = seen.get(unit).map(|seen| Sight { at, whose: Whose::Own, seen: *seen });
                let of_member = |(place, (member, _)): (usize, &(usize, f64))| {
                    seen.get(member).map(|seen| Sight { at, whose: Whose::Member(place), seen: *seen })
                };
                sights.extend(own.into_iter().chain(members.iter().enumerate().filter_map(of_member)));
            }
            Series { weights: members.iter().map(|(_, weight)| *weight).collect(), sights }
        };
        self.units.iter().map(series).collect()
    }

    /// The score of a model's forecast for a known year, from the years before it:
    /// the mean over units of the CRPS of ranks. Nothing where there is none.
    ///
    /// # Errors
    /// `stopped`.
    pub(crate) fn score_of(
        &self,
        at: usize,
        name: &'static str,
        model: &dyn Model,
        watch: Watch<'_>,
    ) -> Result<Option<f64>, Error> {
        let year = self.timeline[at];
        let remembered = self.memory.lock().ok().and_then(|memory| memory.get(&(year, name)).copied());
        if let Some(score) = remembered {
            return Ok(score);
        }
        let past = Past::remembering(self.history, &[year], Arc::clone(&self.memory));
        let predicted = past.and_then(|past| Ok((model.predict(&past, watch)?, past)));
        let score = match predicted {
            Ok((predicted, past)) => rank_score(&past, &predicted.prediction),
            Err(error) if error.code() == "not-enough-history" => None,
            Err(error) => return Err(error),
        };
        if let Ok(mut memory) = self.memory.lock() {
            memory.insert((year, name), score);
        }
        Ok(score)
    }

    /// How many years are known.
    pub(crate) fn known(&self) -> usize {
        self.timeline.len() - self.ahead
    }

    /// The years forecast.
    pub(crate) fn years(&self) -> &[i16] {
        &self.timeline[self.known()..]
    }

    /// How many years lie between two places of the timeline.
    pub(crate) fn gap(&self, from: usize, to: usize) -> f64 {
        f64::from(self.timeline[to].abs_diff(self.timeline[from]))
    }
}
