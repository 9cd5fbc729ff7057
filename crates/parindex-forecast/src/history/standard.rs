//! Each year on one scale: how far from the mean, in spreads of that year.
//!
//! A level and a spread that all units share in a year say nothing about ranks,
//! and editions change both. So models work on standardised scores, and the
//! year's scale is forecast apart.

use std::collections::BTreeMap;

use crate::history::{Cell, History};
use crate::normal;
use crate::number::real;

/// What is seen of one unit in one year, in spreads from the mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Seen {
    /// A value, and the standard error it is known to.
    Near { value: f64, se: f64 },
    /// Only bounds, one of them maybe infinite.
    Within { low: f64, high: f64 },
}

/// The mean and the spread of all units' scores in a year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    pub(crate) mean: f64,
    pub(crate) spread: f64,
    /// The error that a scale estimated from few units leaves in each standardised score.
    doubt: f64,
}

/// A year as models see it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Standing {
    /// The scale, where scores tell it.
    pub(crate) scale: Option<Scale>,
    /// What is seen of each unit.
    pub(crate) seen: BTreeMap<usize, Seen>,
    /// The same for each part.
    pub(crate) parts: Vec<BTreeMap<usize, Seen>>,
    /// Whether so many units have a score that their order is the ranking.
    pub(crate) complete: bool,
}

/// From this share of scored units on, their mean and spread are the year's.
const NEARLY_ALL: f64 = 0.8;

/// Every year's standing, in order; a year whose scores do not tell its spread
/// borrows that of the year before.
pub(crate) fn standings(history: &History) -> BTreeMap<i16, Standing> {
    let mut standings = BTreeMap::new();
    let mut spread = None;
    let years: std::collections::BTreeSet<i16> = history.cells.keys().chain(history.national.keys()).copied().collect();
    let nothing = BTreeMap::new();
    for year in years {
        let cells = history.cells.get(&year).unwrap_or(&nothing);
        let standing = Year::new(history, year, cells).standing(spread);
        spread = standing.scale.map(|scale| scale.spread).or(spread);
        standings.insert(year, standing);
    }
    standings
}

struct Year<'a> {
    history: &'a History,
    cells: &'a BTreeMap<usize, Cell>,
    /// All units that stand in the year.
    units: Vec<usize>,
    /// How many units were ranked.
    count: usize,
    /// Known ranks with their scores, best first; the national extremes among them.
    pairs: Vec<(usize, f64)>,
    mean: Option<f64>,
    /// Merged units differ less than those they were made of: the spread of
    /// their scores, as a share of the spread their parts would have.
    shrunk: f64,
}

impl<'a> Year<'a> {
    fn new(history: &'a History, year: i16, cells: &'a BTreeMap<usize, Cell>) -> Self {
        let units: Vec<usize> = history.standing_units(year).map(|(position, _)| position).collect();
        let worst = cells.values().filter_map(|cell| cell.rank).max().unwrap_or_default();
        let worst = usize::try_from(worst).unwrap_or_default();
        let ranks: std::collections::BTreeSet<u32> = cells.values().filter_map(|cell| cell.rank).collect();
        // A list of the first few is shorter than half. Where more are ranked,
        // without a gap, the others were not left out but not ranked.
        let whole = 2 * worst > units.len() && ranks.len() == worst;
        let count = if whole { worst } else { worst.max(units.len()) };
        let national = history.national.get(&year).copied().unwrap_or_default();
        let place = |rank: u32| usize::try_from(rank).ok();
        let mut pairs: Vec<(usize, f64)> =
            cells.values().filter_map(|cell| Some((place(cell.rank?)?, cell.score?))).collect();
        pairs.extend(national.max.map(|score| (1, score)));
        pairs.extend(national.min.map(|score| (count, score)));
        pairs.sort_by(|one, two| one.0.cmp(&two.0).then(two.1.total_cmp(&one.1)));
        pairs.dedup();
        let squares = |unit: &usize| {
            let members = &history.units[*unit].members;
            if members.is_empty() { 1.0 } else { members.iter().map(|(_, weight)| weight * weight).sum() }
        };
        let shrunk = (units.iter().map(squares).sum::<f64>() / real(units.len().max(1))).sqrt();
        Self { history, cells, units, count, pairs, mean: national.mean, shrunk }
    }

    fn standing(&self, before: Option<f64>) -> Standing {
        let scores: Vec<f64> = self.cells.values().filter_map(|cell| cell.score).collect();
        let complete = real(scores.len()) >= NEARLY_ALL * real(self.count) && scores.len() >= 3;
        let scale = if complete { moments(&scores, self.shrunk) } else { self.fitted(&scores, before) };
        let mut seen = BTreeMap::new();
        for unit in &self.units {
            let sight = match self.cells.get(unit) {
                Some(cell) => self.sight(cell, scale.as_ref()),
                None => self.unnamed(scale.as_ref()),
            };
            seen.extend(sight.map(|sight| (*unit, sight)));
        }
        let parts = (0..self.history.parts.len()).map(|part| self.part(part)).collect();
        Standing { scale, seen, parts, complete }
    }

    /// Mean and spread from a few (rank, score) pairs: a straight line through
    /// scores against the normal quantiles of their ranks.
    fn fitted(&self, scores: &[f64], before: Option<f64>) -> Option<Scale> {
        /// The quantiles must differ by as much as a standard normal's do, about.
        const ENOUGH: f64 = 0.5;
        /// Doubt where the spread is that of another year, and where not even the mean is known.
        const BORROWED: f64 = 0.3;
        const GUESSED: f64 = 0.5;
        let points: Vec<(f64, f64)> = self.pairs.iter().map(|(rank, score)| (self.quantile(*rank), *score)).collect();
        let count = real(points.len());
        let middle = |pick: fn(&(f64, f64)) -> f64| points.iter().map(pick).sum::<f64>() / count.max(1.0);
        let (x, y) = self.mean.map_or_else(|| (middle(|point| point.0), middle(|point| point.1)), |mean| (0.0, mean));
        let squares: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
        let slope = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum::<f64>() / squares;
        let own = (squares > ENOUGH && slope > 0.0).then_some(slope);
        let spread = own.or(before)?;
        let mean = match self.mean {
            Some(mean) => mean,
            None if !points.is_empty() => y - spread * x,
            None if !scores.is_empty() => scores.iter().sum::<f64>() / real(scores.len()),
            None => return None,
        };
        let doubt = if own.is_none() {
            if points.is_empty() && self.mean.is_none() { GUESSED } else { BORROWED }
        } else {
            let misses: f64 = points.iter().map(|point| (point.1 - mean - spread * point.0).powi(2)).sum();
            // The line has one number to fit where the mean is known, else two; a
            // miss of a tenth of a spread is there before anything is seen.
            let free = (count - if self.mean.is_some() { 1.0 } else { 2.0 }).max(0.0);
            ((misses / spread.powi(2) + 0.01) / (free + 1.0)).sqrt()
        };
        Some(Scale { mean, spread, doubt: doubt.min(GUESSED) })
    }

    /// The expected standardised score of a rank, after Blom (1958).
    fn quantile(&self, rank: usize) -> f64 {
        self.shrunk * normal::quantile(1.0 - (real(rank) - 0.375) / (real(self.count) + 0.25))
    }

    fn standardised(scale: Option<&Scale>, score: f64) -> Option<f64> {
        scale.map(|scale| (score - scale.mean) / scale.spread)
    }

    fn sight(&self, cell: &Cell, scale: Option<&Scale>) -> Option<Seen> {
        match (cell.score, scale, cell.rank) {
            (Some(score), Some(scale), _) => {
                let se = cell.se.unwrap_or_default() / scale.spread;
                Some(Seen::Near { value: (score - scale.mean) / scale.spread, se: se.hypot(scale.doubt) })
            }
            (_, _, Some(rank)) => Some(self.ranked(usize::try_from(rank).ok()?, scale)),
            _ => self.unnamed(scale),
        }
    }

    /// A rank alone: where order statistics put it, cut to what the scores of
    /// better and worse ranks allow.
    fn ranked(&self, rank: usize, scale: Option<&Scale>) -> Seen {
        let centre = self.quantile(rank);
        let share = (real(rank) - 0.375) / (real(self.count) + 0.25);
        let height = normal::density(centre / self.shrunk).max(1e-3);
        let se = self.shrunk * (share * (1.0 - share) / (real(self.count) + 2.0)).sqrt() / height;
        let worse = self.pairs.iter().find(|(other, _)| *other > rank).map(|pair| pair.1);
        let better = self.pairs.iter().rev().find(|(other, _)| *other < rank).map(|pair| pair.1);
        let bound = |score: Option<f64>| score.and_then(|score| Self::standardised(scale, score));
        let low = bound(worse).unwrap_or(f64::NEG_INFINITY);
        let high = bound(better).unwrap_or(f64::INFINITY);
        if high - low < 1e-9 {
            return Seen::Near { value: f64::midpoint(low, high), se: 0.0 };
        }
        let (value, variance) = normal::cut(centre, se * se, low, high);
        Seen::Near { value, se: variance.sqrt() }
    }

    /// Nothing is published of this unit: all who are bound all others that are not named.
    fn unnamed(&self, scale: Option<&Scale>) -> Option<Seen> {
        let ranks: Vec<usize> = self.cells.values().filter_map(|cell| usize::try_from(cell.rank?).ok()).collect();
        let taken: std::collections::BTreeSet<usize> = ranks.into_iter().collect();
        if self.count < self.units.len() {
            return None;
        }
        let free = |rank: &usize| !taken.contains(rank);
        let best = (1..=self.count).find(free).unwrap_or(1);
        let worst = (1..=self.count).rev().find(free).unwrap_or(self.count);
        let score_at = |rank: usize| self.pairs.iter().find(|pair| pair.0 == rank).map(|pair| pair.1);
        let border = |above: usize| self.shrunk * normal::quantile(1.0 - real(above) / real(self.count));
        let bound = |rank: usize, above: usize| {
            score_at(rank).and_then(|score| Self::standardised(scale, score)).unwrap_or_else(|| border(above))
        };
        let extreme = |rank: usize| score_at(rank).and_then(|score| Self::standardised(scale, score));
        let high = if best > 1 { Some(bound(best - 1, best - 1)) } else { extreme(1) };
        let low = if worst < self.count { Some(bound(worst + 1, worst)) } else { extreme(self.count) };
        let (low, high) = (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY));
        let tells = low.is_finite() || high.is_finite();
        (tells && low < high).then_some(Seen::Within { low, high })
    }

    fn part(&self, part: usize) -> BTreeMap<usize, Seen> {
        let values: Vec<(usize, f64)> =
            self.cells.iter().filter_map(|(unit, cell)| Some((*unit, (*cell.parts.get(part)?)?))).collect();
        let numbers: Vec<f64> = values.iter().map(|(_, value)| *value).collect();
        let enough = real(numbers.len()) >= NEARLY_ALL * real(self.count) && numbers.len() >= 3;
        let Some(scale) = moments(&numbers, self.shrunk).filter(|_| enough) else { return BTreeMap::new() };
        let near = |value: f64| Seen::Near { value: (value - scale.mean) / scale.spread, se: 0.0 };
        values.into_iter().map(|(unit, value)| (unit, near(value))).collect()
    }
}

/// Mean and spread of the values, or nothing if they are all alike.
fn moments(values: &[f64], shrunk: f64) -> Option<Scale> {
    let count = real(values.len());
    let mean = values.iter().sum::<f64>() / count;
    let spread = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt();
    let tells = spread > 1e-12 * mean.abs().max(1e-12);
    tells.then_some(Scale { mean, spread: spread / shrunk, doubt: 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{HistoryRow, HistoryUnit, National};

    /// Ten units, of which the first rows name some.
    fn standing(rows: &[(u32, Option<f64>)], national: National) -> Standing {
        let unit = |place: usize| HistoryUnit { unit: format!("U{place}"), ..HistoryUnit::default() };
        let rows = rows.iter().enumerate().map(|(place, (rank, score))| HistoryRow {
            unit: format!("U{place}"),
            year: 2020,
            rank: Some(*rank),
            score: *score,
            ..HistoryRow::default()
        });
        let history = History::builder().units((0..10).map(unit)).rows(rows).national([national]).build().unwrap();
        history.standing(2020).unwrap().clone()
    }

    fn national(mean: f64) -> National {
        National { year: 2020, mean: Some(mean), ..National::default() }
    }

    #[test]
    fn a_list_of_the_first_bounds_everyone_else() {
        let standing = standing(&[(1, Some(90.0)), (2, Some(88.0)), (3, Some(86.0))], national(80.0));
        let scale = standing.scale.unwrap();
        assert!((scale.mean - 80.0).abs() < 1e-12 && scale.spread > 0.0);
        for unit in 3..10 {
            let Seen::Within { low, high } = standing.seen[&unit] else { panic!("{unit} is not named") };
            assert!(low == f64::NEG_INFINITY && (high - 6.0 / scale.spread).abs() < 1e-9);
        }
    }

    #[test]
    fn a_rank_lies_between_the_scores_of_its_neighbours() {
        let rows = [(1, Some(90.0)), (4, Some(85.0)), (5, None), (6, Some(84.9)), (9, None)];
        let standing = standing(&rows, national(80.0));
        let near = |unit: usize| match standing.seen[&unit] {
            Seen::Near { value, .. } => value,
            Seen::Within { .. } => panic!("{unit} is ranked"),
        };
        assert!(near(1) > near(2) && near(2) > near(3) && near(3) > near(4));
        // Nobody named is first or last but for the first: the rest lies below it.
        let Seen::Within { high, .. } = standing.seen[&7] else { panic!("not named") };
        assert!((high - near(0)).abs() < 1e-9);
    }

    #[test]
    fn who_was_not_ranked_is_not_last() {
        // Seven of ten are ranked without a gap: a survey that left three out.
        let rows: Vec<(u32, Option<f64>)> = (1..=7).map(|rank| (rank, Some(90.0 - f64::from(rank)))).collect();
        let standing = standing(&rows, National { year: 2020, ..National::default() });
        assert!(standing.complete);
        assert!((7..10).all(|unit| !standing.seen.contains_key(&unit)));
    }

    #[test]
    fn ranks_alone_are_normal_scores() {
        let rows: Vec<(u32, Option<f64>)> = (1..=10).map(|rank| (rank, None)).collect();
        let standing = standing(&rows, National { year: 2020, ..National::default() });
        let value = |unit: usize| match standing.seen[&unit] {
            Seen::Near { value, .. } => value,
            Seen::Within { .. } => panic!("{unit} is ranked"),
        };
        // Expected largest of ten normals 1.5388, fourth largest 0.3758 (Harter 1961).
        assert!((value(0) - 1.5388).abs() < 0.02 && (value(3) - 0.3758).abs() < 0.02);
        assert!((0..5).all(|unit| (value(unit) + value(9 - unit)).abs() < 1e-9));
    }
}
