//! The public names of every published crate, as `names/` lists them.
//!
//! A listing is written anew with `UPDATE_NAMES=1 cargo test -p parindex-guards`:
//! what it adds or takes away is a promise made or broken, and is reviewed as such.
//! `rustdoc`'s words change between releases, so that only the oldest Rust we
//! ask for is listened to.

use std::collections::BTreeSet;
use std::env::var_os;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use public_api::Builder;

use crate::workspace::{cargo, published, root, target, text};

#[test]
fn public_names_are_as_listed() {
    let asked = text(&published().next().unwrap()["rust_version"]);
    if !installed().starts_with(&format!("rustdoc {asked}.")) {
        eprintln!("not compared: the names are listed as Rust {asked} writes them, this is {}", installed());
        return;
    }
    let mut rustdoc = cargo();
    rustdoc.args(["doc", "--locked", "--workspace", "--lib", "--no-deps", "--quiet"]);
    rustdoc.env("RUSTDOC", env!("CARGO_BIN_EXE_rustdoc-json"));
    rustdoc.env("RUSTDOCFLAGS", "-Z unstable-options --output-format json");
    assert!(rustdoc.status().unwrap().success(), "rustdoc writes no JSON");

    let mut changes = String::new();
    for package in published() {
        let name = text(&package["name"]);
        let names = listing(name);
        let listed = root().join("guards/names").join(format!("{name}.txt"));
        if var_os("UPDATE_NAMES").is_some() {
            fs::write(&listed, &names).unwrap();
        }
        let old = fs::read_to_string(&listed).unwrap_or_default();
        let (before, after): (BTreeSet<&str>, BTreeSet<&str>) = (old.lines().collect(), names.lines().collect());
        before.difference(&after).for_each(|line| writeln!(changes, "- {line}").unwrap());
        after.difference(&before).for_each(|line| writeln!(changes, "+ {line}").unwrap());
    }
    assert!(changes.is_empty(), "public names differ from guards/names (UPDATE_NAMES=1 lists them anew):\n{changes}");
}

/// What `rustdoc` says of itself.
fn installed() -> String {
    String::from_utf8(Command::new("rustdoc").arg("--version").output().unwrap().stdout).unwrap()
}

/// A line for each public item, without what every type has; of a derived
/// trait its name alone.
fn listing(package: &str) -> String {
    let json = target().join("doc").join(format!("{}.json", package.replace('-', "_")));
    let items = |derived: bool| -> Vec<String> {
        let all = Builder::from_rustdoc_json(&json).omit_blanket_impls(true).omit_auto_trait_impls(true);
        let api = all.omit_auto_derived_impls(!derived).build().unwrap();
        api.items().map(ToString::to_string).filter(|item| !item.contains("StructuralPartialEq")).collect()
    };
    let written: BTreeSet<String> = items(false).into_iter().collect();
    let listed = items(true).into_iter().filter(|item| item.starts_with("impl") || written.contains(item));
    listed.fold(String::new(), |text, item| text + &item + "\n")
}
