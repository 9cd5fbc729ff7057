//! The normal distribution, cut to an interval and with heavier tails.

use std::f64::consts::{PI, SQRT_2};

use statrs::function::erf::erfc;

use crate::random::Stream;

/// The share of a standard normal below `value`.
pub(crate) fn below(value: f64) -> f64 {
    0.5 * erfc(-value / SQRT_2)
}

/// The value below which `share` of a standard normal lies, to about 16 digits.
///
/// Source: Wichura (1988), *Algorithm AS 241: The Percentage Points of the Normal
/// Distribution*, Applied Statistics 37; four times as fast as inverting `erfc`.
#[allow(clippy::excessive_precision, clippy::unreadable_literal, reason = "coefficients are as published")]
pub(crate) fn quantile(share: f64) -> f64 {
    const CENTRE: [[f64; 8]; 2] = [
        [
            3.3871328727963666080e0,
            1.3314166789178437745e2,
            1.9715909503065514427e3,
            1.3731693765509461125e4,
            4.5921953931549871457e4,
            6.7265770927008700853e4,
            3.3430575583588128105e4,
            2.5090809287301226727e3,
        ],
        [
            1.0,
            4.2313330701600911252e1,
            6.8718700749205790830e2,
            5.3941960214247511077e3,
            2.1213794301586595867e4,
            3.9307895800092710610e4,
            2.8729085735721942674e4,
            5.2264952788528545610e3,
        ],
    ];
    const MIDDLE: [[f64; 8]; 2] = [
        [
            1.42343711074968357734e0,
            4.63033784615654529590e0,
            5.76949722146069140550e0,
            3.64784832476320460504e0,
            1.27045825245236838258e0,
            2.41780725177450611770e-1,
            2.27238449892691845833e-2,
            7.74545014278341407640e-4,
        ],
        [
            1.0,
            2.05319162663775882187e0,
            1.67638483018380384940e0,
            6.89767334985100004550e-1,
            1.48103976427480074590e-1,
            1.51986665636164571966e-2,
            5.47593808499534494600e-4,
            1.05075007164441684324e-9,
        ],
    ];
    const TAIL: [[f64; 8]; 2] = [
        [
            6.65790464350110377720e0,
            5.46378491116411436990e0,
            1.78482653991729133580e0,
            2.96560571828504891230e-1,
            2.65321895265761230930e-2,
            1.24266094738807843860e-3,
            2.71155556874348757815e-5,
            2.01033439929228813265e-7,
        ],
        [
            1.0,
            5.99832206555887937690e-1,
            1.36929880922735805310e-1,
            1.48753612908506148525e-2,
            7.86869131145613259100e-4,
            1.84631831751005468180e-5,
            1.42151175831644588870e-7,
            2.04426310338993978564e-15,
        ],
    ];
    let ratio = |[above, under]: &[[f64; 8]; 2], at: f64| {
        let sum = |row: &[f64; 8]| row.iter().rev().fold(0.0, |sum, term| sum * at + term);
        sum(above) / sum(under)
    };
    let away = share - 0.5;
    if away.abs() <= 0.425 {
        return away * ratio(&CENTRE, 0.180_625 - away * away);
    }
    let near = if away < 0.0 { share } else { 1.0 - share };
    if near <= 0.0 {
        return f64::INFINITY.copysign(away);
    }
    let root = (-near.ln()).sqrt();
    let size = if root <= 5.0 { ratio(&MIDDLE, root - 1.6) } else { ratio(&TAIL, root - 5.0) };
    size.copysign(away)
}

/// Log-normal factors of mean 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LogNormal {
    /// Of the logarithm.
    sd: f64,
}

impl LogNormal {
    /// Factors of this standard deviation.
    pub(crate) fn new(spread: f64) -> Self {
        Self { sd: (spread * spread).ln_1p().sqrt() }
    }

    /// The factor below which `share` of all lie.
    pub(crate) fn at(self, share: f64) -> f64 {
        (self.sd * quantile(share) - 0.5 * self.sd * self.sd).exp()
    }
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

    /// The shock of a draw.
    ///
    /// A heavy one is a normal over the root of a chi-squared variable of 4 degrees
    /// by 2, which minus the logarithm of a product of two uniform numbers is.
    #[inline]
    pub(crate) fn draw(self, stream: Stream, draw: usize) -> f64 {
        let normal = quantile(stream.uniform(draw));
        match self {
            Self::Normal => normal,
            Self::Heavy => normal / (-stream.product(draw).ln()).sqrt(),
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
    fn shocks_are_as_heavy_as_they_say() {
        let stream = Stream::new(3, "shocks");
        for tails in [Tails::Normal, Tails::Heavy] {
            let mut shocks: Vec<f64> = (0..100_000).map(|draw| tails.draw(stream, draw)).collect();
            shocks.sort_unstable_by(f64::total_cmp);
            // Kolmogorov's distance is below 1.95/√n in 999 of 1,000 samples.
            let distance =
                shocks.iter().zip(1_u32..).map(|(shock, place)| (tails.below(*shock) - f64::from(place) / 1e5).abs());
            let distance = distance.fold(0.0, f64::max);
            assert!(distance < 1.95 / 1e5_f64.sqrt() + 1e-5, "{tails:?}: {distance}");
        }
    }

    #[test]
    fn quantiles_are_those_of_the_inverted_error_function() {
        for share in [1e-300, 1e-20, 1e-12, 1e-6, 0.01, 0.074, 0.076, 0.3, 0.5, 0.6, 0.924, 0.926, 0.999, 1.0 - 1e-12] {
            let reference = -SQRT_2 * statrs::function::erf::erfc_inv(2.0 * share);
            let value = quantile(share);
            assert!((value - reference).abs() <= 1e-12 * reference.abs().max(1.0), "{share}: {value} for {reference}");
        }
        assert!(quantile(0.0) == f64::NEG_INFINITY && quantile(1.0) == f64::INFINITY);
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
