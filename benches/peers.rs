//! Peers, run from their scripts in the folder `compare`.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

type Failure = Box<dyn std::error::Error>;

/// The best run of a peer.
pub(crate) struct Run {
    who: String,
    pub(crate) seconds: f64,
    megabytes: String,
    /// What the peer says of its answer.
    #[allow(dead_code, reason = "one bench reads the answer from a file")]
    pub(crate) answer: String,
}

impl Run {
    /// Prints the line that `compare/run.py` gathers, with what the answer is to ours.
    pub(crate) fn say(&self, question: &str, answer: &str) {
        println!("{question}\t{}\t{:.6}\t{}\t{answer}", self.who, self.seconds, self.megabytes);
    }
}

/// Runs a script of the folder `compare` and keeps the quicker of this run and the one before. Does nothing if `PEERS`
/// names some peers, parted by commas, but not this one.
///
/// # Errors
/// What the script said, if it fails or does not print its name, its seconds, its MB and its answer.
pub(crate) fn ask(peer: &str, script: &str, arguments: &[&OsStr], before: Option<Run>) -> Result<Option<Run>, Failure> {
    if std::env::var("PEERS").is_ok_and(|named| named.split(',').all(|name| name != peer)) {
        return Ok(None);
    }
    let program = if Path::new(script).extension() == Some(OsStr::new("R")) {
        "Rscript".to_owned()
    } else {
        std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned())
    };
    let script = format!("{}/compare/{script}", env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(&program).arg(&script).args(arguments).output()?;
    if !output.status.success() {
        return Err(format!("{program} {script}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let [who, seconds, megabytes, answer] = *text.trim_end_matches('\n').split('\t').collect::<Vec<_>>() else {
        return Err(format!("{script} says `{text}`").into());
    };
    let run = Run {
        who: who.to_owned(),
        seconds: seconds.parse()?,
        megabytes: megabytes.to_owned(),
        answer: answer.to_owned(),
    };
    Ok(Some(match before {
        Some(before) if before.seconds < run.seconds => before,
        _ => run,
    }))
}
