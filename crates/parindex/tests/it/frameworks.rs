//! Bundled frameworks, and what the reader says of faulty ones.

use parindex::{Exact, Framework};

#[test]
fn every_bundled_framework_survives_being_written_and_read() {
    for id in Framework::bundled_ids() {
        let framework = Framework::bundled(id).unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!(framework.id(), id);
        let text = framework.to_toml();
        let again: Framework = text.parse().unwrap_or_else(|error| panic!("{id}: {error}\n{text}"));
        assert_eq!(again, framework, "{id}");
        assert_eq!(again.to_toml(), text, "{id}");
    }
}

#[test]
fn maxima_are_those_of_the_decisions() {
    let max = |id: &str| Framework::bundled(id).unwrap().max_points().cloned();
    for id in [
        "dvc-766/province",
        "dvc-766/unit",
        "par-index/province-2017",
        "par-index/province-2022",
        "par-index/components",
    ] {
        assert_eq!(max(id), Some(Exact::whole(100)), "{id}");
    }
    for id in ["pci/2006", "pci/2009", "pci/2013"] {
        assert_eq!(max(id), Some(Exact::whole(100)), "{id}");
    }
    assert_eq!(max("papi/2011"), Some(Exact::whole(60)));
    assert_eq!(max("papi/2018"), Some(Exact::whole(80)));
    assert_eq!(max("par-index/province-2020-draft"), None);
}
