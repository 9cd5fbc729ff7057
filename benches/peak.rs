//! The memory a run needs at most.

use std::fs;

/// Starts the count anew from what is held now, where the system lets one.
#[allow(dead_code, reason = "one bench measures its whole run")]
pub(crate) fn reset() {
    // Without the right to do so the peak is that of the run so far: still an upper bound.
    fs::write("/proc/self/clear_refs", "5").unwrap_or_default();
}

/// The most memory held at once, in MB of 10⁶ bytes.
pub(crate) fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.map_or_else(|| "not known here".to_owned(), |kib| format!("{} MB", kib * 1024 / 1_000_000))
}
