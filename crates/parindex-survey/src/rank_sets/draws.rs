//! Standard normal draws that are the same on any number of threads.

use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;

/// Fills a draw's values. Every draw has a generator of its own, so that the
/// order in which threads take draws does not matter.
pub(crate) fn normal(seed: u64, draw: usize, values: &mut [f64]) {
    let mut mixed = seed ^ (draw as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let state = u128::from(mix(&mut mixed)) << 64 | u128::from(mix(&mut mixed));
    let mut random = Pcg64::new(state, u128::from(mix(&mut mixed)));
    values.fill_with(|| StandardNormal.sample(&mut random));
}

/// Steele, Lea and Flood's `SplitMix64`, to spread seeds.
fn mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut word = *state;
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

/// Splits `0..count` over the threads at hand and joins the answers in order.
pub(crate) fn in_threads<T: Send>(count: usize, job: impl Fn(std::ops::Range<usize>) -> Vec<T> + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(count.max(1));
    let share = count.div_ceil(threads);
    std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .map(|thread| {
                let range = (thread * share).min(count)..((thread + 1) * share).min(count);
                let job = &job;
                scope.spawn(move || job(range))
            })
            .collect();
        let mut all = Vec::with_capacity(count);
        for thread in started {
            match thread.join() {
                Ok(part) => all.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}
