//! Rules that compare units, on the values of one draw.

use parindex::{Best, Comparison, Criterion, Framework, RoundingPoint, Stated};

use crate::number::real;
use crate::simulation::curve::{Grid, Scale, float};
use crate::simulation::leaf::Yield;

/// A rule that compares units.
#[derive(Clone, Debug)]
pub(crate) struct Comparing {
    way: Way,
    is_high_best: bool,
    max: f64,
    grid: Option<Grid>,
    sign: f64,
    /// What a value earns that cannot be divided by the best one; nothing where the
    /// framework refuses to score it.
    otherwise: Option<Yield>,
}

#[derive(Clone, Debug)]
enum Way {
    MinMax,
    ShareOfBest,
    Percentile,
    Place(Scale),
}

impl Comparing {
    /// The rule of a criterion, if it compares units.
    pub(crate) fn new(framework: &Framework, criterion: &Criterion) -> Option<Self> {
        let grid = framework.rounding().filter(|rounding| rounding.at == RoundingPoint::Leaf);
        let grid = grid.map(|rounding| Grid::new(rounding.places, rounding.mode));
        let (way, best) = match criterion.rule()?.comparison()? {
            Comparison::MinMax(best) => (Way::MinMax, best),
            Comparison::ShareOfBest(best) => (Way::ShareOfBest, best),
            Comparison::Percentile(best) => (Way::Percentile, best),
            Comparison::Place(best, curve) => (Way::Place(Scale::new(&curve, 1.0, true, None, false)), best),
            _ => return None,
        };
        let nothing = Stated::Counts(0_u8.into(), 0_u8.into());
        let otherwise = framework.worth(&criterion.code().to_string(), &nothing).ok().map(Yield::from);
        Some(Self {
            way,
            is_high_best: best == Best::High,
            max: criterion.max_points().map_or(0.0, float),
            grid,
            sign: if criterion.outside() == Some(parindex::Outside::Penalty) { -1.0 } else { 1.0 },
            otherwise,
        })
    }

    /// Whether there are values that the framework refuses to score.
    pub(crate) fn may_refuse(&self) -> bool {
        matches!(self.way, Way::ShareOfBest) && self.otherwise.is_none()
    }

    /// What a value earns among all, which are sorted and of which it is one; `None`
    /// where the framework refuses to score it.
    pub(crate) fn earned(&self, value: f64, sorted: &[f64]) -> Option<Yield> {
        let (low, high) = (sorted[0], sorted[sorted.len() - 1]);
        let (worst, best) = if self.is_high_best { (low, high) } else { (high, low) };
        let below = sorted.partition_point(|other| *other < value);
        let above = sorted.len() - sorted.partition_point(|other| *other <= value);
        let (behind, ahead) = if self.is_high_best { (below, above) } else { (above, below) };
        let points = match &self.way {
            Way::MinMax | Way::ShareOfBest if ahead == 0 => self.max,
            Way::MinMax => self.max * ((value - worst) / (best - worst)),
            Way::ShareOfBest => {
                let (top, bottom) = if self.is_high_best { (value, best) } else { (best, value) };
                if bottom <= 0.0 {
                    return self.otherwise;
                }
                self.max * (top / bottom).clamp(0.0, 1.0)
            }
            Way::Percentile if sorted.len() == 1 => self.max,
            Way::Percentile => self.max * (real(behind) / real(sorted.len() - 1)),
            Way::Place(steps) => steps.at(real(ahead + 1)),
        };
        Some(Yield::Points(self.sign * self.grid.map_or(points, |grid| grid.round(points))))
    }
}
