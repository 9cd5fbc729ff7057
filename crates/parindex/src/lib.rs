//! Exact, explained scoring of public administration indices: PAR INDEX, SIPAS,
//! Decision 766 and any index of the same shape.
//!
//! Data goes one way: [`Evidence`] → [`Rule`] → [`Line`] → [`Scorecard`] →
//! [`Assessment`] → ranking. A [`Framework`] is data with provenance; points are
//! exact rationals until the rounding that the framework names; every line
//! explains itself.
//!
//! ```
//! use parindex::{Evidence, EvidenceRow, Framework, Language};
//!
//! let framework = Framework::bundled("dvc-766/province")?; // or toml_text.parse()?
//! let rows = [EvidenceRow::counts("H44.100", "2.1", 7_371, 8_253)];
//! let assessment = framework.score(&Evidence::from_rows(rows)?)?;
//! for place in assessment.ranking() {
//!     println!("{} {} {}", place.rank, place.unit, place.points);
//! }
//! println!("{}", assessment.card("H44.100")?.explain("2.1", Language::Vietnamese)?);
//! # Ok::<(), parindex::Error>(())
//! ```

#![forbid(unsafe_code)]
#![deny(clippy::float_arithmetic)]
#![warn(clippy::arithmetic_side_effects)]

mod aggregate;
mod appraisal;
mod assessment;
mod code;
mod column;
mod comparison;
mod error;
mod evidence;
mod exact;
mod explain;
mod fault;
mod framework;
mod language;
mod layout;
mod leaf;
mod lines;
mod measure;
mod number;
mod parallel;
mod ranking;
mod rounding;
mod rule;
mod score;
mod scorecard;
mod standing;
mod stop;
mod units;
mod what_if;

pub use aggregate::Aggregate;
pub use appraisal::{Appraisal, appraisal};
pub use assessment::{Assessment, LostBy};
pub use code::Code;
pub use comparison::{Change, Crosswalk, compare};
pub use error::{Error, Fault, Problem, Suspect};
pub use evidence::{Evidence, EvidenceBuilder, EvidenceRow, Note, Stage};
pub use exact::Exact;
pub use fault::{Coded, Faults, Place, Placed};
pub use framework::{Attribute, Band, Criterion, Earns, Framework, Method, Outside};
pub use language::{Language, Text, composed};
pub use leaf::Worth;
pub use lines::Lines;
pub use measure::{Measure, Stated, Unit, read_date};
pub use number::Number;
pub use ranking::{Rank, Ranked, Within};
pub use rounding::{Rounding, RoundingMode, RoundingPoint};
pub use rule::{Best, Comparison, Curve, Outcome, Piece, Rule};
pub use score::LineStatus;
pub use scorecard::{Line, Lost, Scorecard};
pub use standing::{Basis, Status};
pub use stop::{Stop, Stopped};
pub use units::{UnitRow, Units};

/// The examples of the README run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
