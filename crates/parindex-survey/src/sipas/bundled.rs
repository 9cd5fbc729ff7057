//! The questionnaires that come with the crate.

const FILES: [(&str, &str); 2] = [
    ("sipas/2017", include_str!("../../questionnaires/sipas/2017.toml")),
    ("sipas/2023", include_str!("../../questionnaires/sipas/2023.toml")),
];

/// The ids of the bundled questionnaires.
pub(crate) fn ids() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(id, _)| *id)
}

/// The text of a bundled questionnaire.
pub(crate) fn find(id: &str) -> Option<&'static str> {
    FILES.iter().find(|(known, _)| *known == id).map(|(_, text)| *text)
}
