//! Standard normal draws that are the same on any number of threads.

use parindex::Stop;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg64;

use crate::number::id;
use crate::rank_sets::classes::Classes;

/// Fills a draw's values. Every draw has a generator of its own, so that the
/// order in which threads take draws does not matter.
pub(crate) fn normal(seed: u64, draw: usize, values: &mut [f64]) {
    Stop::point();
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

/// One draw: all values, and the units of each class furthest out on either side.
pub(crate) struct Draw<'a> {
    classes: &'a Classes,
    pub(crate) values: Vec<f64>,
    pub(crate) up: Side,
    pub(crate) down: Side,
}

/// A side of a draw: for each class the units furthest out, furthest first.
pub(crate) struct Side {
    lists: Vec<Vec<Far>>,
    /// Where the lists end, or infinite where they hold everyone.
    outer: Vec<f64>,
}

/// A unit and how far out its draw is.
#[derive(Clone, Copy)]
pub(crate) struct Far {
    pub(crate) out: f64,
    pub(crate) unit: u32,
}

impl Side {
    fn new(classes: &Classes) -> Self {
        let outer = classes.iter().map(|class| class.outer.unwrap_or(f64::NEG_INFINITY)).collect();
        Self { lists: vec![Vec::new(); classes.len()], outer }
    }

    fn sort(&mut self) {
        for list in &mut self.lists {
            list.sort_unstable_by(|one, two| two.out.total_cmp(&one.out));
        }
    }

    #[inline]
    pub(crate) fn list(&self, class: usize) -> &[Far] {
        &self.lists[class]
    }

    /// How far out the furthest unit of a class is, at most.
    #[inline]
    pub(crate) fn furthest(&self, class: usize) -> f64 {
        self.lists[class].first().map_or(self.outer[class], |far| far.out)
    }
}

impl<'a> Draw<'a> {
    pub(crate) fn new(classes: &'a Classes, units: usize) -> Self {
        Self { classes, values: vec![0.0; units], up: Side::new(classes), down: Side::new(classes) }
    }

    pub(crate) fn fill(&mut self, seed: u64, number: usize) {
        normal(seed, number, &mut self.values);
        for side in [&mut self.up, &mut self.down] {
            side.lists.iter_mut().for_each(Vec::clear);
        }
        for (unit, (value, outer)) in self.values.iter().zip(self.classes.outer_of_units()).enumerate() {
            let class = self.classes.of_unit(unit);
            if value > outer {
                self.up.lists[class].push(Far { out: *value, unit: id(unit) });
            }
            if -value > *outer {
                self.down.lists[class].push(Far { out: -value, unit: id(unit) });
            }
        }
        self.up.sort();
        self.down.sort();
    }
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
                scope.spawn(Stop::handed_on(move || job(range)))
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
