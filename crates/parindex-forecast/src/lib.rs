//! Forecasts of ranks as distributions: what is known of the past, models of it,
//! and answers that are held against what came.
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
mod prediction;
mod random;
mod scores;
mod watch;

pub use backtest::{Backtest, BacktestOptions, BacktestRow, Gain};
pub use error::{Error, Fault, Problem};
pub use forecast::{Forecast, ForecastOptions, ForecastRow, Given};
pub use history::{History, HistoryBuilder, HistoryRow, HistoryUnit, National, Succession, Weighting};
pub use model::{Model, ModelKind, Predicted};
pub use models::{Auto, AutoRegression, Parts, RandomWalk, Stack, StateSpace};
pub use normal::Tails;
pub use past::Past;
pub use prediction::Prediction;
pub use watch::{Watch, unwatched};
