//! Places: "1224" on exact values, never on rounded ones.

use std::collections::BTreeMap;
use std::fmt;

use crate::aggregate::Aggregate;
use crate::column::Maximum;
use crate::exact::Exact;
use crate::rounding::{Rounding, RoundingPoint};
use crate::score::{LineStatus, Sheet};

/// Which units are ranked apart from one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Within {
    /// Units of one level: departments apart from communes.
    Level,
    /// Units under one parent.
    Parent,
}

/// A place, 1 for the best; none where every row of a unit has left the maximum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank(Option<usize>);

impl Rank {
    /// The place as a number.
    #[must_use]
    pub fn get(self) -> Option<usize> {
        self.0
    }
}

impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(place) => place.fmt(f),
            None => f.write_str("–"),
        }
    }
}

/// A unit's place.
///
/// ```
/// use parindex::{Evidence, EvidenceRow, Framework};
///
/// let row = |unit, points: &str| Ok::<_, parindex::Error>(EvidenceRow::points(unit, "1", points.parse()?));
/// let rows = [row("01", "57.25")?, row("22", "58")?, row("31", "57.25")?, row("48", "57")?];
/// let assessment = Framework::bundled("par-index/province-2022")?.score(&Evidence::from_rows(rows)?)?;
/// let places = assessment.ranking().into_iter().map(|place| format!("{} {}", place.rank, place.unit));
/// assert_eq!(places.collect::<Vec<_>>(), ["1 22", "2 01", "2 31", "4 48"]);
/// # Ok::<(), parindex::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ranked {
    /// The place, 1 for the best.
    pub rank: Rank,
    /// The unit's id.
    pub unit: String,
    /// Its name, where a units table gives one.
    pub name: Option<String>,
    /// Its level or parent, where ranks are taken within one.
    pub group: Option<String>,
    /// Points, rounded only where the framework says so.
    pub points: Exact,
    /// The maximum; `None` while open.
    pub max_points: Option<Exact>,
    /// Points over maximum in percent, two decimals half-up.
    pub index: Option<Exact>,
    /// The band of the whole index; its lower edge is inside.
    pub band: Option<String>,
    /// Maxima of the leaves without evidence; `None` where one of them is open.
    pub missing_points: Option<Exact>,
    /// Maxima of the leaves that rest on an assumed maximum or rule.
    pub assumed_points: Exact,
}

pub(crate) fn rank(sheet: &Sheet, node: usize, within: Option<Within>) -> Vec<Ranked> {
    let units = sheet.ids.len();
    let group = |unit: usize| -> Option<&str> {
        let row = sheet.units.as_ref()?.get(sheet.ids.get(unit)?)?;
        match within? {
            Within::Level => row.level.as_deref(),
            Within::Parent => row.parent.as_deref(),
        }
    };
    let mut ranked = Vec::with_capacity(units);
    let missing = Shares::missing(sheet, node);
    let assumed = Shares::assumed(sheet, node);
    if within.is_some() {
        let mut groups: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for unit in 0..units {
            groups.entry(group(unit)).or_default().push(unit);
        }
        for (name, members) in groups {
            let places = sheet.places(node, members);
            ranked.extend(places.into_iter().map(|(rank, unit)| (rank, unit, name.map(str::to_owned))));
        }
    } else {
        let places = sheet.places(node, (0..units).collect());
        ranked.extend(places.into_iter().map(|(rank, unit)| (rank, unit, None)));
    }
    let entry = |(rank, unit, group): (Option<usize>, usize, Option<String>)| Ranked {
        rank: Rank(rank),
        unit: sheet.ids.get(unit).map_or_else(String::new, ToString::to_string),
        name: sheet.name(unit),
        group,
        points: sheet.shown_points(node, unit),
        max_points: sheet.max(node, unit).cloned(),
        index: sheet.index(node, unit).map(|index| index.rounded(Rounding::PRINTED)),
        band: sheet.band(node, unit),
        missing_points: missing.get(unit),
        assumed_points: assumed.get(unit).unwrap_or_default(),
    };
    ranked.into_iter().map(entry).collect()
}

impl Sheet {
    /// Rank and unit, best first; ties in the order of ids; the unranked last.
    pub(crate) fn places(&self, node: usize, members: Vec<usize>) -> Vec<(Option<usize>, usize)> {
        let same_maximum = !matches!(self.maxima.get(node), Some(Maximum::Each(_)));
        if same_maximum && let Some(steps) = self.columns.get(node).and_then(|column| column.steps()) {
            let keyed = members.into_iter().map(|unit| (steps.get(unit).copied().unwrap_or(0), unit));
            return number(keyed.map(|(step, unit)| (Some(step), unit)).collect());
        }
        let key = |unit: usize| if same_maximum { Some(self.points(node, unit)) } else { self.index(node, unit) };
        number(members.into_iter().map(|unit| (key(unit), unit)).collect())
    }

    /// The rank of each unit; 0 for the unranked.
    pub(crate) fn ranks(&self, node: usize) -> Vec<u32> {
        let same_maximum = !matches!(self.maxima.get(node), Some(Maximum::Each(_)));
        let steps = self.columns.get(node).and_then(|column| column.steps()).filter(|_| same_maximum);
        if let Some(ranks) = steps.and_then(count_ranks) {
            return ranks;
        }
        let mut ranks = vec![0; self.ids.len()];
        for (rank, unit) in self.places(node, (0..self.ids.len()).collect()) {
            if let (Some(place), Some(rank)) = (ranks.get_mut(unit), rank) {
                *place = u32::try_from(rank).unwrap_or(u32::MAX);
            }
        }
        ranks
    }

    /// Points over maximum in percent, exact.
    pub(crate) fn index(&self, node: usize, unit: usize) -> Option<Exact> {
        self.points(node, unit).times(&Exact::whole(100)).over(self.max(node, unit)?)
    }

    /// Points as the framework prints them: a total that is rounded at the end
    /// is rounded here, everything else is exact.
    pub(crate) fn shown_points(&self, node: usize, unit: usize) -> Exact {
        let points = self.points(node, unit);
        match self.framework.rounding() {
            Some(rounding) if node == 0 && rounding.at == RoundingPoint::End => points.rounded(rounding),
            _ => points,
        }
    }

    /// The band of the whole index.
    pub(crate) fn band(&self, node: usize, unit: usize) -> Option<String> {
        let bands = &self.framework.tree().head.bands;
        if node > 0 || bands.is_empty() {
            return None;
        }
        let index = self.index(0, unit)?;
        let reached = bands.iter().filter(|band| Exact::from(band.from) <= index);
        reached.max_by_key(|band| band.from).map(|band| band.name.clone())
    }

    pub(crate) fn name(&self, unit: usize) -> Option<String> {
        let id = self.ids.get(unit)?;
        self.units.as_ref()?.name(id).map(str::to_owned)
    }
}

/// Ranks by counting how many units stand on each step of the grid, where the
/// steps are few enough for that to beat sorting.
fn count_ranks(steps: &[i32]) -> Option<Vec<u32>> {
    let (low, high) = (*steps.iter().min()?, *steps.iter().max()?);
    let span = high.abs_diff(low) as usize;
    if span > steps.len().saturating_mul(8) {
        return None;
    }
    // How many units stand on each step, counted from the best step down.
    let mut standing = vec![0_u32; span.saturating_add(1)];
    for step in steps {
        if let Some(count) = standing.get_mut(high.abs_diff(*step) as usize) {
            *count = count.saturating_add(1);
        }
    }
    let mut better = 0_u32;
    for count in &mut standing {
        let here = std::mem::replace(count, better.saturating_add(1));
        better = better.saturating_add(here);
    }
    Some(steps.iter().map(|step| standing.get(high.abs_diff(*step) as usize).copied().unwrap_or(0)).collect())
}

/// Numbers units from the best key down.
fn number<K: Ord>(mut keyed: Vec<(Option<K>, usize)>) -> Vec<(Option<usize>, usize)> {
    keyed.sort_unstable_by(|(a, left), (b, right)| b.cmp(a).then_with(|| left.cmp(right)));
    let mut places = Vec::with_capacity(keyed.len());
    let mut rank = 0;
    let mut last: Option<&K> = None;
    for (position, (key, unit)) in keyed.iter().enumerate() {
        let Some(key) = key else {
            places.push((None, *unit));
            continue;
        };
        if last != Some(key) {
            rank = position.saturating_add(1);
        }
        places.push((Some(rank), *unit));
        last = Some(key);
    }
    places
}

/// Maxima of some leaves added up, unit by unit; `None` where one is open.
pub(crate) struct Shares(Vec<Option<Exact>>);

impl Shares {
    /// Maxima of the leaves at or below `node` that lack evidence.
    pub(crate) fn missing(sheet: &Sheet, node: usize) -> Self {
        let mut shares = Self(vec![Some(Exact::ZERO); sheet.ids.len()]);
        for (leaf, worth) in sheet.counted_leaves(node, None) {
            shares.add_where(sheet, leaf, &worth, |status, _| status == LineStatus::Missing);
        }
        shares
    }

    /// Maxima of the leaves at or below `node` that rest on an assumed maximum
    /// or rule, where they have evidence and have not left.
    pub(crate) fn assumed(sheet: &Sheet, node: usize) -> Self {
        let mut shares = Self(vec![Some(Exact::ZERO); sheet.ids.len()]);
        let tree = sheet.framework.tree();
        let assumed = |leaf: &usize| tree.criterion_at(*leaf).is_some_and(crate::Criterion::is_assumed);
        let mut all = Exact::ZERO;
        for (leaf, worth) in sheet.counted_leaves(node, None).filter(|(leaf, _)| assumed(leaf)) {
            // A leaf without exceptions counts for all units at once.
            let has_exceptions = matches!(sheet.maxima.get(leaf), Some(Maximum::Each(_)))
                || sheet.statuses.get(leaf).is_some_and(|statuses| statuses.contains(&LineStatus::Missing));
            match tree.branch(leaf).max.as_ref().filter(|_| !has_exceptions) {
                Some(max) => all = all.plus(&max.times(&worth)),
                None => shares.add_where(sheet, leaf, &worth, |status, left| status != LineStatus::Missing && !left),
            }
        }
        if !all.is_zero() {
            for share in &mut shares.0 {
                *share = share.as_ref().map(|share| share.plus(&all));
            }
        }
        shares
    }

    /// Adds the maximum of a leaf for the units whose status and having left say so.
    fn add_where(&mut self, sheet: &Sheet, leaf: usize, worth: &Exact, counts: impl Fn(LineStatus, bool) -> bool) {
        let max = sheet.framework.tree().branch(leaf).max.as_ref().map(|max| max.times(worth));
        let Some((statuses, maximum)) = sheet.statuses.get(leaf).zip(sheet.maxima.get(leaf)) else { return };
        for (unit, (share, status)) in self.0.iter_mut().zip(statuses).enumerate() {
            if counts(*status, maximum.has_left(unit)) {
                *share = share.as_ref().zip(max.as_ref()).map(|(share, max)| share.plus(max));
            }
        }
    }

    pub(crate) fn get(&self, unit: usize) -> Option<Exact> {
        self.0.get(unit).cloned().flatten()
    }
}

impl Sheet {
    /// The leaves at or below a node whose maxima are part of the hundred, each
    /// with what one of its points is worth at the node.
    fn counted_leaves(&self, node: usize, unit: Option<usize>) -> impl Iterator<Item = (usize, Exact)> {
        let tree = self.framework.tree();
        let leaves = self.leaves(node).into_iter().filter(|leaf| tree.is_inside(*leaf));
        leaves.map(move |leaf| (leaf, self.worth(leaf, node, unit)))
    }

    /// What one point of a leaf is worth at a node above it: its weight in a
    /// weighted sum, its share in a mean; one where no such thing exists, under
    /// a geometric mean or a minimum.
    pub(crate) fn worth(&self, leaf: usize, node: usize, unit: Option<usize>) -> Exact {
        let tree = self.framework.tree();
        let mut worth = Exact::ONE;
        let mut at = leaf;
        while at != node
            && let Some(parent) = tree.branch(at).parent
        {
            let branch = tree.branch(parent);
            let weight = &tree.branch(at).weight;
            let has_left =
                |child: &usize| unit.is_some_and(|unit| self.maxima.get(*child).is_some_and(|max| max.has_left(unit)));
            let beside = || branch.children.iter().filter(|child| tree.is_inside(**child) && !has_left(child));
            let share = match branch.aggregate {
                _ if !tree.is_inside(at) => Some(Exact::ONE),
                Aggregate::WeightedSum => Some(weight.clone()),
                Aggregate::WeightedMean => {
                    weight.over(&beside().fold(Exact::ZERO, |sum, child| sum.plus(&tree.branch(*child).weight)))
                }
                Aggregate::Mean => {
                    let rows = beside().fold(Exact::ZERO, |rows, _| rows.plus(&Exact::ONE));
                    Exact::ONE.over(&rows)
                }
                Aggregate::Sum | Aggregate::GeometricMean | Aggregate::Minimum => Some(Exact::ONE),
            };
            worth = worth.times(&share.unwrap_or(Exact::ONE));
            at = parent;
        }
        worth
    }

    /// Maxima of the leaves that lack evidence of one unit; `None` where one is open.
    pub(crate) fn missing_points(&self, unit: usize) -> Option<Exact> {
        let is_missing = |leaf: &usize| self.status(*leaf, unit) == LineStatus::Missing;
        self.add_maxima(self.counted_leaves(0, Some(unit)).filter(|(leaf, _)| is_missing(leaf)))
    }

    /// Maxima of one unit's leaves that rest on an assumed maximum or rule.
    pub(crate) fn assumed_points(&self, unit: usize) -> Exact {
        let tree = self.framework.tree();
        let counts = |leaf: &usize| {
            tree.criterion_at(*leaf).is_some_and(crate::Criterion::is_assumed)
                && self.status(*leaf, unit) != LineStatus::Missing
                && self.maxima.get(*leaf).is_some_and(|max| !max.has_left(unit))
        };
        self.add_maxima(self.counted_leaves(0, Some(unit)).filter(|(leaf, _)| counts(leaf))).unwrap_or_default()
    }

    fn add_maxima(&self, mut leaves: impl Iterator<Item = (usize, Exact)>) -> Option<Exact> {
        let tree = self.framework.tree();
        leaves
            .try_fold(Exact::ZERO, |sum, (leaf, worth)| Some(sum.plus(&tree.branch(leaf).max.as_ref()?.times(&worth))))
    }
}
