//! `rustdoc` that may write JSON on a stable toolchain.
//!
//! Only `rustdoc` sees `RUSTC_BOOTSTRAP`: set for all of cargo it would make
//! build scripts run anew and half of the dependencies compile twice.

#![forbid(unsafe_code)]

use std::env::args_os;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let run = Command::new("rustdoc").args(args_os().skip(1)).env("RUSTC_BOOTSTRAP", "1").status();
    match run {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("rustdoc: {error}");
            ExitCode::FAILURE
        }
    }
}
