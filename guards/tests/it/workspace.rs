//! What cargo says of the workspace and of everything it depends on.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

static METADATA: LazyLock<Value> = LazyLock::new(|| {
    let mut cargo = cargo();
    cargo.args(["metadata", "--locked", "--format-version", "1"]);
    let output = cargo.output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("metadata are JSON")
});

/// The cargo that runs these tests, in the root of the workspace.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root());
    cargo
}

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Every package in the tree, on any platform.
pub(crate) fn packages() -> &'static [Value] {
    METADATA["packages"].as_array().expect("a list of packages")
}

/// The packages of this workspace.
pub(crate) fn members() -> impl Iterator<Item = &'static Value> {
    packages().iter().filter(|package| package["source"].is_null())
}

/// The members that go to a registry.
pub(crate) fn published() -> impl Iterator<Item = &'static Value> {
    members().filter(|package| package["publish"].is_null())
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    PathBuf::from(text(&METADATA["target_directory"]))
}

/// A key that must hold text.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}
