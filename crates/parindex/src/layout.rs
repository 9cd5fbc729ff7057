//! Laying evidence out: one cell for each leaf and unit, and at once the points
//! of the plain cases, counts and given points on the framework's grid.

use crate::error::{Error, Fault, Problem};
use crate::evidence::{Columns, Packed, Stage};
use crate::exact::power_of_ten;
use crate::framework::{Outside, Tree};
use crate::rounding::{RoundingMode, RoundingPoint};
use crate::rule::{CountsRule, Rule};
use crate::stop::Stop;

/// Below this many rows one thread is quicker.
const ROWS_WORTH_A_THREAD: usize = 50_000;

/// Rows read between two points where the work may be stopped.
const ROWS_BETWEEN_STOPS: usize = 1 << 14;

/// Cells made between two such points.
const CELLS_BETWEEN_STOPS: usize = 1 << 20;

/// Units that lie side by side, leaf after leaf: evidence comes unit by unit or
/// leaf by leaf, and either way it then stays within a few pages of memory.
const TILE: usize = 64;

/// A unit or code of the evidence that was refused.
pub(crate) const REFUSED: u32 = u32::MAX;

/// What evidence there is for one leaf and unit.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    /// Number of the row that counts, plus one; zero without evidence.
    row: u32,
    /// One bit for each stage that has spoken, and two for how points came about.
    state: u8,
    /// Points in grid steps, where the short way found them.
    steps: i32,
}

const SCORED: u8 = 1 << 6;
const GIVEN: u8 = 1 << 7;

/// Points in grid steps, and whether they were given.
pub(crate) struct Known {
    pub(crate) steps: i32,
    pub(crate) given: bool,
}

/// The cells of all leaves and units, in shares of whole tiles.
#[derive(Debug)]
pub(crate) struct Cells {
    shares: Vec<Vec<Cell>>,
    leaves: usize,
    units_of_share: usize,
}

impl Cells {
    /// The row that counts for a leaf (by its number among the leaves) and a unit.
    pub(crate) fn row(&self, leaf: usize, unit: usize) -> Option<usize> {
        self.get(leaf, unit)?.row.checked_sub(1).map(|row| row as usize)
    }

    /// For each unit, the points at a leaf, if the short way found them.
    pub(crate) fn known(&self, leaf: usize) -> impl Iterator<Item = Option<Known>> {
        let tile = self.leaves.saturating_mul(TILE).max(1);
        let from = leaf.saturating_mul(TILE);
        let tiles = self.shares.iter().flat_map(move |share| share.chunks_exact(tile));
        let cells = tiles.flat_map(move |tile| tile.get(from..from.saturating_add(TILE)).unwrap_or_default());
        cells.map(|cell| {
            let known = Known { steps: cell.steps, given: cell.state & GIVEN != 0 };
            (cell.state & (SCORED | GIVEN) != 0).then_some(known)
        })
    }

    fn get(&self, leaf: usize, unit: usize) -> Option<&Cell> {
        let share = unit.checked_div(self.units_of_share)?;
        let first = share.wrapping_mul(self.units_of_share);
        self.shares.get(share)?.get(position(self.leaves, leaf, unit.wrapping_sub(first)))
    }
}

/// Where the cell of a leaf and a unit lies in its share.
#[inline]
fn position(leaves: usize, leaf: usize, unit: usize) -> usize {
    let tile = unit.wrapping_div(TILE).wrapping_mul(leaves).wrapping_add(leaf);
    tile.wrapping_mul(TILE).wrapping_add(unit.wrapping_rem(TILE))
}

/// The short way at a leaf, for counts and given points on the grid.
struct Shortcut {
    counts: Option<CountsRule>,
    places: u32,
    /// The maximum in grid steps.
    most: i64,
    sign: i64,
}

impl Shortcut {
    fn new(tree: &Tree, node: usize) -> Option<Self> {
        let criterion = tree.criterion_at(node)?;
        let rounding = tree.head.rounding.filter(|rounding| rounding.at == RoundingPoint::Leaf)?;
        let rule = criterion.rule().filter(|rule| !matches!(rule, Rule::NotScored(_)))?;
        let max = tree.branch(node).max.as_ref()?;
        let most = max.grid(rounding.places, RoundingMode::Down)?;
        let sign = if criterion.outside() == Some(Outside::Penalty) { -1 } else { 1 };
        let counts = rule.on_counts(max, rounding);
        Some(Self { counts, places: rounding.places, most, sign })
    }

    #[inline]
    fn points(&self, packed: Packed) -> Option<(i32, u8)> {
        let (steps, mark) = match packed {
            Packed::Counts(numerator, denominator) => (self.counts.as_ref()?.at(numerator, denominator)?, SCORED),
            Packed::Points(digits, places) => {
                let finer = i64::try_from(power_of_ten(self.places.checked_sub(places)?)?).ok()?;
                let steps = digits.checked_mul(finer)?;
                ((0..=self.most).contains(&steps).then_some(steps)?, GIVEN)
            }
            _ => return None,
        };
        Some((i32::try_from(steps.checked_mul(self.sign)?).ok()?, mark))
    }
}

/// Where the rows of the evidence go.
pub(crate) struct Plan<'a> {
    pub(crate) columns: &'a Columns,
    /// The nodes of the leaves.
    pub(crate) leaves: &'a [usize],
    /// The leaf of each code, by its number among the leaves, or [`REFUSED`].
    pub(crate) leaf_of: &'a [u32],
    /// The position of each unit, or [`REFUSED`].
    pub(crate) unit_of: &'a [u32],
    pub(crate) units: usize,
    pub(crate) stage: Stage,
}

/// The cells, and the rows that do not count but must be sound.
pub(crate) struct Layout {
    pub(crate) cells: Cells,
    pub(crate) passed_over: Vec<usize>,
    pub(crate) faults: Vec<Fault>,
}

/// What one thread found for its share of the units.
#[derive(Default)]
struct Share {
    cells: Vec<Cell>,
    passed_over: Vec<usize>,
    faults: Vec<Fault>,
}

/// Finds the row that counts for each leaf and unit.
pub(crate) fn lay_out(tree: &Tree, plan: &Plan<'_>) -> Layout {
    let shortcuts: Vec<Option<Shortcut>> = plan.leaves.iter().map(|node| Shortcut::new(tree, *node)).collect();
    let cores = if plan.columns.len() < ROWS_WORTH_A_THREAD { 1 } else { crate::parallel::cores() };
    let units_of_share = plan.units.div_ceil(cores.max(1)).next_multiple_of(TILE).max(TILE);
    let firsts: Vec<usize> = (0..plan.units).step_by(units_of_share).collect();
    let shares = crate::parallel::map(&firsts, |first| {
        let last = first.saturating_add(units_of_share).min(plan.units);
        fill(plan, &shortcuts, *first, last)
    });
    let cells = Cells { shares: Vec::new(), leaves: plan.leaves.len(), units_of_share };
    let mut layout = Layout { cells, passed_over: Vec::new(), faults: Vec::new() };
    for share in shares {
        layout.cells.shares.push(share.cells);
        layout.passed_over.extend(share.passed_over);
        layout.faults.extend(share.faults);
    }
    layout
}

/// So many cells without evidence.
fn empty(count: usize) -> Vec<Cell> {
    let mut cells = Vec::with_capacity(count);
    while cells.len() < count {
        Stop::point();
        cells.resize(cells.len().saturating_add(CELLS_BETWEEN_STOPS).min(count), Cell::default());
    }
    cells
}

/// Fills the cells of the units from `first` to before `last`.
fn fill(plan: &Plan<'_>, shortcuts: &[Option<Shortcut>], first: usize, last: usize) -> Share {
    let columns = plan.columns;
    let leaves = shortcuts.len();
    let units = last.saturating_sub(first).next_multiple_of(TILE);
    let mut share = Share { cells: empty(units.saturating_mul(leaves)), ..Share::default() };
    for (row, key) in columns.keys.iter().enumerate() {
        if row.is_multiple_of(ROWS_BETWEEN_STOPS) {
            Stop::point();
        }
        let unit = plan.unit_of.get(key.unit as usize).map_or(REFUSED, |unit| *unit) as usize;
        if unit < first || unit >= last {
            continue;
        }
        let leaf = plan.leaf_of.get(key.code as usize).map_or(REFUSED, |leaf| *leaf) as usize;
        let Some(shortcut) = shortcuts.get(leaf) else { continue };
        let Some(cell) = share.cells.get_mut(position(leaves, leaf, unit.wrapping_sub(first))) else { continue };
        let stage = columns.stage(row);
        if cell.state & stage.bit() != 0 {
            // Past the faults that are kept, the first row need not be sought.
            let first = if share.faults.len() < Error::MAX_FAULTS {
                let here = |names: &[u32], name: u32| names.get(name as usize).copied();
                let own = (here(plan.unit_of, key.unit), here(plan.leaf_of, key.code));
                columns.first_like(row, |key| (here(plan.unit_of, key.unit), here(plan.leaf_of, key.code)) == own)
            } else {
                0
            };
            let problem = Problem::DuplicateEvidence { stage: stage.name().to_owned(), first };
            share.faults.push(problem.at(columns.place(row)));
            continue;
        }
        cell.state |= stage.bit();
        let packed = columns.packed(row);
        let counting = cell.row.checked_sub(1).map(|row| row as usize);
        let later = counting.is_none_or(|counting| columns.stage(counting) < stage);
        if stage > plan.stage || packed == Packed::Gap || !later {
            share.passed_over.push(row);
            continue;
        }
        share.passed_over.extend(counting);
        cell.row = u32::try_from(row.saturating_add(1)).unwrap_or(0);
        cell.state &= !(SCORED | GIVEN);
        let points = shortcut.as_ref().and_then(|shortcut| shortcut.points(packed));
        if let Some((steps, mark)) = points {
            cell.steps = steps;
            cell.state |= mark;
        }
    }
    share
}
