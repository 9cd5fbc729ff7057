//! The units of a design, stage within stage, and the variance of a total.

mod form;

pub(crate) use form::Part;
use rustc_hash::FxHashMap;

use crate::design::{Design, Lonely};
use crate::error::{Error, Fault, Problem};
use crate::groups::Groups;
use crate::number::{NONE, id, real};

/// The units drawn together: those of a stratum, or of a unit of the stage
/// before.
#[derive(Clone, Debug)]
struct Family {
    /// How many units were drawn.
    sampled: usize,
    /// The share of the population that was not.
    unsampled: f64,
    /// The sampled share of everything above, which weighs the variance of
    /// this stage.
    above: f64,
}

impl Family {
    fn is_lonely(&self) -> bool {
        self.sampled == 1 && !self.is_census()
    }

    /// Whether every unit was drawn, so that the stage adds no variance.
    fn is_census(&self) -> bool {
        self.unsampled < 1e-7
    }

    /// What the family adds to the variance of a total, from the units that
    /// have a part in it: their spread about `centre`, or about their mean.
    fn variance(&self, members: &[(u32, f64)], centre: Option<f64>) -> f64 {
        if self.is_census() {
            return 0.0;
        }
        let sampled = real(self.sampled);
        let centre = centre.unwrap_or_else(|| members.iter().map(|(_, value)| value).sum::<f64>() / sampled);
        let spread: f64 = members.iter().map(|(_, value)| (value - centre).powi(2)).sum();
        let absent = real(self.sampled - members.len()) * centre * centre;
        let scale = if self.sampled > 1 { sampled / (sampled - 1.0) } else { 1.0 };
        self.above * self.unsampled * scale * (spread + absent)
    }
}

#[derive(Clone, Debug)]
struct Stage {
    /// The family of each unit.
    family: Vec<u32>,
    families: Vec<Family>,
}

impl Stage {
    /// The family of a unit.
    fn of(&self, unit: u32) -> &Family {
        &self.families[self.family[unit as usize] as usize]
    }
}

/// Leaves of the last stage that matters, in an order where the units of a
/// family stand together at every stage.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    stages: Vec<Stage>,
    lonely: Lonely,
    lonely_in_domains: bool,
    pub(crate) leaf_of_row: Vec<u32>,
    pub(crate) psu_of_leaf: Vec<u32>,
    /// The unit whose spread tells the variance of each leaf.
    varying: Vec<Varying>,
    /// What the strata of the first stage are called.
    strata: Vec<String>,
}

/// Where the variance of a leaf comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Varying {
    /// From this unit beside others of its family: stage and id.
    Unit(u8, u32),
    /// From nowhere: everything was drawn.
    Census,
    /// From nowhere: its family has no other unit.
    Lonely,
}

/// Ids of pairs, numbered in the order of the pairs.
fn numbered(parents: &[u32], children: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut seen: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    for pair in parents.iter().copied().zip(children.iter().copied()) {
        seen.entry(pair).or_insert(0);
    }
    let mut pairs: Vec<(u32, u32)> = seen.keys().copied().collect();
    pairs.sort_unstable();
    for (place, pair) in pairs.iter().enumerate() {
        seen.insert(*pair, id(place));
    }
    let ids = parents.iter().copied().zip(children.iter().copied()).map(|pair| seen[&pair]).collect();
    (ids, pairs.into_iter().map(|(parent, _)| parent).collect())
}

impl Tree {
    /// The tree of a design whose rows are sound.
    pub(crate) fn new(design: &Design<'_>) -> Result<Self, Error> {
        let rows = design.rows;
        let whole = Groups::whole(rows);
        let strata = design.strata.unwrap_or(&whole);
        let each: Vec<u32> = (0..rows).map(id).collect();
        // Without finite populations the first stage carries all the variance.
        let depth = if design.populations.is_empty() { 1 } else { design.stages() };
        let mut faults = Vec::new();
        let mut stages: Vec<Stage> = Vec::new();
        let mut units = strata.codes().to_vec();
        let mut psu_of_row = Vec::new();
        for stage in 0..depth {
            let children = design.clusters.get(stage).map_or(each.as_slice(), |clusters| clusters.codes());
            let (ids, family) = numbered(&units, children);
            let names = Names { design, strata, stage };
            let families = names.families(&units, &ids, &family, stages.last(), &mut faults);
            stages.push(Stage { family, families });
            units = ids;
            if stage == 0 {
                psu_of_row.clone_from(&units);
            }
        }
        Error::check(faults)?;
        let leaves = stages.last().map_or(0, |stage| stage.family.len());
        let mut psu_of_leaf = vec![0; leaves];
        for (leaf, psu) in units.iter().zip(&psu_of_row) {
            psu_of_leaf[*leaf as usize] = *psu;
        }
        let mut tree = Self {
            stages,
            lonely: design.lonely,
            lonely_in_domains: design.lonely_in_domains,
            leaf_of_row: units,
            psu_of_leaf,
            varying: Vec::new(),
            strata: strata.labels().to_vec(),
        };
        tree.varying = tree.varying_units();
        Ok(tree)
    }

    fn varying_units(&self) -> Vec<Varying> {
        let leaves = self.psu_of_leaf.len();
        let mut path: Vec<Vec<u32>> = vec![(0..leaves).map(id).collect()];
        for stage in self.stages.iter().skip(1).rev() {
            let below = path.last().map_or(&[][..], Vec::as_slice);
            path.push(below.iter().map(|unit| stage.family[*unit as usize]).collect());
        }
        path.reverse();
        let of_leaf = |leaf: usize| {
            let mut end = Varying::Census;
            for (depth, (stage, units)) in self.stages.iter().zip(&path).enumerate() {
                let unit = units[leaf];
                let family = stage.of(unit);
                if family.is_census() {
                    continue;
                }
                if family.is_lonely() && !(self.lonely == Lonely::Adjust && depth == 0) {
                    end = Varying::Lonely;
                    continue;
                }
                return Varying::Unit(u8::try_from(depth).unwrap_or(u8::MAX), unit);
            }
            end
        };
        (0..leaves).map(of_leaf).collect()
    }

    pub(crate) fn leaves(&self) -> usize {
        self.psu_of_leaf.len()
    }

    /// How many units' spread tells the variance of these leaves, and whether
    /// some of them were drawn with everything beside them.
    pub(crate) fn varying_among(&self, leaves: impl Iterator<Item = u32>) -> (usize, bool) {
        let mut units: Vec<Varying> = leaves.map(|leaf| self.varying[leaf as usize]).collect();
        units.sort_unstable();
        units.dedup();
        let varying = units.iter().filter(|unit| matches!(unit, Varying::Unit(..))).count();
        (varying, units.contains(&Varying::Census))
    }

    /// How many units of the first stage there are.
    pub(crate) fn psus(&self) -> usize {
        self.stages.first().map_or(0, |stage| stage.family.len())
    }

    /// How many strata of the first stage there are.
    pub(crate) fn strata(&self) -> usize {
        self.stages.first().map_or(0, |stage| stage.families.len())
    }

    pub(crate) fn is_stratified(&self) -> bool {
        self.strata.len() > 1
    }

    /// A stratum of the first stage, as messages call it.
    pub(crate) fn name_of(&self, stratum: usize) -> String {
        named(self.strata.get(stratum).map_or("", String::as_str))
    }

    pub(crate) fn lonely(&self) -> Lonely {
        self.lonely
    }

    /// The stratum of a unit of the first stage.
    pub(crate) fn stratum(&self, psu: u32) -> u32 {
        self.stages[0].family[psu as usize]
    }

    /// How many units a stratum has in the sample, and its unsampled share.
    pub(crate) fn stratum_size(&self, stratum: u32) -> (usize, f64) {
        let family = &self.stages[0].families[stratum as usize];
        (family.sampled, if family.is_census() { 0.0 } else { family.unsampled })
    }

    /// The variance of a total whose part in each leaf is given; leaves that
    /// are left out have none. The list is sorted by leaf.
    pub(crate) fn variance(&self, parts: &[(u32, f64)]) -> f64 {
        let mut units = parts.to_vec();
        let mut sum = 0.0;
        for (depth, stage) in self.stages.iter().enumerate().rev() {
            sum += self.stage_variance(depth, stage, &units);
            if depth > 0 {
                units = gathered(&stage.family, &units);
            }
        }
        sum
    }

    fn stage_variance(&self, depth: usize, stage: &Stage, units: &[(u32, f64)]) -> f64 {
        let families = || {
            let parted =
                units.chunk_by(|(one, _), (two, _)| stage.family[*one as usize] == stage.family[*two as usize]);
            parted.filter_map(|members| Some((stage.of(members.first()?.0), members)))
        };
        let is_alone = |family: &Family, members: &[(u32, f64)]| {
            depth == 0 && (family.is_lonely() || (self.lonely_in_domains && members.len() == 1 && !family.is_census()))
        };
        // Strata without a row in the domain have no say in either rule.
        let drawn: usize = families().map(|(family, _)| family.sampled).sum();
        let grand = units.iter().map(|(_, value)| value).sum::<f64>() / real(drawn.max(1));
        let (mut sum, mut all, mut alone) = (0.0, 0, 0);
        for (family, members) in families() {
            all += 1;
            match (is_alone(family, members), self.lonely) {
                (true, Lonely::Average) => alone += 1,
                (true, Lonely::Adjust) => sum += family.variance(members, Some(grand)),
                _ => sum += family.variance(members, None),
            }
        }
        if alone == 0 { sum } else { sum * real(all) / real(all - alone) }
    }
}

/// Sums by the parent of each unit.
fn gathered(parent: &[u32], units: &[(u32, f64)]) -> Vec<(u32, f64)> {
    let mut sums: Vec<(u32, f64)> = Vec::new();
    for (unit, value) in units {
        let above = parent[*unit as usize];
        match sums.last_mut() {
            Some((last, sum)) if *last == above => *sum += value,
            _ => sums.push((above, *value)),
        }
    }
    sums
}

fn named(stratum: &str) -> String {
    if stratum.is_empty() { "the sample".to_owned() } else { format!("stratum `{stratum}`") }
}

/// What a stage is about, to name its families.
struct Names<'a> {
    design: &'a Design<'a>,
    strata: &'a Groups,
    stage: usize,
}

impl Names<'_> {
    fn name(&self, row: usize) -> String {
        if self.stage == 0 {
            return named(self.strata.label(self.strata.codes()[row]));
        }
        let parent = self.design.clusters[self.stage - 1];
        format!("unit `{}` of stage {}", parent.label(parent.codes()[row]), self.stage)
    }

    fn families(
        &self,
        parents: &[u32],
        units: &[u32],
        family: &[u32],
        above: Option<&Stage>,
        faults: &mut Vec<Fault>,
    ) -> Vec<Family> {
        let count = family.iter().max().map_or(0, |last| *last as usize + 1);
        let mut sampled = vec![0; count];
        for of in family {
            sampled[*of as usize] += 1;
        }
        let mut first_row = vec![NONE; count];
        for (row, of) in parents.iter().enumerate() {
            if first_row[*of as usize] == NONE {
                first_row[*of as usize] = id(row);
            }
        }
        debug_assert_eq!(parents.len(), units.len(), "one unit a row");
        let sizes = self.design.populations.get(self.stage);
        if let Some(sizes) = sizes {
            for (row, of) in parents.iter().enumerate() {
                let (first, second) = (sizes[first_row[*of as usize] as usize], sizes[row]);
                if first.to_bits() != second.to_bits() {
                    faults.push(Problem::PopulationVaries { what: self.name(row), first, second }.in_row(row));
                }
            }
        }
        let mut families = Vec::with_capacity(count);
        for (of, sampled) in sampled.into_iter().enumerate() {
            let row = first_row[of] as usize;
            let population = sizes.map_or(f64::INFINITY, |sizes| sizes[row]);
            if population < real(sampled) {
                faults.push(
                    Problem::PopulationBelowSample { what: self.name(row), population, sample: sampled }.in_row(row),
                );
            }
            let unsampled = if population.is_finite() { (population - real(sampled)) / population } else { 1.0 };
            // A family of a later stage stands below the unit with its own id.
            let above = above.map_or(1.0, |stage| {
                let over = &stage.families[stage.family[of] as usize];
                over.above * (1.0 - over.unsampled)
            });
            let family = Family { sampled, unsampled, above };
            if family.is_lonely() && self.design.lonely == Lonely::Fail {
                faults.push(Problem::SinglePsu { stratum: self.name(row), stage: self.stage + 1 }.in_row(row));
            }
            families.push(family);
        }
        families
    }
}
