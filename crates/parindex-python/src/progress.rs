//! How far work is, told to Python while it goes on; Ctrl-C stops it.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use parindex_forecast::Watch;
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBool;

use crate::detach::detach_ticking;

/// What a caller wants to hear of progress: `True`, `False`, None, or a function of (done, total).
pub(crate) enum Progress {
    /// A line on stderr, if someone can see it.
    Line,
    /// Nothing.
    Silent,
    /// A call now and then.
    Call(Py<PyAny>),
}

impl<'py> FromPyObject<'_, 'py> for Progress {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_none() {
            return Ok(Self::Silent);
        }
        if let Ok(flag) = object.cast::<PyBool>() {
            return Ok(if flag.is_true() { Self::Line } else { Self::Silent });
        }
        if object.is_callable() {
            return Ok(Self::Call(object.to_owned().unbind()));
        }
        Err(PyTypeError::new_err("`progress` is True, False or a function of (done, total)"))
    }
}

/// Steps done and their total, written by the work and read by Python.
#[derive(Default)]
struct Meter {
    steps: AtomicU64,
    is_stopped: AtomicBool,
}

impl Meter {
    fn hear(&self, done: usize, total: usize) -> ControlFlow<()> {
        let half = |steps: usize| u64::from(u32::try_from(steps).unwrap_or(u32::MAX));
        self.steps.store(half(done) << 32 | half(total), Ordering::Relaxed);
        if self.is_stopped.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn read(&self) -> (u64, u64) {
        let steps = self.steps.load(Ordering::Relaxed);
        (steps >> 32, steps & u64::from(u32::MAX))
    }
}

/// Runs `work` as [`crate::detach::detach`] does and tells how far it is. Work that
/// is interrupted is stopped at its next step.
///
/// # Errors
/// `KeyboardInterrupt` and what the caller's function raises.
pub(crate) fn watched<T: Send + 'static>(
    py: Python<'_>,
    progress: Progress,
    work: impl FnOnce(Watch<'_>) -> T + Send + 'static,
) -> PyResult<T> {
    let meter = Arc::new(Meter::default());
    let ends_with_all = matches!(progress, Progress::Call(_));
    let (line, call) = match progress {
        Progress::Silent => (None, None),
        Progress::Call(call) => (None, Some(call.into_bound(py))),
        Progress::Line => {
            let line = py.import(intern!(py, "parindex.progress"))?.call_method0(intern!(py, "line"))?;
            let line = Some(line).filter(|line| !line.is_none());
            (line.clone(), line)
        }
    };
    let tell = |(done, total): (u64, u64)| match &call {
        Some(call) if total > 0 => call.call1((done, total)).map(drop),
        _ => Ok(()),
    };
    let heard = Arc::clone(&meter);
    let ended = detach_ticking(py, move || work(&|done, total| heard.hear(done, total)), |_| tell(meter.read()));
    if ended.is_err() {
        meter.is_stopped.store(true, Ordering::Relaxed);
    }
    if let Some(line) = line {
        line.call_method0(intern!(py, "close"))?;
    }
    let value = ended?;
    if ends_with_all {
        let total = meter.read().1.max(1);
        tell((total, total))?;
    }
    Ok(value)
}
