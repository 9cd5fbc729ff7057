//! The shape of a framework: which row stands above which, and what it can earn.

use crate::aggregate::Aggregate;
use crate::code::Code;
use crate::exact::Exact;
use crate::framework::Criterion;
use crate::framework::file::Head;
use crate::rule::Rule;

/// The head, the rows in human order, and the shape of the tree: node 0 is the
/// root, node n + 1 the n-th criterion.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) head: Head,
    pub(crate) criteria: Vec<Criterion>,
    pub(crate) branches: Vec<Branch>,
}

/// A node of the tree.
#[derive(Clone, Debug, Default)]
pub(crate) struct Branch {
    pub(crate) parent: Option<usize>,
    pub(crate) children: Vec<usize>,
    pub(crate) aggregate: Aggregate,
    pub(crate) weight: Exact,
    /// The maximum, declared or from below; `None` while open.
    pub(crate) max: Option<Exact>,
}

impl Tree {
    pub(crate) fn branch(&self, node: usize) -> &Branch {
        static NOWHERE: std::sync::LazyLock<Branch> = std::sync::LazyLock::new(Branch::default);
        self.branches.get(node).unwrap_or(&NOWHERE)
    }

    /// The criterion at a node; `None` at the root.
    pub(crate) fn criterion_at(&self, node: usize) -> Option<&Criterion> {
        node.checked_sub(1).and_then(|position| self.criteria.get(position))
    }

    pub(crate) fn code(&self, node: usize) -> Option<&Code> {
        self.criterion_at(node).map(|criterion| &criterion.code)
    }

    /// The node of a code.
    pub(crate) fn node(&self, code: &Code) -> Option<usize> {
        let found = self.criteria.binary_search_by(|criterion| criterion.code.cmp(code));
        found.ok().map(|position| position.saturating_add(1))
    }

    /// The nodes of the leaves, in human order.
    pub(crate) fn leaves(&self) -> Vec<usize> {
        (1..self.branches.len()).filter(|node| self.branch(*node).children.is_empty()).collect()
    }

    pub(super) fn parent_of(&self, criterion: &Criterion) -> usize {
        criterion.parent.as_ref().and_then(|parent| self.node(parent)).unwrap_or(0)
    }

    /// Whether the node's points count towards the maximum: a leaf outside the
    /// hundred does not, nor does a group of nothing but such leaves.
    pub(crate) fn is_inside(&self, node: usize) -> bool {
        let children = &self.branch(node).children;
        if children.is_empty() {
            return self.criterion_at(node).is_none_or(|criterion| criterion.row.outside.is_none());
        }
        children.iter().any(|child| self.is_inside(*child))
    }

    /// The maximum of the nearest node above that states one.
    pub(crate) fn max_above(&self, node: usize) -> Option<&Exact> {
        let mut above = self.branch(node).parent;
        while let Some(parent) = above {
            let branch = self.branch(parent);
            if branch.max.is_some() {
                return branch.max.as_ref();
            }
            above = branch.parent;
        }
        None
    }

    /// Whether a leaf can be scored: its maximum is known, or its points are
    /// given and a row above states a maximum.
    pub(super) fn is_ready(&self, node: usize) -> bool {
        let given = |criterion: &Criterion| matches!(criterion.rule(), Some(Rule::Given(_)));
        self.branch(node).max.is_some()
            || (self.criterion_at(node).is_some_and(given) && self.max_above(node).is_some())
    }
}
