//! Licences and origins of all dependencies, held to `deny.toml` where
//! `cargo deny` itself is not installed.

use std::fs;

use spdx::{Expression, Licensee, ParseMode};
use toml::Table;

use crate::workspace::{packages, root, text};

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[test]
fn every_licence_is_one_that_deny_toml_allows() {
    let deny: Table = fs::read_to_string(root().join("deny.toml")).unwrap().parse().unwrap();
    let allowed: Vec<Licensee> = deny["licenses"]["allow"]
        .as_array()
        .unwrap()
        .iter()
        .map(|licence| Licensee::parse(licence.as_str().unwrap()).unwrap())
        .collect();
    let refused: Vec<String> = packages()
        .iter()
        .filter(|package| {
            let expression = package["license"].as_str().unwrap_or_default();
            !Expression::parse_mode(expression, ParseMode::LAX)
                .is_ok_and(|licence| licence.evaluate(|asked| allowed.iter().any(|known| known.satisfies(asked))))
        })
        .map(|package| format!("{} {}: {}", text(&package["name"]), text(&package["version"]), package["license"]))
        .collect();
    assert!(refused.is_empty(), "not allowed by deny.toml:\n{}", refused.join("\n"));
}

#[test]
fn every_dependency_comes_from_crates_io() {
    let strangers: Vec<&str> = packages()
        .iter()
        .filter(|package| package["source"].as_str().is_some_and(|source| source != CRATES_IO))
        .map(|package| text(&package["id"]))
        .collect();
    assert_eq!(strangers, [""; 0]);
}

/// No network at run time: nothing in the tree could open a connection.
#[test]
fn no_dependency_speaks_to_the_network() {
    let speakers = "async-std curl hyper mio native-tls openssl quinn reqwest rustls socket2 tokio ureq";
    let speakers: Vec<&str> = speakers.split(' ').collect();
    let found: Vec<&str> =
        packages().iter().map(|package| text(&package["name"])).filter(|name| speakers.contains(name)).collect();
    assert_eq!(found, [""; 0]);
}
