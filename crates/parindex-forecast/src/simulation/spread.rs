//! Beliefs that spread over a stretch of numbers.

use crate::normal;

/// A distribution on a stretch of numbers, with all that lies outside at its ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    shape: Shape,
    low: f64,
    high: f64,
}

#[derive(Clone, Copy, Debug)]
enum Shape {
    Triangular { low: f64, mode: f64, high: f64 },
    Normal { mean: f64, sd: f64 },
}

/// A word of 32 bits tells no shock larger than this many standard deviations.
const REACH: f64 = 6.5;

impl Spread {
    pub(crate) fn triangular(low: f64, mode: f64, high: f64) -> Self {
        Self { shape: Shape::Triangular { low, mode, high }, low, high }
    }

    /// A normal number, cut to `least` and `greatest`.
    pub(crate) fn normal(mean: f64, sd: f64, least: f64, greatest: f64) -> Self {
        let within = |value: f64| value.max(least).min(greatest);
        Self { shape: Shape::Normal { mean, sd }, low: within(mean - REACH * sd), high: within(mean + REACH * sd) }
    }

    /// The ends of the stretch.
    pub(crate) fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// The probability of less than `value`, for a value inside the ends.
    pub(crate) fn below(&self, value: f64) -> f64 {
        match self.shape {
            Shape::Normal { mean, sd } => normal::below((value - mean) / sd),
            Shape::Triangular { low, mode, high } if value < mode => {
                (value - low).max(0.0).powi(2) / ((high - low) * (mode - low))
            }
            Shape::Triangular { low, mode, high } => {
                let left = (high - value).max(0.0);
                if left > 0.0 { 1.0 - left * left / ((high - low) * (high - mode)) } else { 1.0 }
            }
        }
    }

    /// The value below which `share` of the probability lies.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let value = match self.shape {
            Shape::Normal { mean, sd } => mean + sd * normal::quantile(share),
            Shape::Triangular { low, mode, high } => {
                let (up, down) = (share * (high - low) * (mode - low), (1.0 - share) * (high - low) * (high - mode));
                if share * (high - low) < mode - low { low + up.sqrt() } else { high - down.sqrt() }
            }
        };
        value.max(self.low).min(self.high)
    }
}

/// The weights of a beta–binomial number from 0 to `coming`, not normalised, the
/// largest 1.
pub(crate) fn beta_binomial(good: f64, bad: f64, coming: u32) -> Vec<f64> {
    let (alpha, beta, all) = (good + 0.5, bad + 0.5, f64::from(coming));
    // How much likelier one more good case is than so many.
    let step = |count: f64| (all - count) / (count + 1.0) * (alpha + count) / (beta + all - count - 1.0);
    let mut weights = vec![1.0; coming as usize + 1];
    let mut logarithm = 0.0;
    let mut logarithms = Vec::with_capacity(weights.len());
    for count in 0..coming {
        logarithms.push(logarithm);
        logarithm += step(f64::from(count)).ln();
    }
    logarithms.push(logarithm);
    let largest = logarithms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    weights.iter_mut().zip(logarithms).for_each(|(weight, logarithm)| *weight = (logarithm - largest).exp());
    weights
}
