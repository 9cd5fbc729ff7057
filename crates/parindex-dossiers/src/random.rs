//! Random numbers by address: each draw has a generator of its own, so that
//! chunks and threads do not matter.

use rand_pcg::Pcg64;

/// The generator at an address below a seed.
pub(crate) fn at(seed: u64, address: [u64; 2]) -> Pcg64 {
    let mut word = seed;
    for part in address {
        word = mix(word ^ part.wrapping_mul(0xD6E8_FEB8_6659_FD93));
    }
    let state = u128::from(mix(word)) << 64 | u128::from(mix(word ^ 1));
    Pcg64::new(state, u128::from(mix(word ^ 2)))
}

/// A number that stands for a name, the same in every run.
pub(crate) fn of_name(name: &str) -> u64 {
    name.bytes().fold(name.len() as u64, |word, byte| mix(word ^ u64::from(byte)))
}

/// Steele, Lea and Flood's `SplitMix64`, to spread seeds.
fn mix(word: u64) -> u64 {
    let word = word.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}
