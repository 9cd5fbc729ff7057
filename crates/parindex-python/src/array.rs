//! Rows of numbers as an array: NumPy's where it is installed, else a memoryview.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyMemoryView};

/// A number as C holds it, and what `struct` calls it.
pub(crate) trait Element: Copy {
    const FORMAT: &'static str;
    const SIZE: usize = size_of::<Self>();

    /// Writes its bytes, as many as its size.
    fn write(self, bytes: &mut [u8]);
}

impl Element for i32 {
    const FORMAT: &'static str = "i";

    fn write(self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&self.to_ne_bytes());
    }
}

impl Element for f64 {
    const FORMAT: &'static str = "d";

    fn write(self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&self.to_ne_bytes());
    }
}

/// Numbers, row after row, as an array of `columns` columns. NumPy takes the memory
/// over; without it the array is a memoryview of the same shape.
///
/// # Errors
/// What Python raises if there is no memory.
pub(crate) fn matrix<T: Element>(
    py: Python<'_>,
    numbers: impl ExactSizeIterator<Item = T>,
    columns: usize,
) -> PyResult<Bound<'_, PyAny>> {
    let count = numbers.len();
    let bytes = PyByteArray::new_with(py, count.saturating_mul(T::SIZE), |bytes| {
        for (number, room) in numbers.zip(bytes.chunks_exact_mut(T::SIZE)) {
            number.write(room);
        }
        Ok(())
    })?;
    let shape = (count.checked_div(columns).unwrap_or_default(), columns);
    let view = PyMemoryView::from(&bytes)?.call_method1(intern!(py, "cast"), (T::FORMAT, shape))?;
    match py.import(intern!(py, "numpy")) {
        Ok(numpy) => numpy.call_method1(intern!(py, "asarray"), (view,)),
        Err(_) => Ok(view),
    }
}
