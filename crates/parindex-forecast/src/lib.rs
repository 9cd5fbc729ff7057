//! Ranks to come as distributions: what is known of the past, models of it, and
//! answers that are held against what came.
//!
//! Data goes one way: [`History`] → [`Past`] → [`Model`] → [`Prediction`] →
//! [`Forecast`]; [`Backtest`] does the same for years that are known. Models work
//! on standardised scores, because a level and a spread that all units share say
//! nothing about ranks; a rank without a score, or a published list of the first
//! few, is a bound on them. A [`Simulation`] makes a [`Forecast`] from beliefs about the
//! leaves of a framework instead, sent through its rules. A draw depends on the seed, its number and the unit's
//! id alone, so that threads and the order of rows do not matter.
//!
//! ```
//! use std::collections::BTreeMap;
//!
//! use parindex_forecast::{Forecast, ForecastOptions, Given, History, HistoryRow};
//!
//! let row = |unit: &str, year, score, rank| HistoryRow { unit: unit.into(), year, score, rank, ..HistoryRow::default() };
//! let history = History::builder()
//!     .rows([row("01", 2023, Some(91.4), Some(3)), row("22", 2023, Some(92.2), Some(1)), row("31", 2023, Some(91.9), Some(2))])
//!     .rows([row("04", 2023, None, Some(4)), row("01", 2024, Some(92.6), Some(3)), row("31", 2024, Some(96.2), Some(1))])
//!     .build()?;
//! let forecast = Forecast::new(&history, 2025, &ForecastOptions::default())?;
//! println!("{}", forecast.reason().sentence(parindex::Language::English));
//! for row in forecast.table(&[2])? {
//!     println!("{}: ranks {:?}, among the first two with {:.2}", row.unit, row.rank_quantiles, row.within_top[0]);
//! }
//! // What the score of one unit says of another's rank.
//! let known = BTreeMap::from([("22".to_owned(), Given::Score(93.0))]);
//! let given = forecast.given(&known)?;
//! assert!(given.effective_draws() < 100_000.0);
//! # Ok::<(), parindex_forecast::Error>(())
//! ```

#![forbid(unsafe_code)]

mod backtest;
mod draws;
mod error;
mod forecast;
mod history;
mod judge;
mod model;
mod models;
mod normal;
mod number;
mod past;
mod plan;
mod prediction;
mod random;
mod reason;
mod robustness;
mod scores;
mod sensitivity;
mod simulation;
mod watch;

pub use backtest::{Backtest, BacktestOptions, BacktestRow, Gain};
pub use error::{Error, Fault, Problem};
pub use forecast::{Bar, Forecast, ForecastOptions, ForecastRow, Given};
pub use history::{History, HistoryBuilder, HistoryRow, HistoryUnit, National, Succession, Weighting};
pub use model::{Model, ModelKind, Predicted};
pub use models::{Auto, AutoRegression, Parts, RandomWalk, Stack, StateSpace};
pub use normal::Tails;
pub use past::Past;
pub use plan::{Action, Aim, FrontierPoint, Objective, Plan, PlanOptions, PlannedAction, Scores};
pub use prediction::Prediction;
pub use reason::{Reason, Unlisted};
pub use robustness::{Robustness, RobustnessOptions, RobustnessRow, Swap, robustness};
pub use sensitivity::{Index, Indices, On, Sensitivity, SensitivityRow, Sobol, SobolOptions, Uncertain, sobol};
pub use simulation::{Belief, BeliefRow, Simulation, SimulationOptions};
pub use watch::{Watch, unwatched};

/// The examples of the README run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
