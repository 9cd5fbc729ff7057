//! Vietnamese and English: names, and numbers as each language writes them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::error::Problem;

/// The language of names, explanations and numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Tiếng Việt: decimal comma, dots between thousands.
    #[default]
    Vietnamese,
    /// English: decimal point, commas between thousands.
    English,
}

impl Language {
    /// `vietnamese` or `english`, whichever this language is.
    #[must_use]
    pub fn choose<T>(self, vietnamese: T, english: T) -> T {
        match self {
            Self::Vietnamese => vietnamese,
            Self::English => english,
        }
    }

    /// A plain decimal text (`1234.5`) as this language writes it (`1.234,5`).
    ///
    /// ```
    /// use parindex::Language;
    /// assert_eq!(Language::Vietnamese.number("597918"), "597.918");
    /// assert_eq!(Language::English.number("-1234.50"), "-1,234.50");
    /// ```
    #[must_use]
    pub fn number(self, plain: &str) -> String {
        let (thousands, mark) = self.choose(('.', ','), (',', '.'));
        let (whole, fraction) = plain.split_once('.').map_or((plain, None), |(w, f)| (w, Some(f)));
        let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |rest| ("-", rest));
        let mut written = String::from(sign);
        for (position, digit) in digits.chars().enumerate() {
            let left = digits.len().saturating_sub(position);
            if position > 0 && left.is_multiple_of(3) {
                written.push(thousands);
            }
            written.push(digit);
        }
        if let Some(fraction) = fraction {
            written.push(mark);
            written.push_str(fraction);
        }
        written
    }
}

impl FromStr for Language {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        match text {
            "vi" => Ok(Self::Vietnamese),
            "en" => Ok(Self::English),
            _ => Err(Problem::BadValue {
                what: "language".to_owned(),
                text: crate::number::shown(text),
                allowed: "`vi` or `en`".to_owned(),
            }),
        }
    }
}

/// A text in Vietnamese with, where there is one, its English form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub(crate) vi: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) en: Option<String>,
}

impl Text {
    /// The text in `language`; Vietnamese where there is no English.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        match (language, &self.en) {
            (Language::English, Some(english)) => english,
            _ => &self.vi,
        }
    }
}

impl From<&str> for Text {
    /// A text in Vietnamese.
    fn from(vi: &str) -> Self {
        Self { vi: vi.to_owned(), en: None }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.vi)
    }
}

/// `text` without surrounding space and in composed form (NFC), so that the
/// same name typed on two machines is the same name.
#[must_use]
pub fn composed(text: &str) -> std::borrow::Cow<'_, str> {
    let trimmed = text.trim();
    if trimmed.is_ascii() || is_nfc(trimmed) { trimmed.into() } else { trimmed.nfc().collect::<String>().into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decomposed_names_are_the_same_names() {
        assert_eq!(composed(" Phu\u{0301} Tho\u{0323} "), "Phú Thọ");
    }
}
