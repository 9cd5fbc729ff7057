//! How often and how a run is measured, and the one line in which it says so.

use std::fs;

/// Prints the line that `compare/run.py` gathers: question, who, seconds, MB and what is to be said of the answer,
/// parted by tabs.
pub(crate) fn say(question: &str, seconds: f64, megabytes: Option<u64>, answer: &str) {
    let megabytes = megabytes.map_or_else(String::new, |megabytes| megabytes.to_string());
    println!("{question}\tparindex {}\t{seconds:.6}\t{megabytes}\t{answer}", env!("CARGO_PKG_VERSION"));
}

/// How often to measure: once is enough for who only looks whether all runs (`QUICK`).
#[allow(dead_code, reason = "one bench measures once")]
pub(crate) fn rounds(usual: usize) -> usize {
    if is_quick() { 1 } else { usual }
}

#[allow(dead_code, reason = "some benches have no smaller size")]
pub(crate) fn is_quick() -> bool {
    std::env::var_os("QUICK").is_some()
}

/// Starts the count anew from what is held now, where the system lets one.
#[allow(dead_code, reason = "one bench measures its whole run")]
pub(crate) fn reset() {
    // Without the right to do so the peak is that of the run so far: still an upper bound.
    fs::write("/proc/self/clear_refs", "5").unwrap_or_default();
}

/// The most memory held at once, in MB of 10⁶ bytes, where the system tells.
pub(crate) fn megabytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let kib: u64 =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok())?;
    Some(kib * 1024 / 1_000_000)
}
