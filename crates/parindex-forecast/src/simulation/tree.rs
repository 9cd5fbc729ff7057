//! The tree of a framework in flat arrays: how points of leaves become an index.

use std::collections::BTreeMap;

use parindex::{Aggregate, Code, Criterion, Exact, Framework};

use crate::simulation::curve::float;
use crate::simulation::leaf::Yield;

/// A framework's nodes, 0 the root, each before those below it.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    /// The node of each leaf, in human order.
    leaves: Vec<usize>,
    /// How many nodes carry weight noise.
    terms: usize,
}

#[derive(Clone, Debug)]
struct Node {
    children: Vec<usize>,
    aggregate: Aggregate,
    weight: f64,
    max: Option<f64>,
    is_inside: bool,
    leaf: usize,
    /// The number among the rows that carry weight noise.
    term: Option<usize>,
}

/// The maximum of a node for one unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Max {
    #[default]
    Open,
    Known(f64),
    Left,
}

/// What a node amounts to: points that count towards the maximum and carry noise,
/// those outside it, the maximum, and the maximum with noise.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum {
    inside: f64,
    outside: f64,
    max: Max,
    noisy_max: f64,
}

/// How an index follows for one unit where it is linear in the points of leaves.
#[derive(Clone, Debug)]
pub(crate) struct Linear {
    /// What a point of each leaf is worth in the whole.
    pub(crate) worth: Vec<f64>,
    /// For each leaf the share of the maximum that noise moves.
    pub(crate) mass: Vec<f64>,
    pub(crate) max: f64,
}

impl Tree {
    pub(crate) fn new(framework: &Framework) -> Self {
        let criteria: Vec<&Criterion> = framework.criteria().collect();
        let places: BTreeMap<&Code, usize> =
            criteria.iter().enumerate().map(|(place, criterion)| (criterion.code(), place + 1)).collect();
        let mut nodes = vec![Node::new(framework.aggregate(), framework.max_points())];
        let mut leaves = Vec::new();
        for criterion in &criteria {
            let node = nodes.len();
            let mut own = Node::new(criterion.aggregate(), criterion.max_points());
            own.weight = criterion.weight().map_or(1.0, |weight| float(&Exact::from(weight)));
            own.is_inside = criterion.outside().is_none();
            if criterion.is_leaf() {
                own.leaf = leaves.len();
                leaves.push(node);
            }
            let parent = criterion.parent().and_then(|code| places.get(code)).copied().unwrap_or(0);
            nodes.push(own);
            nodes[parent].children.push(node);
        }
        for node in (0..nodes.len()).rev() {
            if !nodes[node].children.is_empty() {
                nodes[node].is_inside = nodes[node].children.iter().any(|child| nodes[*child].is_inside);
            }
        }
        let mut tree = Self { nodes, leaves, terms: 0 };
        tree.number_terms(0);
        tree
    }

    /// Rows whose points enter the whole in proportion carry noise: leaves, and in
    /// place of the rows below it a node that is a minimum or a geometric mean.
    fn number_terms(&mut self, node: usize) {
        let Node { is_inside, max, aggregate, children, .. } = self.nodes[node].clone();
        if children.is_empty() || !is_linear(aggregate) {
            if is_inside && max.is_some_and(|max| max > 0.0) {
                self.nodes[node].term = Some(self.terms);
                self.terms += 1;
            }
            return;
        }
        for child in children {
            self.number_terms(child);
        }
    }

    pub(crate) fn leaves(&self) -> usize {
        self.leaves.len()
    }

    /// How many rows carry weight noise.
    pub(crate) fn terms(&self) -> usize {
        self.terms
    }

    /// The codes of the rows that carry weight noise, in order; the whole itself is `None`.
    pub(crate) fn term_codes(&self, framework: &Framework) -> Vec<Option<Code>> {
        let criteria: Vec<&Criterion> = framework.criteria().collect();
        let mut codes = vec![None; self.terms];
        for (node, own) in self.nodes.iter().enumerate() {
            if let Some(term) = own.term {
                codes[term] = node.checked_sub(1).map(|place| criteria[place].code().clone());
            }
        }
        codes
    }

    /// The term that is leaf number `leaf` itself.
    pub(crate) fn term_of(&self, leaf: usize) -> Option<usize> {
        self.nodes[self.leaves[leaf]].term
    }

    /// Whether a leaf's points count towards the maximum.
    pub(crate) fn is_inside(&self, leaf: usize) -> bool {
        self.nodes[self.leaves[leaf]].is_inside
    }

    /// The index in percent that leaves earn, under a factor for each term (1 where
    /// there are none); `None` where every row has left. `sums` is room.
    pub(crate) fn index(&self, leaves: &[Yield], factors: &[f64], sums: &mut Vec<Sum>) -> Option<f64> {
        self.add_up(leaves, factors, sums);
        let whole = sums[0];
        match whole.max {
            Max::Known(max) if max > 0.0 => {
                Some(100.0 * (whole.inside * scale(max, whole.noisy_max) + whole.outside) / max)
            }
            _ => None,
        }
    }

    fn add_up(&self, leaves: &[Yield], factors: &[f64], sums: &mut Vec<Sum>) {
        sums.clear();
        sums.resize(self.nodes.len(), Sum::default());
        // Those below a node come after it.
        for (node, own) in self.nodes.iter().enumerate().rev() {
            let factor = own.term.and_then(|term| factors.get(term)).copied().unwrap_or(1.0);
            sums[node] = if own.children.is_empty() && node > 0 {
                own.leaf_sum(leaves[own.leaf], factor)
            } else {
                self.sum(own, factor, sums)
            };
        }
    }

    /// The rows inside a node, each with its sum.
    fn below<'a>(&'a self, node: &'a Node, sums: &'a [Sum]) -> impl Iterator<Item = (&'a Node, &'a Sum)> + Clone {
        let below = node.children.iter().map(|child| (&self.nodes[*child], &sums[*child]));
        below.filter(|(child, _)| child.is_inside)
    }

    fn sum(&self, own: &Node, factor: f64, sums: &[Sum]) -> Sum {
        let below = self.below(own, sums);
        let is_outside = |child: &&usize| !self.nodes[**child].is_inside;
        let outside = own.children.iter().filter(is_outside).map(|child| sums[*child].inside + sums[*child].outside);
        let max = own.max_of(below.clone());
        let mut whole = Sum { outside: outside.sum(), max, ..Sum::default() };
        if is_linear(own.aggregate) {
            whole.noisy_max = max.known();
            let all = own.aggregate.all(below.clone());
            for (child, sum) in below {
                let share = own.aggregate.share(child.weight, sum.max, all);
                whole.inside += share * sum.inside;
                whole.outside += share * sum.outside;
                whole.noisy_max += share * (sum.noisy_max - sum.max.known());
            }
        } else {
            let counted = below.filter(|(_, sum)| sum.max != Max::Left).map(|(_, sum)| sum.inside + sum.outside);
            whole.inside = factor * combined(own.aggregate, counted);
            whole.noisy_max = factor * max.known();
        }
        whole
    }

    /// How the index follows where it is linear in the leaves, of which these
    /// have left; `None` where it is not, or where every row has left.
    pub(crate) fn linear(&self, has_left: &[bool]) -> Option<Linear> {
        if self.nodes.iter().any(|node| !node.children.is_empty() && !is_linear(node.aggregate)) {
            return None;
        }
        let base: Vec<Yield> =
            has_left.iter().map(|left| if *left { Yield::Left } else { Yield::Points(0.0) }).collect();
        let mut sums = Vec::new();
        self.add_up(&base, &[], &mut sums);
        let max = sums[0].max.known();
        let mut linear = Linear { worth: vec![0.0; has_left.len()], mass: vec![0.0; has_left.len()], max };
        // What a point of each node is worth, handed on from the top.
        let mut worth = vec![1.0; self.nodes.len()];
        for (node, own) in self.nodes.iter().enumerate() {
            if own.children.is_empty() && node > 0 {
                linear.worth[own.leaf] = worth[node];
                if own.term.is_some() {
                    linear.mass[own.leaf] = worth[node] * sums[node].max.known();
                }
            }
            let all = own.aggregate.all(self.below(own, &sums));
            for child in &own.children {
                let below = &self.nodes[*child];
                let share =
                    if below.is_inside { own.aggregate.share(below.weight, sums[*child].max, all) } else { 1.0 };
                worth[*child] = worth[node] * share;
            }
        }
        (max > 0.0).then_some(linear)
    }
}

impl Max {
    /// The maximum, or nothing where it is open or has left.
    fn known(self) -> f64 {
        if let Self::Known(max) = self { max } else { 0.0 }
    }
}

impl Node {
    fn new(aggregate: Aggregate, max: Option<&Exact>) -> Self {
        let max = max.map(float);
        Self { children: Vec::new(), aggregate, weight: 1.0, max, is_inside: true, leaf: 0, term: None }
    }

    fn leaf_sum(&self, earned: Yield, factor: f64) -> Sum {
        let full = self.max.map_or(Max::Open, Max::Known);
        let (points, max) = match earned {
            Yield::Points(points) | Yield::Compared(points) => (points, full),
            Yield::Left => (0.0, if self.max.is_some() { Max::Left } else { Max::Open }),
        };
        let (inside, outside) = if self.is_inside { (factor * points, 0.0) } else { (0.0, points) };
        Sum { inside, outside, max, noisy_max: factor * max.known() }
    }

    /// The maximum of an interior node, from those of the rows inside it.
    fn max_of<'a>(&self, below: impl Iterator<Item = (&'a Self, &'a Sum)> + Clone) -> Max {
        let Some(full) = self.max else { return Max::Open };
        let is_whole = |(child, sum): (&Self, &Sum)| match (sum.max, child.max) {
            (Max::Known(max), Some(full)) => (max - full).abs() <= 1e-12 * full,
            (Max::Open, None) => true,
            _ => false,
        };
        if below.clone().all(is_whole) {
            return Max::Known(full);
        }
        if below.clone().any(|(_, sum)| sum.max == Max::Open) {
            let gone = below.filter_map(|(child, sum)| Some(child.max? - sum.max.known()));
            return Max::Known(full - gone.sum::<f64>());
        }
        let known = below.filter_map(|(child, sum)| match sum.max {
            Max::Known(max) => Some((child.weight, max)),
            _ => None,
        });
        let maxima = known.clone().map(|(_, max)| max);
        let weighted = || known.clone().map(|(weight, max)| weight * max).sum::<f64>();
        let rows = maxima.clone().map(|_| 1.0).sum::<f64>();
        if rows < 1.0 {
            return Max::Left;
        }
        Max::Known(match self.aggregate {
            Aggregate::WeightedSum => weighted(),
            Aggregate::WeightedMean => weighted() / known.clone().map(|(weight, _)| weight).sum::<f64>(),
            Aggregate::Mean => maxima.sum::<f64>() / rows,
            Aggregate::GeometricMean | Aggregate::Minimum => combined(self.aggregate, maxima),
            _ => maxima.sum(),
        })
    }
}

/// How nodes that add up share out.
trait Shares {
    /// What all shares are parts of.
    fn all<'a>(self, below: impl Iterator<Item = (&'a Node, &'a Sum)>) -> f64;

    /// What a point of a row below is worth at the node.
    fn share(self, weight: f64, max: Max, all: f64) -> f64;
}

impl Shares for Aggregate {
    fn all<'a>(self, below: impl Iterator<Item = (&'a Node, &'a Sum)>) -> f64 {
        let counted = below.filter(|(_, sum)| sum.max != Max::Left);
        match self {
            Self::WeightedMean => counted.map(|(child, _)| child.weight).sum(),
            Self::Mean => counted.map(|_| 1.0).sum(),
            _ => 1.0,
        }
    }

    fn share(self, weight: f64, max: Max, all: f64) -> f64 {
        match self {
            Self::WeightedSum => weight,
            Self::WeightedMean | Self::Mean if max == Max::Left => 0.0,
            Self::WeightedMean => weight / all,
            Self::Mean => 1.0 / all,
            _ => 1.0,
        }
    }
}

/// By how much points with noise are multiplied so that the maximum is kept.
pub(crate) fn scale(max: f64, noisy_max: f64) -> f64 {
    if noisy_max > 0.0 { max / noisy_max } else { 1.0 }
}

fn is_linear(aggregate: Aggregate) -> bool {
    matches!(aggregate, Aggregate::Sum | Aggregate::WeightedSum | Aggregate::WeightedMean | Aggregate::Mean)
}

/// The combined value of nodes that do not add up; nothing of nothing.
fn combined(aggregate: Aggregate, parts: impl Iterator<Item = f64>) -> f64 {
    let (mut rows, mut least, mut product) = (0.0, f64::INFINITY, 1.0);
    for part in parts {
        rows += 1.0;
        least = part.min(least);
        product *= part;
    }
    match aggregate {
        _ if rows < 1.0 => 0.0,
        Aggregate::Minimum => least,
        _ => product.max(0.0).powf(1.0 / rows),
    }
}
