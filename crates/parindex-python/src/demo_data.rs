//! The published data that `parindex demo` scores, kept in one place: `fixtures/`.

use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        const FILES: &[(&str, &str)] = &[$(($path, include_str!(concat!("../../../fixtures/", $path)))),*];
    };
}

files![
    "dvc-766-phu-tho-2026/evidence-one-procedure.csv",
    "dvc-766-phu-tho-2026/evidence.csv",
    "dvc-766-phu-tho-2026/published.csv",
    "dvc-766-phu-tho-2026/units.csv",
    "par-index-published/components.csv",
    "par-index-published/fields-2017.csv",
    "par-index-published/totals.csv",
];

/// The text of a published file that the package carries.
///
/// Parameters
/// ----------
/// path : str
///     Its path under `fixtures/`.
///
/// Raises
/// ------
/// KeyError
///     For a file that is not carried.
#[pyfunction]
pub(crate) fn demo_data(path: &str) -> PyResult<&'static str> {
    let found = FILES.iter().find(|(known, _)| *known == path);
    found.map(|(_, text)| *text).ok_or_else(|| PyKeyError::new_err(path.to_owned()))
}
