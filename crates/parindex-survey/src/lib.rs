//! Survey estimates one can defend: sampling designs, design-based estimates,
//! calibration, rank confidence sets, and SIPAS on top.
//!
//! Data goes one way: [`Design`] or [`Replicates`] → [`Survey`] → [`Estimate`]
//! → [`contrast`] or [`rank_sets`]. Conventions are those of R survey 4.5
//! (Lumley), to nine digits; where linearisation would print a standard error
//! of 0 for a domain in one sampled unit, the answer is *not estimable*.
//!
//! ```
//! use parindex_survey::{Degrees, Design, Groups, Survey};
//!
//! // Two provinces (strata), three districts (sampled units) in each, two people in each.
//! let province = Groups::from_labels((0..12).map(|row| Some(if row < 6 { "A" } else { "B" })));
//! let district = Groups::from_labels((0..12).map(|row| Some((row / 2).to_string())));
//! let weights = [3.0, 3.0, 2.0, 2.0, 4.0, 4.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0];
//! let survey = Survey::new(Design::new(12).strata(&province).cluster(&district).weights(&weights))?;
//!
//! let satisfied = [1.0, 1.0, 0.0, 1.0, 1.0, 0.0, f64::NAN, 1.0, 1.0, 0.0, 0.0, 0.0];
//! let provinces = survey.with_degrees(Degrees::Own).by(&province)?;
//! for estimate in provinces.mean(&satisfied)? {
//!     println!("{} {:?} ± {:?}, df {}", estimate.group, estimate.estimate, estimate.se, estimate.df);
//! }
//! # Ok::<(), parindex_survey::Error>(())
//! ```

#![forbid(unsafe_code)]

mod adjustment;
mod by;
mod calibration;
mod contrast;
mod conversion;
mod covariance;
mod design;
mod distribution;
mod error;
mod estimate;
mod groups;
mod hadamard;
mod interval;
mod margin;
mod matrix;
mod number;
mod rank_sets;
mod replicates;
mod replication;
pub mod sipas;
mod survey;
mod tree;

pub use by::By;
pub use calibration::Auxiliary;
pub use contrast::{changes, contrast, contrast_with};
pub use conversion::Conversion;
pub use covariance::covariance;
pub use design::{Design, Lonely};
pub use error::{Error, Fault, Problem};
pub use estimate::{Deff, Degrees, Estimate, Note, Options};
pub use groups::Groups;
pub use interval::Method;
pub use margin::Margin;
pub use rank_sets::{RankOptions, RankSet, rank_sets, rank_sets_with_covariance};
pub use replicates::{Kind, Replicates};
pub use survey::Survey;

/// The examples of the README run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
