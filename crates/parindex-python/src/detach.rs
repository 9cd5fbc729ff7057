//! The one door that frees the interpreter and still honours Ctrl-C.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use parindex::Stop;
use pyo3::prelude::*;

/// How long Ctrl-C may wait.
const TICK: Duration = Duration::from_millis(50);

/// Runs `work` on a thread of its own while other Python threads go on.
///
/// # Errors
/// What a signal handler raises, such as `KeyboardInterrupt`: the work is then
/// asked to stop, and the caller does not wait until it has.
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
    let (sender, receiver) = sync_channel(1);
    let stop = Stop::default();
    let asked = stop.clone();
    let worker = thread::Builder::new().name("parindex".to_owned()).spawn(move || {
        // Work that was stopped has nobody to tell.
        if let Ok(answer) = asked.during(work) {
            let _: Result<(), _> = sender.send(answer);
        }
    })?;
    let answer = heard(py, receiver, tick);
    match answer {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) => match worker.join() {
            Err(panic) => resume_unwind(panic),
            Ok(()) => unreachable!("work that nobody stopped answers or panics"),
        },
        Err(error) => {
            stop.ask();
            Err(error)
        }
    }
}

/// What the receiver hears; nothing if it hears no more.
fn heard<T: Send>(
    py: Python<'_>,
    mut receiver: Receiver<T>,
    tick: impl Fn(Python<'_>) -> PyResult<()>,
) -> PyResult<Option<T>> {
    loop {
        let (returned, answer) = py.detach(move || {
            let answer = receiver.recv_timeout(TICK);
            (receiver, answer)
        });
        receiver = returned;
        match answer {
            Ok(answer) => return Ok(Some(answer)),
            Err(RecvTimeoutError::Timeout) => {
                py.check_signals()?;
                tick(py)?;
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(None),
        }
    }
}

/// Ctrl-C in loops over Python's objects, which cannot leave the interpreter.
pub(crate) struct Patience(Instant);

impl Patience {
    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }

    /// Hears signals if it is time.
    ///
    /// # Errors
    /// What a signal handler raises.
    pub(crate) fn tick(&mut self, py: Python<'_>) -> PyResult<()> {
        if self.0.elapsed() < TICK {
            return Ok(());
        }
        self.0 = Instant::now();
        py.check_signals()
    }
}
