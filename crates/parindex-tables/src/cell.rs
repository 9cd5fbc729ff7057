//! What one cell of a table says, wherever the table comes from.

use std::borrow::Cow;

use parindex::{Number, Problem, Stated};

use crate::float;

/// A cell of a table.
#[derive(Clone, Debug)]
pub enum Cell<'a> {
    /// Nothing: not a zero.
    Gap,
    /// True or false.
    Flag(bool),
    /// A number, exactly as written.
    Number(Number),
    /// A float, and why it is no exact number; enough for an estimate.
    Float(f64, Box<Problem>),
    /// A text, or a date as text.
    Text(Cow<'a, str>),
    /// A date with a time of day, as `2026-03-02T08:00:00`; its day where only days count.
    Moment(Cow<'a, str>),
    /// Something that cannot be held to the last digit, or at all.
    Bad(Box<Problem>),
}

impl From<Result<Number, Problem>> for Cell<'_> {
    fn from(number: Result<Number, Problem>) -> Self {
        match number {
            Ok(number) => Self::Number(number),
            Err(problem) => Self::Bad(Box::new(problem)),
        }
    }
}

impl From<f64> for Cell<'_> {
    /// The number that a float stands for: its shortest decimal form, if that has
    /// at most 15 digits.
    fn from(value: f64) -> Self {
        Self::float(value, float::shortest(value))
    }
}

impl From<f32> for Cell<'_> {
    /// The same of a single float.
    fn from(value: f32) -> Self {
        Self::float(value.into(), float::shortest_single(value))
    }
}

impl Cell<'_> {
    /// A float and the exact number it stands for, if any.
    fn float(value: f64, number: Result<Number, Problem>) -> Self {
        number.map_or_else(|problem| Self::Float(value, Box::new(problem)), Self::Number)
    }
}

/// Whether a text says nothing.
#[inline]
fn is_blank(text: &str) -> bool {
    !text.starts_with(|first: char| !first.is_whitespace()) && text.trim().is_empty()
}

impl<'a> Cell<'a> {
    /// The same cell, its text borrowed.
    pub(crate) fn borrowed(&'a self) -> Self {
        match self {
            Self::Text(text) => Self::Text(Cow::Borrowed(text)),
            Self::Moment(text) => Self::Moment(Cow::Borrowed(text)),
            other => other.clone(),
        }
    }

    /// The number in the cell, with the decimal mark `mark` if it is text.
    ///
    /// # Errors
    /// `bad-number` and what else [`Number::from_text`] refuses.
    pub fn number(self, mark: char) -> Result<Option<Number>, Problem> {
        match self {
            Self::Gap => Ok(None),
            Self::Number(number) => Ok(Some(number)),
            Self::Text(text) if is_blank(&text) => Ok(None),
            Self::Text(text) | Self::Moment(text) => Number::from_text(&text, mark).map(Some),
            Self::Flag(flag) => Err(Problem::BadNumber { text: flag.to_string() }),
            Self::Float(_, problem) | Self::Bad(problem) => Err(*problem),
        }
    }

    /// The number in the cell for an estimate: nothing is lost by a float, flags
    /// are ones and zeros, NaN and `NA` are gaps.
    ///
    /// # Errors
    /// `bad-number` for a text that is no number, and what made the cell bad.
    pub fn real(self, mark: char) -> Result<Option<f64>, Problem> {
        match self {
            Self::Float(value, _) => Ok((!value.is_nan()).then_some(value)),
            Self::Flag(flag) => Ok(Some(f64::from(u8::from(flag)))),
            Self::Text(text) if !is_blank(&text) => real(&text, mark),
            other => Ok(other.number(mark)?.map(float::real)),
        }
    }

    /// The value in the cell, for a rule to read.
    ///
    /// # Errors
    /// `bad-number` for a number with another decimal mark, and what made the cell bad.
    pub fn stated(self, mark: char) -> Result<Stated, Problem> {
        match self {
            Self::Gap => Ok(Stated::Gap),
            Self::Number(number) => Ok(Stated::Value(number)),
            Self::Flag(flag) => Ok(Stated::text(if flag { "true" } else { "false" })),
            Self::Text(text) => Stated::text_with_mark(&text, mark),
            Self::Moment(text) => Stated::text_with_mark(day(&text), mark),
            Self::Float(_, problem) | Self::Bad(problem) => Err(*problem),
        }
    }

    /// The text in the cell; numbers and flags as they are written.
    ///
    /// # Errors
    /// What made the cell bad.
    pub fn text(self) -> Result<Option<Cow<'a, str>>, Problem> {
        match self {
            Self::Gap => Ok(None),
            Self::Text(text) if is_blank(&text) => Ok(None),
            Self::Text(text) => Ok(Some(text)),
            Self::Moment(text) => Ok(Some(day(&text).to_owned().into())),
            Self::Number(number) => Ok(Some(number.to_string().into())),
            Self::Flag(flag) => Ok(Some(flag.to_string().into())),
            Self::Float(_, problem) | Self::Bad(problem) => Err(*problem),
        }
    }

    /// The label in the cell, of a group or a class: any text, flag or number, as
    /// it is written; ids may have more digits than a number to count with.
    ///
    /// # Errors
    /// What made the cell bad.
    pub fn label(self) -> Result<Option<Cow<'a, str>>, Problem> {
        match self {
            Self::Float(value, _) if value.is_nan() => Ok(None),
            Self::Float(value, _) => {
                let plain = float::shortest(value).map_or_else(|_| value.to_string(), |number| number.to_string());
                Ok(Some(plain.into()))
            }
            Self::Bad(problem) => match *problem {
                Problem::OutOfRange { value, .. } if is_whole(&value) => Ok(Some(value.into())),
                other => Err(other),
            },
            other => other.text(),
        }
    }

    /// The text in the cell, a moment with its time of day.
    ///
    /// # Errors
    /// What made the cell bad.
    pub fn whole_text(self) -> Result<Option<Cow<'a, str>>, Problem> {
        match self {
            Self::Moment(text) => Ok(Some(text)),
            Self::Float(value, _) => Ok((!value.is_nan()).then(|| value.to_string().into())),
            other => other.text(),
        }
    }

    /// The id of a unit, which must be text.
    ///
    /// # Errors
    /// `wrong-measure` for a number: it would have lost the zero of `01`.
    pub fn unit(self) -> Result<Option<Cow<'a, str>>, Problem> {
        self.id(|text| Problem::WrongMeasure {
            text,
            expected: "the id of a unit as text: a number loses the zero of `01`".to_owned(),
        })
    }

    /// The code of a criterion, which must be text.
    ///
    /// # Errors
    /// `bad-code` for a number: `7.10` would have become `7.1`.
    pub fn code(self) -> Result<Option<Cow<'a, str>>, Problem> {
        self.id(|text| Problem::BadCode { text: format!("{text} (a number: 7.10 would be 7.1; give codes as text)") })
    }

    fn id(self, refused: impl Fn(String) -> Problem) -> Result<Option<Cow<'a, str>>, Problem> {
        match self {
            Self::Gap => Ok(None),
            Self::Text(text) if is_blank(&text) => Ok(None),
            Self::Text(text) => Ok(Some(text)),
            Self::Moment(text) => Err(refused(text.into_owned())),
            Self::Number(number) => Err(refused(number.to_string())),
            Self::Flag(flag) => Err(refused(flag.to_string())),
            Self::Float(_, problem) | Self::Bad(problem) => Err(match *problem {
                Problem::NotExact { text } | Problem::BadNumber { text } => refused(text),
                other => other,
            }),
        }
    }
}

/// Whether a text is a whole number of any length.
fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The day of a moment.
fn day(moment: &str) -> &str {
    moment.get(..10).unwrap_or(moment)
}

/// A number as text, of any length and with an exponent; what R and pandas
/// write for a missing one is a gap.
fn real(text: &str, mark: char) -> Result<Option<f64>, Problem> {
    let trimmed = text.trim();
    if trimmed.eq_ignore_ascii_case("na") || trimmed.eq_ignore_ascii_case("nan") {
        return Ok(None);
    }
    Number::from_text(trimmed, mark).map(float::real).map(Some).or_else(|problem| {
        let is_plain = trimmed.chars().all(|char| char.is_ascii_digit() || char == mark || "+-eE".contains(char));
        let value = trimmed.replace(mark, ".").parse().ok().filter(|value: &f64| is_plain && value.is_finite());
        value.map(Some).ok_or(problem)
    })
}
