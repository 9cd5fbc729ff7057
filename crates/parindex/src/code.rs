//! Criterion codes: `7`, `7.1.2`, `4.5a`, `đ`.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::Problem;
use crate::language::composed;
use crate::number::shown;

/// Vietnamese alphabetical order, with the foreign letters where people put them.
const LETTERS: &str = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz";

/// The code of a criterion: segments joined by dots, each a number with an
/// optional letter (`4.5a`) or a letter alone (`1.đ`).
///
/// Codes sort as a person sorts them: `2 < 10`, `4.5 < 4.5a < 4.5b < 4.6`, and
/// `đ` stands between `d` and `e`.
///
/// ```
/// use parindex::Code;
///
/// let mut codes: Vec<Code> = ["7.10", "4.5b", "7.2", "4.5đ", "4.5"]
///     .iter().map(|text| text.parse().unwrap()).collect();
/// codes.sort();
/// let sorted: Vec<String> = codes.iter().map(Code::to_string).collect();
/// assert_eq!(sorted, ["4.5", "4.5b", "4.5đ", "7.2", "7.10"]);
/// assert_eq!("7..1".parse::<Code>().unwrap_err().code(), "bad-code");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Code(Box<[Segment]>);

/// A number (absent in a letter alone) and a letter (absent in a number alone).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Segment {
    number: Option<u32>,
    letter: Option<char>,
}

impl Code {
    /// Most segments a code may have.
    pub const MAX_DEPTH: usize = 16;

    /// The code one level up, by its text alone: `7.1` for `7.1.2`, `4` for `4.5a`.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        match self.0.split_last() {
            Some((_, rest)) if !rest.is_empty() => Some(Self(rest.into())),
            _ => None,
        }
    }

    /// How many segments the code has.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.0.len()
    }
}

impl Segment {
    fn parse(text: &str) -> Option<Self> {
        let digits = text.len().saturating_sub(text.trim_start_matches(|c: char| c.is_ascii_digit()).len());
        let (number, letter) = text.split_at_checked(digits)?;
        if number.len() > 9 || (number.len() > 1 && number.starts_with('0')) {
            return None;
        }
        let number = if number.is_empty() { None } else { Some(number.parse().ok()?) };
        let mut letters = letter.chars().flat_map(char::to_lowercase);
        let letter = letters.next();
        let known = letter.is_none_or(|letter| LETTERS.contains(letter));
        if letters.next().is_some() || !known || (number.is_none() && letter.is_none()) {
            return None;
        }
        Some(Self { number, letter })
    }

    fn key(self) -> (Option<u32>, Option<usize>) {
        (self.number, self.letter.and_then(|letter| LETTERS.find(letter)))
    }
}

impl FromStr for Code {
    type Err = Problem;

    /// Reads a code, in composed or decomposed Unicode.
    ///
    /// # Errors
    /// `bad-code` if a segment is not a number with an optional letter (or a
    /// letter alone), has a leading zero, or there are more than
    /// [`Code::MAX_DEPTH`] segments.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let bad = || Problem::BadCode { text: shown(text) };
        if text.len() > 256 {
            return Err(bad());
        }
        let segments: Option<Box<[Segment]>> = composed(text).split('.').map(Segment::parse).collect();
        match segments {
            Some(segments) if segments.len() <= Self::MAX_DEPTH => Ok(Self(segments)),
            _ => Err(bad()),
        }
    }
}

impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Code {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.iter().map(|s| s.key()).cmp(other.0.iter().map(|s| s.key()))
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str(".")?;
            }
            if let Some(number) = segment.number {
                write!(f, "{number}")?;
            }
            if let Some(letter) = segment.letter {
                write!(f, "{letter}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({self})")
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_a_code_is_refused() {
        for bad in ["", ".", "1.", ".1", "1..2", "abc", "1 2", "-1", "1,2", "07", "1.02", "1_0", "9999999999"] {
            assert_eq!(bad.parse::<Code>().map_err(|e| e.code()), Err("bad-code"), "{bad}");
        }
        assert!(vec!["1"; 10_000].join(".").parse::<Code>().is_err());
    }

    #[test]
    fn a_lettered_code_belongs_under_the_number_before_the_dot() {
        let code: Code = "4.5a".parse().unwrap();
        assert_eq!(code.parent().unwrap().to_string(), "4");
        assert_eq!("4".parse::<Code>().unwrap().parent(), None);
    }

    proptest! {
        #[test]
        fn text_round_trips(text in "[1-9][0-9]{0,3}[a-eđăô]?(\\.(0|[1-9][0-9]{0,2})[a-eđăô]?){0,5}") {
            prop_assert_eq!(text.parse::<Code>().unwrap().to_string(), text);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = text.parse::<Code>();
        }
    }
}
