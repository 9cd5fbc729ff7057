//! Quantiles of Student's t and of the beta distribution.

use statrs::distribution::{Beta, Continuous, ContinuousCDF, Normal, StudentsT};

/// The quantile of order `part` of Student's t with `df` degrees of freedom;
/// of the normal where `df` is infinite.
///
/// statrs's own quantile is not used: with many degrees of freedom it does not
/// come to an end.
pub(crate) fn student(part: f64, df: f64) -> Option<f64> {
    if !(part > 0.0 && part < 1.0 && df > 0.0) {
        return None;
    }
    let z = normal_quantile(part);
    // Fisher's expansion about the normal, which is exact to the last digits
    // where there are many degrees of freedom and a good start where not.
    let terms = [
        z,
        (z.powi(3) + z) / 4.0,
        (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0,
        (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0,
    ];
    let expanded = terms.iter().rev().fold(0.0, |sum, term| sum / df + term);
    if df >= 2000.0 {
        return Some(expanded);
    }
    let t = StudentsT::new(0.0, 1.0, df).ok()?;
    // In the tail below, where the distribution function keeps its digits.
    let (tail, sign) = if part < 0.5 { (part, 1.0) } else { (1.0 - part, -1.0) };
    let mut low = -1.0;
    while t.cdf(low) > tail && low > -1e300 {
        low *= 2.0;
    }
    Some(sign * between(low, 0.0, -expanded.abs(), tail, |x| t.cdf(x), |x| t.pdf(x)))
}

/// The quantile of order `part` of the beta distribution; 0 or 1 where one
/// shape is zero.
pub(crate) fn beta(part: f64, a: f64, b: f64) -> Option<f64> {
    if a <= 0.0 {
        return Some(0.0);
    }
    if b <= 0.0 {
        return Some(1.0);
    }
    let beta = Beta::new(a, b).ok()?;
    let mean = a / (a + b);
    let start = mean + normal_quantile(part) * (mean * (1.0 - mean) / (a + b + 1.0)).sqrt();
    Some(between(0.0, 1.0, start, part, |x| beta.cdf(x), |x| beta.pdf(x)))
}

/// The quantile of order `part` of the standard normal distribution.
pub(crate) fn normal_quantile(part: f64) -> f64 {
    Normal::standard().inverse_cdf(part)
}

/// Where an increasing function reaches `part` between `low` and `high`: by
/// Newton's steps, or by halving where a step leaves the interval.
fn between(
    mut low: f64,
    mut high: f64,
    start: f64,
    part: f64,
    cdf: impl Fn(f64) -> f64,
    pdf: impl Fn(f64) -> f64,
) -> f64 {
    let mut at = if start > low && start < high { start } else { f64::midpoint(low, high) };
    for _ in 0..200 {
        let off = cdf(at) - part;
        if off > 0.0 {
            high = at;
        } else {
            low = at;
        }
        let newton = at - off / pdf(at);
        let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
        let step = (next - at).abs();
        at = next;
        if step <= 1e-15 * at.abs() {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        // R: qt(0.975, c(1, 2, 3, 9, 30)), qbeta(0.025, 2, 3), qbeta(0.975, 80.5, 27.25)
        let known = [
            (1.0, 12.706_204_736_174_698),
            (2.0, 4.302_652_729_749_464),
            (3.0, 3.182_446_305_283_708),
            (9.0, 2.262_157_162_798_205),
            (30.0, 2.042_272_456_301_238),
        ];
        for (df, value) in known {
            let got = student(0.975, df).unwrap();
            assert!((got / value - 1.0).abs() < 1e-12, "{df}: {got}");
        }
        assert!((student(0.975, f64::INFINITY).unwrap() - 1.959_963_984_540_054).abs() < 1e-9);
        // The two ways of computing t meet.
        let (below, above) = (student(0.975, 1999.9).unwrap(), student(0.975, 2000.1).unwrap());
        assert!((below / above - 1.0).abs() < 1e-6 && below > above);
        assert!((beta(0.025, 2.0, 3.0).unwrap() - 0.067_585_986_488_542_5).abs() < 1e-12);
        // A million answers, all but settled: near the normal.
        let wide = beta(0.975, 5e5, 5e5).unwrap();
        assert!(((wide - 0.5) / 0.000_979_981 - 1.0).abs() < 1e-4, "{wide}");
    }
}
