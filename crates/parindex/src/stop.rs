//! Work that its caller may stop.

use std::cell::RefCell;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

thread_local! {
    /// What may stop this thread's work.
    static OWN: RefCell<Option<Stop>> = const { RefCell::new(None) };
}

/// A request to stop, shared by who asks and who works. Cloning is cheap.
///
/// Long work of every crate of parindex passes a [`Stop::point`] each few
/// milliseconds. There it ends if it was begun by [`Stop::during`] and someone has
/// asked, whatever it was in the middle of, so that nothing half done can come out
/// of it. Work begun in any other way passes these points for nothing.
///
/// ```
/// use parindex::Stop;
///
/// let stop = Stop::default();
/// assert_eq!(stop.during(|| 6 * 7), Ok(42));
/// let asker = stop.clone();
/// let endless = stop.during(|| {
///     for round in 0.. {
///         Stop::point();
///         if round == 1_000 {
///             asker.ask(); // a thread of its own would
///         }
///     }
/// });
/// assert_eq!(endless.unwrap_err().to_string(), "stopped");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

/// The work was stopped: there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped")
    }
}

impl std::error::Error for Stopped {}

impl Stop {
    /// Asks the work to stop; it will at its next point.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Does `work`, which stops once asked.
    ///
    /// # Errors
    /// [`Stopped`] if it did.
    pub fn during<T>(&self, work: impl FnOnce() -> T) -> Result<T, Stopped> {
        // What a stopped work leaves behind is dropped with it, unseen.
        let ended = catch_unwind(AssertUnwindSafe(|| self.clone().over(work)));
        ended.map_err(|panic| if panic.is::<Stopped>() { Stopped } else { resume_unwind(panic) })
    }

    /// Where work on this thread ends if it was asked to stop.
    pub fn point() {
        let asked = OWN.with_borrow(|own| own.as_ref().is_some_and(|stop| stop.0.load(Ordering::Relaxed)));
        if asked {
            // Unwinds without a word: this is no panic.
            resume_unwind(Box::new(Stopped));
        }
    }

    /// What `work` gives, or nothing if it panics, as readers of others' formats do on
    /// broken files. To be stopped is no panic: that goes on.
    pub fn unless_it_panics<T>(work: impl FnOnce() -> T) -> Option<T> {
        match catch_unwind(AssertUnwindSafe(work)) {
            Ok(done) => Some(done),
            Err(panic) if panic.is::<Stopped>() => resume_unwind(panic),
            Err(_) => None,
        }
    }

    /// `work` as part of this thread's, for a thread of its own that is joined and
    /// whose unwinding goes on in the thread that joins.
    pub fn handed_on<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
        let own = OWN.with_borrow(Clone::clone);
        move || match own {
            Some(stop) => stop.over(work),
            None => work(),
        }
    }

    fn over<T>(self, work: impl FnOnce() -> T) -> T {
        /// Puts back what stood there before, however the work ends.
        struct Before(Option<Stop>);
        impl Drop for Before {
            fn drop(&mut self) {
                OWN.with_borrow_mut(|own| std::mem::swap(own, &mut self.0));
            }
        }
        let _before = Before(OWN.with_borrow_mut(|own| own.replace(self)));
        work()
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn threads_of_the_work_stop_with_it() {
        let stop = Stop::default();
        let asker = stop.clone();
        let ended = stop.during(|| {
            thread::scope(|scope| {
                let endless = Stop::handed_on(|| {
                    loop {
                        Stop::point();
                    }
                });
                let thread = scope.spawn(endless);
                asker.ask();
                thread.join().unwrap_or_else(|panic| resume_unwind(panic));
            });
        });
        assert_eq!(ended, Err::<(), _>(Stopped));
    }

    #[test]
    fn a_stop_passes_where_panics_are_caught() {
        assert_eq!(Stop::unless_it_panics(|| 1), Some(1));
        assert_eq!(Stop::unless_it_panics(|| resume_unwind(Box::new("a reader's"))), None::<()>);
        let stop = Stop::default();
        stop.ask();
        assert_eq!(stop.during(|| Stop::unless_it_panics(Stop::point)), Err(Stopped));
    }

    #[test]
    fn work_that_nobody_may_stop_goes_on() {
        let stop = Stop::default();
        stop.ask();
        assert_eq!(stop.during(|| 1), Ok(1), "it passes no point");
        Stop::point();
        let inner = stop.during(|| Stop::default().during(Stop::point));
        assert_eq!(inner, Ok(Ok(())), "work within work stops by its own");
        assert_eq!(stop.during(Stop::point), Err(Stopped));
        Stop::point();
        assert_eq!(thread::spawn(Stop::handed_on(|| 2)).join().ok(), Some(2));
    }

    #[test]
    fn panics_stay_panics() {
        let caught = catch_unwind(|| Stop::default().during(|| resume_unwind(Box::new("own"))));
        let caught: Box<dyn std::any::Any + Send> = caught.map(|_: Result<(), Stopped>| ()).unwrap_err();
        assert_eq!(caught.downcast_ref(), Some(&"own"));
    }
}
