//! What evidence says, before and after a rule has read it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::error::Problem;
use crate::exact::Exact;
use crate::language::{Language, composed};
use crate::number::{Number, shown};
use crate::rounding::RoundingMode;

/// What a piece of evidence states, as it was handed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Stated {
    /// A row without any value: not a zero.
    Gap,
    /// The criterion does not apply to the unit.
    NotApplicable,
    /// A number, in the unit the rule declares.
    Value(Number),
    /// A text the rule reads: a number, flag, date, label, list of parts or answers.
    Text(Box<str>),
    /// A numerator and a denominator.
    Counts(Number, Number),
    /// Points given by an appraiser or a survey.
    Points(Number),
}

impl Stated {
    /// A value written as text whose numbers carry the decimal mark `mark`.
    ///
    /// # Errors
    /// `bad-number` if a number carries another mark.
    pub fn text_with_mark(text: &str, mark: char) -> Result<Self, Problem> {
        let number = text.trim().strip_suffix('%').unwrap_or(text).trim();
        let is_numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+');
        if mark != '.' && number.contains(['.', ',']) && number.chars().all(is_numeric) {
            Number::from_text(number, mark)?;
            return Ok(Self::text(&text.replacen(mark, ".", 1)));
        }
        Ok(Self::text(text))
    }

    /// A value written as text; words for *not applicable* are understood, and
    /// an empty text is a gap.
    #[must_use]
    pub fn text(text: &str) -> Self {
        let text = composed(text);
        match text.to_lowercase().as_str() {
            "" => Self::Gap,
            "n/a" | "not applicable" | "not-applicable" | "không áp dụng" => Self::NotApplicable,
            _ => Self::Text(text.into()),
        }
    }
}

/// The unit in which a rule reads the `value` of a piece of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Unit {
    /// Hundredths: 88.4 is 88.4 %.
    Percent,
    /// Parts of one: 0.884 is 88.4 %.
    Fraction,
    /// A whole number, not negative.
    Count,
    /// Any number.
    Amount,
    /// Yes or no.
    Flag,
    /// A calendar date, or days late.
    Date,
    /// One word of a list.
    Label,
    /// Points.
    Points,
    /// An index from 0 to 100.
    Index,
}

impl Unit {
    /// Every unit, with the word that names it.
    pub const NAMES: [(&str, Self); 9] = [
        ("percent", Self::Percent),
        ("fraction", Self::Fraction),
        ("count", Self::Count),
        ("amount", Self::Amount),
        ("flag", Self::Flag),
        ("date", Self::Date),
        ("label", Self::Label),
        ("points", Self::Points),
        ("index", Self::Index),
    ];

    /// The word that names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        crate::standing::word(&Self::NAMES, self)
    }

    /// What stands for the whole, if the unit is a share of something.
    #[must_use]
    pub fn whole(self) -> Option<Number> {
        match self {
            Self::Percent => Some(Number::HUNDRED),
            Self::Fraction => Some(Number::from(1_u8)),
            _ => None,
        }
    }

    /// A number of this unit, as a person writes it.
    pub(crate) fn write(self, number: Number, language: Language) -> String {
        let text = language.number(&number.to_string());
        if self == Self::Percent { format!("{text} %") } else { text }
    }
}

/// Evidence as a rule has read it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Measure {
    /// A numerator over a denominator.
    Counts(Number, Number),
    /// A number in the unit given.
    Quantity(Number, Unit),
    /// Yes or no.
    Flag(bool),
    /// A calendar date.
    Date(Date),
    /// A label of the rule.
    Label(String),
    /// The keys of the parts that are done.
    Parts(Vec<String>),
    /// How often each label was answered.
    Answers(Vec<(String, Number)>),
}

impl Measure {
    /// The share as a part of one, or the number itself; `None` over a zero denominator
    /// and for what is not a number.
    pub(crate) fn exact(&self) -> Option<Exact> {
        match self {
            Self::Counts(numerator, denominator) => Exact::from(*numerator).over(&Exact::from(*denominator)),
            Self::Quantity(number, unit) => match unit.whole() {
                Some(whole) => Exact::from(*number).over(&Exact::from(whole)),
                None => Some(Exact::from(*number)),
            },
            _ => None,
        }
    }

    /// The measure in words: `528.684/597.918 = 88,42 %`.
    pub(crate) fn words(&self, language: Language) -> String {
        match self {
            Self::Counts(..) => match self.exact() {
                Some(ratio) => {
                    let percent = ratio.times(&Exact::whole(100)).to_decimals(2, RoundingMode::HalfUp);
                    format!("{} = {} %", self.fraction(language), language.number(&percent))
                }
                None => self.fraction(language),
            },
            Self::Quantity(number, unit) => unit.write(*number, language),
            Self::Flag(true) => language.choose("có", "yes").to_owned(),
            Self::Flag(false) => language.choose("không", "no").to_owned(),
            Self::Date(date) => match language {
                Language::Vietnamese => date.strftime("%d/%m/%Y").to_string(),
                Language::English => date.to_string(),
            },
            Self::Label(label) => label.clone(),
            Self::Parts(parts) if parts.is_empty() => language.choose("chưa có phần nào", "no part").to_owned(),
            Self::Parts(parts) => parts.join("; "),
            Self::Answers(answers) => {
                let words: Vec<String> = answers
                    .iter()
                    .map(|(label, count)| format!("{label}: {}", language.number(&count.to_string())))
                    .collect();
                words.join("; ")
            }
        }
    }

    /// The share without its percentage: `528.684/597.918`, `88,4 %`.
    pub(crate) fn fraction(&self, language: Language) -> String {
        match self {
            Self::Counts(numerator, denominator) => {
                format!("{}/{}", language.number(&numerator.to_string()), language.number(&denominator.to_string()))
            }
            _ => self.words(language),
        }
    }
}

/// How a rule reads a share or a number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    pub(crate) unit: Unit,
    /// Whether a ratio may exceed one.
    pub(crate) may_exceed: bool,
    /// Whether numerator and denominator may have fractions.
    pub(crate) amounts: bool,
}

impl Reading {
    pub(crate) fn of(unit: Unit) -> Self {
        Self { unit, may_exceed: false, amounts: false }
    }

    /// Reads a number or counts; texts are numbers with an optional `%`.
    ///
    /// # Errors
    /// What is wrong with the evidence.
    pub(crate) fn read(self, stated: &Stated) -> Result<Measure, Problem> {
        match stated {
            Stated::Counts(numerator, denominator) => self.counts(*numerator, *denominator),
            Stated::Value(number) => self.quantity(*number),
            Stated::Text(text) => {
                let number = text.strip_suffix('%').filter(|_| self.unit == Unit::Percent).unwrap_or(text);
                self.quantity(number.parse()?)
            }
            other => Err(self.wrong(other)),
        }
    }

    fn wrong(self, stated: &Stated) -> Problem {
        Problem::WrongMeasure { text: written(stated), expected: format!("a value in `{}`", self.unit.name()) }
    }

    fn counts(self, numerator: Number, denominator: Number) -> Result<Measure, Problem> {
        if self.unit.whole().is_none() {
            return Err(self.wrong(&Stated::Counts(numerator, denominator)));
        }
        for number in [numerator, denominator] {
            if number.is_negative() {
                return Err(Problem::NegativeCount { value: number.to_string() });
            }
            if !self.amounts && !number.is_whole() {
                return Err(not_whole(number));
            }
        }
        if numerator > denominator && !self.may_exceed {
            return Err(Problem::NumeratorExceedsDenominator {
                numerator: numerator.to_string(),
                denominator: denominator.to_string(),
            });
        }
        Ok(Measure::Counts(numerator, denominator))
    }

    /// The least and the greatest value allowed.
    pub(crate) fn range(self) -> (Option<Number>, Option<Number>) {
        let high = match self.unit {
            Unit::Percent | Unit::Index => Some(Number::HUNDRED),
            Unit::Fraction => Some(Number::from(1_u8)),
            _ => None,
        };
        let is_signed = matches!(self.unit, Unit::Amount | Unit::Date);
        ((!is_signed).then_some(Number::ZERO), high.filter(|_| !self.may_exceed))
    }

    fn quantity(self, number: Number) -> Result<Measure, Problem> {
        let (low, capped) = self.range();
        let below = low.is_some_and(|low| number < low);
        if self.unit == Unit::Count && below {
            return Err(Problem::NegativeCount { value: number.to_string() });
        }
        if below || capped.is_some_and(|limit| number > limit) {
            let allowed = capped.map_or_else(|| "0 or more".to_owned(), |limit| format!("0 to {limit}"));
            return Err(Problem::OutOfRange { value: number.to_string(), allowed });
        }
        if matches!(self.unit, Unit::Count | Unit::Date) && !number.is_whole() {
            return Err(not_whole(number));
        }
        Ok(Measure::Quantity(number, self.unit))
    }
}

fn not_whole(number: Number) -> Problem {
    Problem::NotWhole { text: number.to_string() }
}

/// The evidence as it would be written in a cell.
pub(crate) fn written(stated: &Stated) -> String {
    match stated {
        Stated::Gap => String::new(),
        Stated::NotApplicable => "n/a".to_owned(),
        Stated::Value(number) | Stated::Points(number) => number.to_string(),
        Stated::Text(text) => shown(text),
        Stated::Counts(numerator, denominator) => format!("{numerator}/{denominator}"),
    }
}

/// Reads yes or no.
///
/// # Errors
/// `wrong-measure` for anything else.
pub(crate) fn read_flag(stated: &Stated) -> Result<bool, Problem> {
    let text = written(stated).to_lowercase();
    match (text.as_str(), text.parse::<Number>()) {
        ("true" | "yes" | "có" | "co", _) => Ok(true),
        ("false" | "no" | "không" | "khong", _) => Ok(false),
        (_, Ok(number)) if number == Number::from(1_u8) => Ok(true),
        (_, Ok(number)) if number == Number::ZERO => Ok(false),
        _ => Err(Problem::WrongMeasure {
            text: written(stated),
            expected: "a flag: `có`/`không`, `true`/`false` or `1`/`0`".to_owned(),
        }),
    }
}

/// Reads `2026-12-20` or `20/12/2026`.
///
/// # Errors
/// `bad-date` for anything else, and for days that no calendar has.
pub fn read_date(text: &str) -> Result<Date, Problem> {
    let text = text.trim();
    let bad = || Problem::BadDate { text: shown(text) };
    let format = if text.contains('/') { "%d/%m/%Y" } else { "%Y-%m-%d" };
    if text.len() > 10 {
        return Err(bad());
    }
    Date::strptime(format, text).map_err(|_| bad())
}
