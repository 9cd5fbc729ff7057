//! Random numbers that depend on their place and not on the order they are taken in.

/// Steele, Lea and Flood's finaliser of `SplitMix64`.
fn mixed(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

/// A stream of uniform numbers, addressed by draw: any draw can be asked at any
/// time, on any thread, and is the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stream {
    key: u64,
}

impl Stream {
    /// The stream of a seed and a purpose.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        // FNV-1a spreads the purpose, the finaliser mends its weak high bits.
        let hash = purpose
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3));
        Self { key: mixed(mixed(seed.wrapping_add(0x9E37_79B9_7F4A_7C15)) ^ mixed(hash)) }
    }

    fn word(self, draw: usize) -> u64 {
        mixed(mixed(self.key ^ (draw as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_add(self.key))
    }

    /// The number of a draw, above 0 and below 1.
    #[inline]
    #[allow(clippy::cast_precision_loss, reason = "the word is cut to 52 bits")]
    pub(crate) fn uniform(self, draw: usize) -> f64 {
        ((self.word(draw) >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
    }

    /// The product of two more numbers of a draw, independent of the first.
    #[inline]
    pub(crate) fn product(self, draw: usize) -> f64 {
        let word = Self { key: !self.key }.word(draw);
        let number =
            |bits: u64| (f64::from(u32::try_from(bits & 0xFFFF_FFFF).unwrap_or_default()) + 0.5) / 4_294_967_296.0;
        number(word >> 32) * number(word)
    }
}

/// A stream of 32-bit words, addressed by draw, made for long columns of them: two
/// draws share a step of `SplitMix64`, on which each stream has a start of its own.
///
/// Source: Steele, Lea and Flood (2014), *Fast Splittable Pseudorandom Number
/// Generators*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    key: u64,
}

/// The step of `SplitMix64`: 2⁶⁴ over the golden ratio, made odd.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Words {
    /// The stream of a seed and a purpose.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        Self { key: Stream::new(seed, purpose).key }
    }

    /// The words of the draws from `from` on, two at a time; `from` is even.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "the halves of a word")]
    pub(crate) fn pairs(self, from: usize) -> impl Iterator<Item = [u32; 2]> {
        let mut state = self.key.wrapping_add((from as u64 / 2).wrapping_mul(STEP));
        std::iter::repeat_with(move || {
            let word = mixed(state);
            state = state.wrapping_add(STEP);
            [word as u32, (word >> 32) as u32]
        })
    }
}

/// A word as a number above 0 and below 1.
#[inline]
pub(crate) fn uniform(word: u32) -> f64 {
    (f64::from(word) + 0.5) / WORDS
}

/// How many words there are.
pub(crate) const WORDS: f64 = 4_294_967_296.0;

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts in cells are binomial; the sum of their squared deviations is a
    /// chi-squared variable, here with 255 degrees of freedom (99.99 % below 345).
    fn chi_squared(counts: &[f64]) -> f64 {
        let expected = counts.iter().sum::<f64>() / crate::number::real(counts.len());
        counts.iter().map(|count| (count - expected).powi(2) / expected).sum()
    }

    #[test]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cells are small")]
    fn draws_and_neighbouring_streams_fill_the_square_evenly() {
        let (one, two) = (Stream::new(7, "unit 01"), Stream::new(7, "unit 02"));
        let mut within = vec![0.0; 256];
        let mut across = vec![0.0; 256];
        for draw in 0..100_000 {
            let cell = |value: f64| (value * 16.0) as usize;
            within[16 * cell(one.uniform(draw)) + cell(one.uniform(draw + 1))] += 1.0;
            across[16 * cell(one.uniform(draw)) + cell(two.uniform(draw))] += 1.0;
        }
        assert!(chi_squared(&within) < 345.0, "draws of a stream {}", chi_squared(&within));
        assert!(chi_squared(&across) < 345.0, "two streams {}", chi_squared(&across));
    }

    #[test]
    fn words_of_draws_and_of_neighbouring_streams_fill_the_square_evenly() {
        let column = |unit: &str, from: usize, count: usize| -> Vec<u32> {
            Words::new(7, &format!("leaf 1.1 of {unit}")).pairs(from).flatten().take(count).collect()
        };
        let (one, two) = (column("01", 0, 100_000), column("02", 0, 100_000));
        let mut counts = [vec![0.0; 256], vec![0.0; 256], vec![0.0; 256]];
        let cell = |word: u32| (word >> 28) as usize;
        for draw in 0..one.len() - 2 {
            counts[0][16 * cell(one[draw]) + cell(one[draw + 1])] += 1.0;
            counts[1][16 * cell(one[draw]) + cell(two[draw])] += 1.0;
            // The low bits too.
            counts[2][16 * (one[draw] % 16) as usize + (one[draw + 2] % 16) as usize] += 1.0;
        }
        for counts in counts {
            assert!(chi_squared(&counts) < 345.0, "{}", chi_squared(&counts));
        }
        // Columns may begin anywhere.
        assert_eq!(column("01", 512, 10), one[512..522]);
    }

    #[test]
    fn seeds_give_different_streams() {
        assert_ne!(Stream::new(0, "a").uniform(0).to_bits(), Stream::new(1, "a").uniform(0).to_bits());
        assert_ne!(Stream::new(0, "a").uniform(0).to_bits(), Stream::new(0, "b").uniform(0).to_bits());
    }
}
