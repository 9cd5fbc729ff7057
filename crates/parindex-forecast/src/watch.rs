//! Work over many draws: on all cores, told how far it is, stopped on request.

use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use parindex::Stop;

use crate::error::{Error, Problem};

/// Called now and then with the steps done and their total, on the thread that
/// asked; `Break` stops the work with the error `stopped`.
pub type Watch<'a> = &'a dyn Fn(usize, usize) -> ControlFlow<()>;

/// A watch that looks away.
///
/// # Errors
/// Never; the signature is that of a [`Watch`].
pub fn unwatched(_done: usize, _total: usize) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Tells how far the work is.
///
/// # Errors
/// `stopped` where the watch says so.
pub(crate) fn goes_on(watch: Watch<'_>, done: usize, total: usize) -> Result<(), Error> {
    if watch(done, total).is_break() { Err(Problem::Stopped { done, total }.into()) } else { Ok(()) }
}

/// Draws that a thread takes at a time.
pub(crate) const CHUNK: usize = 512;

/// `step` for each range of draws, on `threads` threads, each with an account of
/// its own. Accounts hold whole numbers only, so that it does not matter which
/// thread took which draws.
pub(crate) fn in_chunks<A: Send>(
    draws: usize,
    threads: usize,
    watch: Watch<'_>,
    start: impl Fn() -> A + Sync,
    step: impl Fn(&mut A, Range<usize>) + Sync,
) -> Result<Vec<A>, Error> {
    in_pieces(draws, CHUNK, threads, watch, start, step)
}

/// [`in_chunks`], in pieces of another size.
pub(crate) fn in_pieces<A: Send>(
    steps: usize,
    piece: usize,
    threads: usize,
    watch: Watch<'_>,
    start: impl Fn() -> A + Sync,
    step: impl Fn(&mut A, Range<usize>) + Sync,
) -> Result<Vec<A>, Error> {
    // Other threads may take all there is.
    goes_on(watch, 0, steps)?;
    let (next, done, halt) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
    let take = |account: &mut A| {
        let from = next.fetch_add(piece, Ordering::Relaxed);
        if from >= steps || halt.load(Ordering::Relaxed) {
            return false;
        }
        Stop::point();
        let to = (from + piece).min(steps);
        step(account, from..to);
        done.fetch_add(to - from, Ordering::Relaxed);
        true
    };
    let accounts = thread::scope(|scope| {
        let work = || {
            let mut account = start();
            while take(&mut account) {}
            account
        };
        let others: Vec<_> =
            (1..threads.min(steps.div_ceil(piece)).max(1)).map(|_| scope.spawn(Stop::handed_on(work))).collect();
        let mut account = start();
        while take(&mut account) {
            if watch(done.load(Ordering::Relaxed), steps).is_break() {
                halt.store(true, Ordering::Relaxed);
            }
        }
        let mut accounts = vec![account];
        for other in others {
            match other.join() {
                Ok(account) => accounts.push(account),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        accounts
    });
    if halt.load(Ordering::Relaxed) {
        return Err(Problem::Stopped { done: done.load(Ordering::Relaxed), total: steps }.into());
    }
    Ok(accounts)
}

/// `work` for each item, on as many threads as can run at once; answers in the order of items.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let share = items.len().div_ceil(cores()).max(1);
    let one = |item| {
        Stop::point();
        work(item)
    };
    thread::scope(|scope| {
        let one = &one;
        let some = |items| scope.spawn(Stop::handed_on(move || <[T]>::iter(items).map(one).collect::<Vec<R>>()));
        let started: Vec<_> = items.chunks(share).map(some).collect();
        let mut answers = Vec::with_capacity(items.len());
        for thread in started {
            match thread.join() {
                Ok(part) => answers.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        answers
    })
}

/// As many threads as can run at once.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}
