//! `parindex.Bar`: the score that a unit must reach.

use pyo3::prelude::*;

use crate::argument::real;
use crate::error::Failure;
use crate::pickling::refused;

/// The score that a unit must reach for a place among the first, as the other units
/// leave it: :meth:`Forecast.bar` makes it.
///
/// The score is one that the unit reaches by its own doing; a tie counts as in. Asking
/// it takes no time: the draws have been gone through.
///
/// Examples
/// --------
/// >>> import parindex as pi
/// >>> rows = [
/// ...     {"unit": unit, "year": year, "score": score}
/// ...     for year, scores in [(2022, (88, 90, 85)), (2023, (89, 92, 86)), (2024, (90, 91, 87))]
/// ...     for unit, score in zip(("01", "22", "31"), scores)
/// ... ]
/// >>> bar = pi.forecast(pi.History(rows), year=2025).bar("22", top=1)
/// >>> bar.chance(85) < 0.5 < bar.chance(98)
/// True
/// >>> bar.chance(bar.needed(0.8)) >= 0.8
/// True
#[pyclass(module = "parindex", frozen)]
pub(crate) struct Bar(pub(crate) parindex_forecast::Bar);

#[pymethods]
impl Bar {
    /// The probability that this score is enough.
    ///
    /// Parameters
    /// ----------
    /// score : float
    ///     In points of the index; a Decimal or an int is taken as well.
    fn chance(&self, #[pyo3(from_py_with = real)] score: f64) -> f64 {
        self.0.chance(score)
    }

    /// The least score that is enough with this probability, as :meth:`Forecast.needed`.
    ///
    /// Parameters
    /// ----------
    /// probability : float
    ///     Between 0 and 1.
    ///
    /// Raises
    /// ------
    /// ParIndexError
    ///     ``out-of-range``.
    #[pyo3(signature = (probability=0.8))]
    fn needed(&self, #[pyo3(from_py_with = real)] probability: f64) -> Result<f64, Failure> {
        Ok(self.0.needed(probability)?)
    }

    /// Refuses, and says what to keep instead.
    #[allow(clippy::unused_self, reason = "pickle asks the object")]
    fn __reduce__(&self) -> PyResult<()> {
        refused("Bar", "the forecast's history, options and seed")
    }

    fn __repr__(&self) -> String {
        let half = self.0.needed(0.5).unwrap_or(f64::NAN);
        format!("<parindex.Bar: {half:.2} in half of the draws>")
    }
}
