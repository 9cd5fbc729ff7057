//! What the manifests of the workspace must say.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use toml::Table;

use crate::workspace::{members, packages, published, root, text};

fn minor(version: &str) -> (u64, u64) {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

fn manifest(path: impl AsRef<Path>) -> Table {
    fs::read_to_string(path).unwrap().parse().unwrap()
}

#[test]
fn no_dependency_needs_a_newer_rust_than_we_ask_for() {
    let ours: BTreeSet<&str> = members().map(|package| text(&package["rust_version"])).collect();
    assert_eq!(ours.len(), 1, "the members ask for different versions: {ours:?}");
    let ours = minor(ours.first().unwrap());
    let newer: Vec<String> = packages()
        .iter()
        .filter(|package| package["rust_version"].as_str().is_some_and(|theirs| minor(theirs) > ours))
        .map(|package| format!("{} needs Rust {}", text(&package["id"]), text(&package["rust_version"])))
        .collect();
    assert!(newer.is_empty(), "{}", newer.join("\n"));
}

#[test]
fn unsafe_code_is_forbidden_in_every_crate() {
    let workspace = manifest(root().join("Cargo.toml"));
    assert_eq!(workspace["workspace"]["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    for package in members() {
        let lints = &manifest(text(&package["manifest_path"]))["lints"];
        assert_eq!(lints["workspace"].as_bool(), Some(true), "{} has lints of its own", package["name"]);
    }
}

#[test]
fn what_is_published_says_what_it_is() {
    for package in published() {
        let name = text(&package["name"]);
        assert!(!text(&package["description"]).is_empty(), "{name} has no description");
        assert_eq!(package["documentation"], format!("https://docs.rs/{name}"));
        let of = |key: &str| package[key].as_array().map_or(0, Vec::len);
        assert!((1..=5).contains(&of("keywords")), "{name}: one to five keywords");
        assert!((1..=5).contains(&of("categories")), "{name}: one to five categories");
        let folder = Path::new(text(&package["manifest_path"])).parent().unwrap();
        let readme = fs::read_to_string(folder.join(text(&package["readme"]))).unwrap();
        assert!(readme.contains("```rust\n"), "the README of {name} shows no example");
        let root = fs::read_to_string(folder.join("src/lib.rs")).unwrap();
        assert!(root.contains("#[doc = include_str!(\"../README.md\")]"), "the README of {name} is not run");
        for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
            assert!(folder.join(licence).is_file(), "{name} goes out without {licence}");
        }
        assert_eq!(text(&package["license"]), "MIT OR Apache-2.0", "{name}");
    }
}

/// A published crate may lean on its published siblings only, and by version.
#[test]
fn what_is_published_depends_on_what_is_published() {
    let names: BTreeSet<&str> = published().map(|package| text(&package["name"])).collect();
    let inside = |dependency: &&Value| !dependency["path"].is_null();
    for package in published() {
        for dependency in package["dependencies"].as_array().unwrap().iter().filter(inside) {
            assert!(names.contains(text(&dependency["name"])), "{} needs {}", package["name"], dependency["name"]);
            assert_eq!(dependency["req"], format!("^{}", text(&package["version"])), "{}", package["name"]);
        }
    }
}
