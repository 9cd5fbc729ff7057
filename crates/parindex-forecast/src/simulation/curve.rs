//! Rules on numbers in machine arithmetic: straight pieces, then rounding.

use parindex::{Curve, Exact, RoundingMode};

/// An exact number as the nearest machine number.
pub(crate) fn float(value: &Exact) -> f64 {
    value.to_decimals(PLACES, RoundingMode::HalfEven).parse().unwrap_or(f64::NAN)
}

/// Enough places for every share of counts to be told from its neighbours.
const PLACES: u32 = 40;

/// Values so many steps from an edge of rounding lie on it, as do those that machine
/// numbers of their size cannot tell from it.
const NEAR: f64 = 1e-9;
const TOLD_APART: f64 = 1e-14;

/// How the points of a leaf are rounded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    /// Steps to a point.
    pub(crate) steps: f64,
    pub(crate) mode: RoundingMode,
}

impl Grid {
    pub(crate) fn new(places: u32, mode: RoundingMode) -> Self {
        Self { steps: 10_f64.powi(i32::try_from(places).unwrap_or(i32::MAX)), mode }
    }

    /// The points of the grid; what is within 10⁻⁹ steps of a tie is a tie.
    pub(crate) fn round(self, points: f64) -> f64 {
        let size = (points * self.steps).abs();
        let (cut, near) = (size.floor(), NEAR.max(TOLD_APART * size).min(0.25));
        let rest = size - cut;
        let up = match self.mode {
            RoundingMode::HalfUp => rest >= 0.5 - near,
            RoundingMode::HalfDown => rest > 0.5 + near,
            RoundingMode::HalfEven if (rest - 0.5).abs() <= near => cut % 2.0 > 0.5,
            RoundingMode::HalfEven => rest > 0.5,
            RoundingMode::Up => rest > near,
            // Cutting digits.
            _ => rest >= 1.0 - near,
        };
        // A size a hair below a whole number is that number, whichever way one rounds.
        ((cut + f64::from(u8::from(up))) / self.steps).copysign(points)
    }

    /// The values between `low` and `high` at which rounded values change.
    pub(crate) fn edges(self, low: f64, high: f64) -> impl Iterator<Item = f64> {
        let half = match self.mode {
            RoundingMode::Up | RoundingMode::Down => 0.0,
            _ => 0.5,
        };
        let first = (low * self.steps - half).floor();
        let count = self.count(low, high);
        (0..=count).map(move |step| (first + crate::number::real(step) + half) / self.steps)
    }

    /// About how many steps lie between two values.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the number is cut to its range")]
    pub(crate) fn count(self, low: f64, high: f64) -> usize {
        ((high - low) * self.steps).ceil().clamp(0.0, 1e12) as usize + 1
    }
}

/// `start + slope × value` up to an edge.
#[derive(Clone, Copy, Debug)]
struct Line {
    edge: f64,
    inside: bool,
    start: f64,
    slope: f64,
}

/// What a value on a scale earns.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    lines: Vec<Line>,
    /// The number by which values are divided before the curve: 100 for percent.
    whole: f64,
    /// Whether only whole values are.
    pub(crate) is_whole: bool,
    pub(crate) grid: Option<Grid>,
    /// 1, or −1 for a penalty.
    sign: f64,
}

impl Scale {
    pub(crate) fn new(curve: &Curve, whole: f64, is_whole: bool, grid: Option<Grid>, is_penalty: bool) -> Self {
        let line = |piece: &parindex::Piece| Line {
            edge: piece.until().map_or(f64::INFINITY, |(edge, _)| float(edge)),
            inside: piece.until().is_none_or(|(_, inside)| inside),
            start: float(piece.start()),
            slope: float(piece.slope()),
        };
        let sign = if is_penalty { -1.0 } else { 1.0 };
        Self { lines: curve.pieces().map(line).collect(), whole, is_whole, grid, sign }
    }

    /// A scale on which every value is its own worth: for rules that compare units.
    pub(crate) fn plain(is_whole: bool) -> Self {
        let line = Line { edge: f64::INFINITY, inside: true, start: 0.0, slope: 1.0 };
        Self { lines: vec![line], whole: 1.0, is_whole, grid: None, sign: 1.0 }
    }

    /// Points of a value in the rule's unit.
    pub(crate) fn at(&self, value: f64) -> f64 {
        self.at_share(if self.is_whole { value.round() } else { value } / self.whole)
    }

    /// Points of a share of the whole: of counts this is their exact quotient, rounded once.
    pub(crate) fn at_share(&self, share: f64) -> f64 {
        let holds = |line: &&Line| if line.inside { share <= line.edge } else { share < line.edge };
        let points = self.lines.iter().find(holds).map_or(0.0, |line| line.start + line.slope * share);
        self.sign * self.grid.map_or(points, |grid| grid.round(points))
    }

    /// The values between `low` and `high` at which points change, in the rule's unit
    /// and in order; `None` where points change everywhere or at more than `most` values.
    pub(crate) fn edges(&self, low: f64, high: f64, most: usize) -> Option<Vec<f64>> {
        if self.is_whole {
            let halves = Grid::new(0, RoundingMode::HalfUp);
            return (halves.count(low, high) <= most).then(|| halves.edges(low, high).collect());
        }
        let (low, high) = (low / self.whole, high / self.whole);
        let mut edges = Vec::new();
        let mut from = low;
        for line in &self.lines {
            let to = line.edge.min(high);
            if to > from && line.slope.abs() > 0.0 {
                let ends = [line.start + line.slope * from, line.start + line.slope * to];
                let (least, greatest) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
                let grid = self.grid.filter(|grid| edges.len() + grid.count(least, greatest) <= most)?;
                let within = grid.edges(least, greatest).map(|points| (points - line.start) / line.slope);
                edges.extend(within.filter(|edge| from < *edge && *edge < to));
            }
            edges.push(line.edge);
            from = from.max(line.edge);
        }
        for edge in &mut edges {
            *edge *= self.whole;
        }
        edges.sort_unstable_by(f64::total_cmp);
        Some(edges)
    }
}
