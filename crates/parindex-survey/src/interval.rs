//! Confidence intervals of means and of proportions.

use std::f64::consts::PI;

use crate::distribution::{beta, student};
use crate::number::real;

/// The interval of a proportion, as R survey's `svyciprop` defines it; all use
/// t quantiles on the design's degrees of freedom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// Symmetric about the estimate; may leave 0 to 1. R calls it `mean`.
    Wald,
    /// Symmetric on the log odds. For replicate weights its width is that of
    /// the replicates' log odds, unless one of them is at 0 or 1.
    #[default]
    Logit,
    /// Korn and Graubard's: Clopper–Pearson on the effective sample size, which
    /// is scaled by the rows and the degrees of freedom of the domain.
    Beta,
    /// Wilson's score interval on the effective sample size.
    Wilson,
    /// Symmetric on the arcsine of the root.
    Asin,
}

impl Method {
    /// The methods by the names users type.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("wald", Self::Wald),
        ("logit", Self::Logit),
        ("beta", Self::Beta),
        ("wilson", Self::Wilson),
        ("asin", Self::Asin),
    ];
}

/// What an interval is made from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Basis {
    pub(crate) estimate: f64,
    pub(crate) se: f64,
    pub(crate) df: f64,
    pub(crate) coverage: f64,
    pub(crate) shape: Shape,
}

/// What some intervals of proportions need beside estimate and error.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shape {
    pub(crate) method: Method,
    /// The standard error of the log odds, where it is known apart from the
    /// estimate's.
    pub(crate) log_odds_se: Option<f64>,
    /// Rows of the domain and its degrees of freedom, which scale the effective
    /// sample size.
    pub(crate) rows: usize,
    pub(crate) df: f64,
}

impl Basis {
    fn quantile(&self) -> Option<f64> {
        student(f64::midpoint(1.0, self.coverage), self.df)
    }

    /// The symmetric interval.
    pub(crate) fn wald(&self) -> Option<(f64, f64)> {
        let half = self.quantile()? * self.se;
        Some((self.estimate - half, self.estimate + half))
    }

    /// The interval of a proportion; none where the method has none.
    pub(crate) fn proportion(&self) -> Option<(f64, f64)> {
        let (p, q) = (self.estimate, 1.0 - self.estimate);
        let inside = p > 0.0 && p < 1.0;
        match self.shape.method {
            Method::Wald => self.wald(),
            _ if !inside => None,
            Method::Logit => {
                let half = self.quantile()? * self.shape.log_odds_se.unwrap_or(self.se / (p * q));
                let middle = (p / q).ln();
                let back = |odds: f64| 1.0 / (1.0 + (-odds).exp());
                Some((back(middle - half), back(middle + half)))
            }
            Method::Asin => {
                let half = self.quantile()? * self.se / (2.0 * (p * q).sqrt());
                let middle = p.sqrt().asin();
                // Past 0 or 1 the arcsine turns back, and R prints where it ends. An end that would turn back
                // beyond the estimate is 0 or 1 here.
                let low = if half > 2.0 * middle { 0.0 } else { (middle - half).sin().powi(2) };
                let high = if half > PI - 2.0 * middle { 1.0 } else { (middle + half).sin().powi(2) };
                Some((low, high))
            }
            Method::Beta => {
                let size = self.effective_size()?;
                let tail = f64::midpoint(1.0, -self.coverage);
                Some((beta(tail, size * p, size * q + 1.0)?, beta(1.0 - tail, size * p + 1.0, size * q)?))
            }
            Method::Wilson => {
                // Unlike beta's, Wilson's size is not scaled by the degrees of freedom: the quantile is t's.
                let size = p * q / self.se.powi(2);
                let z = self.quantile()?;
                let middle = p + z * z / (2.0 * size);
                let half = z * (p * q / size + z * z / (4.0 * size * size)).sqrt();
                let whole = 1.0 + z * z / size;
                Some(((middle - half) / whole, (middle + half) / whole))
            }
        }
    }

    fn effective_size(&self) -> Option<f64> {
        let tail = f64::midpoint(1.0, self.coverage);
        let scale = student(tail, real(self.shape.rows.saturating_sub(1)))? / student(tail, self.shape.df)?;
        Some(self.estimate * (1.0 - self.estimate) / self.se.powi(2) * scale * scale)
    }
}
