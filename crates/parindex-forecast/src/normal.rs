//! The normal distribution, cut to an interval and with heavier tails.

use std::f64::consts::{PI, SQRT_2};

use statrs::function::erf::{erfc, erfc_inv};

/// The share of a standard normal below `value`.
pub(crate) fn below(value: f64) -> f64 {
    0.5 * erfc(-value / SQRT_2)
}

/// The value below which `share` of a standard normal lies.
pub(crate) fn quantile(share: f64) -> f64 {
    -SQRT_2 * erfc_inv(2.0 * share)
}

/// The density of a standard normal.
pub(crate) fn density(value: f64) -> f64 {
    (-0.5 * value * value).exp() / (2.0 * PI).sqrt()
}

/// The share of a standard normal between two values, exact in both tails.
pub(crate) fn between(low: f64, high: f64) -> f64 {
    let share = if low > 0.0 { below(-low) - below(-high) } else { below(high) - below(low) };
    share.max(0.0)
}

/// Mean and variance of a normal with this mean and variance, cut to `low..high`.
pub(crate) fn cut(mean: f64, variance: f64, low: f64, high: f64) -> (f64, f64) {
    /// Below this share the moments lose all digits.
    const THIN: f64 = 1e-10;
    let sd = variance.sqrt();
    let (from, to) = ((low - mean) / sd, (high - mean) / sd);
    let share = between(from, to);
    if share < THIN {
        // Far in a tail almost everything lies at the nearer end.
        let (near, far) = if from > 0.0 { (low, high) } else { (high, low) };
        let scale = sd / from.abs().min(to.abs()).max(1.0);
        let reach = scale.min((far - near).abs());
        return (near + reach * (far - near).signum(), reach * reach);
    }
    let at = |end: f64| if end.is_finite() { (density(end), end * density(end)) } else { (0.0, 0.0) };
    let ((from_density, from_moment), (to_density, to_moment)) = (at(from), at(to));
    let shift = (from_density - to_density) / share;
    let spread = 1.0 + (from_moment - to_moment) / share - shift * shift;
    (mean + sd * shift, variance * spread.clamp(1e-6, 1.0))
}

/// The shape of a shock of variance 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tails {
    /// Normal.
    Normal,
    /// Student's t with 4 degrees of freedom, scaled to variance 1: one shock in
    /// a hundred is larger than 2.65.
    Heavy,
}

impl Tails {
    /// The value below which `share` of the shocks lie.
    ///
    /// With 4 degrees of freedom the quantile has a closed form: Shaw (2006),
    /// *Sampling Student's T distribution*, Journal of Computational Finance 9.
    pub(crate) fn quantile(self, share: f64) -> f64 {
        match self {
            Self::Normal => quantile(share),
            Self::Heavy => {
                let root = (4.0 * share * (1.0 - share)).sqrt().max(1e-150);
                let size = ((root.acos() / 3.0).cos() / root - 1.0).max(0.0).sqrt();
                SQRT_2 * if share < 0.5 { -size } else { size }
            }
        }
    }

    /// The share of shocks below `value`.
    pub(crate) fn below(self, value: f64) -> f64 {
        match self {
            Self::Normal => below(value),
            Self::Heavy => {
                if value.is_infinite() {
                    return if value > 0.0 { 1.0 } else { 0.0 };
                }
                let t = value * SQRT_2;
                let ratio = t / (4.0 + t * t).sqrt();
                0.5 + 0.75 * (ratio - ratio.powi(3) / 3.0)
            }
        }
    }

    /// The logarithm of the density of shocks at `value`.
    pub(crate) fn log_density(self, value: f64) -> f64 {
        match self {
            Self::Normal => -0.5 * value * value - 0.5 * (2.0 * PI).ln(),
            // t of 4 degrees: 3/8 (1 + t²/4)^(-5/2), with t = √2 value.
            Self::Heavy => (0.375 * SQRT_2).ln() - 2.5 * (1.0 + 0.5 * value * value).ln(),
        }
    }
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{Continuous, ContinuousCDF, StudentsT};

    use super::*;

    #[test]
    fn heavy_tails_are_students_t_of_four_degrees_scaled() {
        let reference = StudentsT::new(0.0, 1.0, 4.0).unwrap();
        for share in [1e-6, 0.01, 0.2, 0.5, 0.7, 0.95, 0.999_99] {
            let value = Tails::Heavy.quantile(share);
            assert!((reference.cdf(value * SQRT_2) - share).abs() < 1e-9, "quantile at {share}");
            assert!((Tails::Heavy.below(value) - share).abs() < 1e-9, "share below at {share}");
            let density = reference.pdf(value * SQRT_2) * SQRT_2;
            assert!((Tails::Heavy.log_density(value) - density.ln()).abs() < 1e-9, "density at {share}");
        }
    }

    #[test]
    fn a_cut_normal_has_the_moments_of_its_integral() {
        for (mean, variance, low, high) in
            [(0.3, 2.0, -1.0, 0.5), (0.0, 1.0, f64::NEG_INFINITY, -1.0), (0.0, 1.0, 4.0, f64::INFINITY)]
        {
            let sd = f64::sqrt(variance);
            let (from, to) = (low.max(mean - 12.0 * sd), high.min(mean + 12.0 * sd));
            let steps = 200_000;
            let (mut all, mut first, mut second) = (0.0, 0.0, 0.0);
            for step in 0..steps {
                let value = from + (to - from) * (f64::from(step) + 0.5) / f64::from(steps);
                let weight = density((value - mean) / sd);
                all += weight;
                first += weight * value;
                second += weight * value * value;
            }
            let (expected, spread) = (first / all, second / all - (first / all).powi(2));
            let (cut_mean, cut_variance) = cut(mean, variance, low, high);
            assert!((cut_mean - expected).abs() < 1e-5, "mean {cut_mean} for {expected}");
            assert!((cut_variance - spread).abs() < 1e-5, "variance {cut_variance} for {spread}");
        }
    }

    #[test]
    fn a_cut_far_in_a_tail_stays_inside() {
        for (low, high) in [(30.0, f64::INFINITY), (f64::NEG_INFINITY, -30.0), (20.0, 20.001), (-41.0, -40.0)] {
            let (mean, variance) = cut(0.0, 1.0, low, high);
            assert!(low <= mean && mean <= high && variance > 0.0, "{mean} in {low}..{high}");
        }
    }
}
