//! Work split over threads, joined in order.

use std::num::NonZero;
use std::ops::Range;

use parindex::Stop;

/// Splits `0..count` over the threads at hand and joins the answers in order.
pub(crate) fn in_threads<T: Send>(count: usize, job: impl Fn(Range<usize>) -> Vec<T> + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(count.max(1));
    let share = count.div_ceil(threads);
    std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .map(|thread| {
                let range = (thread * share).min(count)..((thread + 1) * share).min(count);
                let job = &job;
                scope.spawn(Stop::handed_on(move || job(range)))
            })
            .collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, Vec<T>>| match thread.join() {
            Ok(part) => part,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        started.into_iter().flat_map(join).collect()
    })
}
