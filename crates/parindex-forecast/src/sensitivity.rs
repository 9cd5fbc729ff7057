//! Which uncertainty matters: shares of a variance by what it comes from.
//!
//! Of a function of independent inputs the *first-order* index of an input is the
//! share of the variance that would be gone, on average, if the input were known;
//! its *total* index is the share that would be left if all others were known. The
//! two are equal where an input acts for itself, and what the total has over the
//! first is what it does together with others (Sobol' 1993, *Sensitivity Estimates
//! for Nonlinear Mathematical Models*; Homma and Saltelli 1996, *Importance measures
//! in global sensitivity analysis of nonlinear models*).

mod board;
mod indices;
mod of_simulation;
mod sobol;

pub use indices::{Index, Indices};
pub use of_simulation::{On, Sensitivity, SensitivityRow, Uncertain};
pub use sobol::{Sobol, SobolOptions, sobol};
