//! The one door that frees the interpreter and still honours Ctrl-C.

use std::panic::resume_unwind;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use pyo3::prelude::*;

/// How long Ctrl-C may wait.
const TICK: Duration = Duration::from_millis(50);

/// Runs `work` on a thread of its own while other Python threads go on.
///
/// # Errors
/// What a signal handler raises, such as `KeyboardInterrupt`: the work is then
/// left to finish unheard.
pub(crate) fn detach<T: Send + 'static>(py: Python<'_>, work: impl FnOnce() -> T + Send + 'static) -> PyResult<T> {
    detach_ticking(py, work, |_| Ok(()))
}

/// As [`detach`], with something to do in Python now and then; what that raises ends the wait too.
///
/// # Errors
/// As [`detach`], and what `tick` raises.
pub(crate) fn detach_ticking<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce() -> T + Send + 'static,
    tick: impl Fn(Python<'_>) -> PyResult<()>,
) -> PyResult<T> {
    let (sender, mut receiver) = sync_channel(1);
    let worker = thread::Builder::new().name("parindex".to_owned()).spawn(move || {
        let _: Result<(), _> = sender.send(work());
    })?;
    loop {
        let (returned, answer) = py.detach(move || {
            let answer = receiver.recv_timeout(TICK);
            (receiver, answer)
        });
        receiver = returned;
        match answer {
            Ok(result) => return Ok(result),
            Err(RecvTimeoutError::Timeout) => {
                py.check_signals()?;
                tick(py)?;
            }
            Err(RecvTimeoutError::Disconnected) => match worker.join() {
                Err(panic) => resume_unwind(panic),
                Ok(()) => unreachable!("a worker that has not answered has panicked"),
            },
        }
    }
}
