//! Rules that are straight between edges: a share or number in, points out.

use crate::exact::{Exact, power_of_ten};
use crate::rounding::{Rounding, RoundingMode};

/// Points by share (or by the number itself, where the rule's unit is no share of
/// a whole), piece by piece from low to high; beyond the last edge there are none.
///
/// ```
/// use parindex::{Exact, Framework};
///
/// // Under 90 % the points grow with the share; from there on all 6 are had.
/// let framework = Framework::bundled("dvc-766/province")?;
/// let criterion = framework.criterion("5.4")?;
/// let (rule, max) = criterion.rule().zip(criterion.max_points()).expect("a leaf with a maximum");
/// let curve = rule.curve(max).expect("a rule that is straight between edges");
/// assert_eq!(curve.pieces().len(), 2);
/// assert_eq!(curve.at(&Exact::decimal(45, 2)).to_plain(2), "3");
/// assert_eq!(curve.at(&Exact::decimal(95, 2)).to_plain(2), "6");
/// # Ok::<(), parindex::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Curve(Vec<Piece>);

/// `start + slope × value`, up to an edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    until: Option<(Exact, bool)>,
    start: Exact,
    slope: Exact,
}

impl Piece {
    /// The upper edge, a share of 1 (or in the rule's unit), and whether it belongs to
    /// the piece; `None` without end.
    #[must_use]
    pub fn until(&self) -> Option<(&Exact, bool)> {
        self.until.as_ref().map(|(edge, inside)| (edge, *inside))
    }

    /// Points at zero.
    #[must_use]
    pub fn start(&self) -> &Exact {
        &self.start
    }

    /// Points for each one of the value.
    #[must_use]
    pub fn slope(&self) -> &Exact {
        &self.slope
    }
}

impl Curve {
    /// The same points for every value below `edge` (or up to it, if `inside`).
    pub(crate) fn flat_until(self, edge: Exact, inside: bool, points: Exact) -> Self {
        self.line_until(edge, inside, points, Exact::ZERO)
    }

    /// `start + slope × value` for every value below `edge` (or up to it, if `inside`).
    pub(crate) fn line_until(mut self, edge: Exact, inside: bool, start: Exact, slope: Exact) -> Self {
        self.0.push(Piece { until: Some((edge, inside)), start, slope });
        self
    }

    /// The same points for every value from here on.
    pub(crate) fn flat(self, points: Exact) -> Self {
        self.line(points, Exact::ZERO)
    }

    /// `start + slope × value` for every value from here on.
    pub(crate) fn line(mut self, start: Exact, slope: Exact) -> Self {
        self.0.push(Piece { until: None, start, slope });
        self
    }

    /// The pieces, from low to high.
    #[must_use]
    pub fn pieces(&self) -> impl ExactSizeIterator<Item = &Piece> {
        self.0.iter()
    }

    /// Points at a value, exact and unrounded; nothing beyond the last edge.
    #[must_use]
    pub fn at(&self, value: &Exact) -> Exact {
        let holds = |piece: &&Piece| match &piece.until {
            None => true,
            Some((edge, true)) => value <= edge,
            Some((edge, false)) => value < edge,
        };
        let piece = self.0.iter().find(holds);
        piece.map_or(Exact::ZERO, |piece| piece.start.plus(&piece.slope.times(value)))
    }

    /// The curve on machine integers, if its edges and slopes are small enough.
    pub(crate) fn on_grid(&self, rounding: Rounding) -> Option<GridCurve> {
        GridCurve::new(&self.0, rounding)
    }
}

/// A curve in grid steps, for counts of machine size. It takes no branch on
/// the counts: the piece is found by adding up the edges that lie below.
#[derive(Clone, Debug)]
pub(crate) struct GridCurve {
    edges: Vec<GridEdge>,
    lines: Vec<GridLine>,
    mode: RoundingMode,
}

/// An edge `numerator / denominator`; a share on it lies below if it is inside.
#[derive(Clone, Debug)]
struct GridEdge {
    numerator: i64,
    denominator: i64,
    inside: bool,
}

/// `(start × d + slope × n) / (scale × d)` for a share `n / d`.
#[derive(Clone, Debug)]
struct GridLine {
    start: i64,
    slope: i64,
    scale: i64,
}

/// Counts below this, with coefficients below [`COEFFICIENT_LIMIT`], never overflow.
const COUNT_LIMIT: u64 = 1 << 31;
const COEFFICIENT_LIMIT: u64 = 1 << 29;

/// Numerator and denominator as small machine integers.
fn small_fraction(value: &Exact) -> Option<(i64, i64)> {
    let (numerator, denominator) = value.reduced()?;
    Some((small(numerator)?, small(denominator)?))
}

fn small(value: i128) -> Option<i64> {
    i64::try_from(value).ok().filter(|value| value.unsigned_abs() < COEFFICIENT_LIMIT)
}

impl GridEdge {
    fn new((edge, inside): &(Exact, bool)) -> Option<Self> {
        let (numerator, denominator) = small_fraction(edge)?;
        Some(Self { numerator, denominator, inside: *inside })
    }

    /// Whether a share lies beyond the edge.
    #[inline]
    fn is_passed(&self, numerator: i64, denominator: i64) -> bool {
        let edge = self.numerator.wrapping_mul(denominator).wrapping_add(self.inside.into());
        numerator.wrapping_mul(self.denominator) >= edge
    }
}

impl GridLine {
    fn new(piece: &Piece, grid: &Exact) -> Option<Self> {
        let (start, start_scale) = small_fraction(&piece.start.times(grid))?;
        let (slope, slope_scale) = small_fraction(&piece.slope.times(grid))?;
        Some(Self {
            start: small(i128::from(start).checked_mul(slope_scale.into())?)?,
            slope: small(i128::from(slope).checked_mul(start_scale.into())?)?,
            scale: small(i128::from(start_scale).checked_mul(slope_scale.into())?)?,
        })
    }
}

impl GridCurve {
    fn new(pieces: &[Piece], rounding: Rounding) -> Option<Self> {
        let grid = Exact::whole(power_of_ten(rounding.places)?);
        let edges: Option<Vec<GridEdge>> =
            pieces.iter().filter_map(|piece| piece.until.as_ref()).map(GridEdge::new).collect();
        let lines: Option<Vec<GridLine>> = pieces.iter().map(|piece| GridLine::new(piece, &grid)).collect();
        Some(Self { edges: edges?, lines: lines?, mode: rounding.mode })
    }

    /// Rounded points in grid steps at `numerator / denominator`; `None` for
    /// counts that are negative, over nothing or beyond machine size.
    #[inline]
    #[allow(
        clippy::arithmetic_side_effects,
        reason = "counts below 2^31 and coefficients below 2^29 keep within 62 bits"
    )]
    pub(crate) fn at(&self, numerator: i64, denominator: i64) -> Option<i64> {
        if numerator.cast_unsigned() >= COUNT_LIMIT || denominator.cast_unsigned() >= COUNT_LIMIT || denominator == 0 {
            return None;
        }
        let passed: usize = self.edges.iter().map(|edge| usize::from(edge.is_passed(numerator, denominator))).sum();
        let line = self.lines.get(passed)?;
        let over = line.start * denominator + line.slope * numerator;
        let under = line.scale * denominator;
        if self.mode == RoundingMode::HalfUp && over >= 0 {
            return Some((2 * over + under) / (2 * under));
        }
        let (quotient, rest) = (over / under, over % under);
        let side = (rest != 0).then(|| rest.abs().cmp(&(under - rest.abs())));
        let away = self.mode.moves_away(side, quotient % 2 != 0);
        Some(if away { quotient + over.signum() } else { quotient })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rounding::RoundingPoint;
    use proptest::prelude::*;

    proptest! {
        /// Machine integers and exact rationals agree on every curve.
        #[test]
        fn the_grid_agrees_with_the_curve(
            edges in proptest::collection::vec((0i64..200, 1i64..20, any::<bool>()), 0..4),
            terms in proptest::collection::vec((-500i64..500, 1i64..9, -500i64..500, 1i64..9), 5),
            counts in proptest::collection::vec((0i64..3_000_000_000, 0i64..3_000_000_000), 1..20),
            places in 0u32..4,
        ) {
            let exact = |n: i64, d: i64| Exact::fraction(n.into(), d.into()).unwrap();
            let mut sorted: Vec<(Exact, bool)> = edges.iter().map(|(n, d, inside)| (exact(*n, *d), *inside)).collect();
            sorted.sort();
            let mut curve = Curve::default();
            for ((edge, inside), (a, b, c, d)) in sorted.into_iter().zip(&terms) {
                curve = curve.line_until(edge, inside, exact(*a, *b), exact(*c, *d));
            }
            let (a, b, c, d) = terms[4];
            let curve = curve.line(exact(a, b), exact(c, d));
            for (_, mode) in RoundingMode::NAMES {
                let rounding = Rounding { places, mode, at: RoundingPoint::Leaf };
                let grid = curve.on_grid(rounding).unwrap();
                for (n, d) in &counts {
                    if let Some(steps) = grid.at(*n, *d) {
                        let points = curve.at(&exact(*n, *d)).rounded(rounding);
                        prop_assert_eq!(Exact::decimal(steps.into(), places), points);
                    }
                }
            }
        }
    }
}
