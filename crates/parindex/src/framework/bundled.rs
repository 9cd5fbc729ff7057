//! The frameworks that come with the crate.

macro_rules! files {
    ($($id:literal),* $(,)?) => {
        /// Id and text of every bundled framework.
        pub(crate) const FILES: &[(&str, &str)] =
            &[$(($id, include_str!(concat!("../../frameworks/", $id, ".toml")))),*];
    };
}

files![
    "dvc-766/province",
    "dvc-766/unit",
    "papi/2011",
    "papi/2018",
    "par-index/components",
    "par-index/local-example",
    "par-index/province-2017",
    "par-index/province-2020-draft",
    "par-index/province-2022",
    "pci/2006",
    "pci/2009",
    "pci/2013",
];

/// The text of a bundled framework.
pub(crate) fn find(id: &str) -> Option<&'static str> {
    let wanted = crate::language::composed(id);
    FILES.iter().find(|(known, _)| *known == wanted).map(|(_, text)| *text)
}
