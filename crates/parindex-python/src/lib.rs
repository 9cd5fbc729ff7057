//! Python classes over the crates of parindex: the module `parindex._native`.
//!
//! Nothing is computed here. Tables come in by `source`, numbers by `decimal`,
//! faults go out by `error`, work is done in `detach`; every class has a file.

#![allow(clippy::doc_markdown, clippy::doc_link_with_quotes, reason = "docstrings are Python's, in NumPy style")]

mod argument;
mod array;
mod assessment;
mod backtest;
mod bar;
mod beliefs;
mod calendar;
mod calibration;
mod criterion;
mod decimal;
mod demo_data;
mod design;
mod detach;
mod error;
mod estimates;
mod forecast;
mod frame;
mod framework;
mod given;
mod history;
mod history_tables;
mod labels;
mod line;
mod objects;
mod pickling;
mod plan;
mod progress;
mod project;
mod question;
mod questionnaire;
mod rank_sets;
mod register;
mod registers;
mod robustness;
mod scorecard;
mod scoring;
mod several;
mod simulation;
mod sipas;
mod source;
mod survey;
mod table;
mod tally;
mod tops;
mod whole;

/// The compiled part of the Python package `parindex`.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use crate::assessment::Assessment;
    #[pymodule_export]
    use crate::backtest::backtest;
    #[pymodule_export]
    use crate::bar::Bar;
    #[pymodule_export]
    use crate::calendar::Calendar;
    #[pymodule_export]
    use crate::criterion::Criterion;
    #[pymodule_export]
    use crate::demo_data::demo_data;
    #[pymodule_export]
    use crate::forecast::{Forecast, forecast};
    #[pymodule_export]
    use crate::framework::{Framework, frameworks};
    #[pymodule_export]
    use crate::history::History;
    #[pymodule_export]
    use crate::line::Line;
    #[pymodule_export]
    use crate::plan::{Plan, plan};
    #[pymodule_export]
    use crate::project::project;
    #[pymodule_export]
    use crate::questionnaire::{Questionnaire, questionnaires};
    #[pymodule_export]
    use crate::rank_sets::rank_sets;
    #[pymodule_export]
    use crate::registers::{duplicates, generate};
    #[pymodule_export]
    use crate::robustness::{Robustness, robustness};
    #[pymodule_export]
    use crate::scorecard::Scorecard;
    #[pymodule_export]
    use crate::scoring::{appraisal, compare, score};
    #[pymodule_export]
    use crate::simulation::{sensitivity, simulate};
    #[pymodule_export]
    use crate::sipas::{Sipas, sipas};
    #[pymodule_export]
    use crate::survey::Survey;
    #[pymodule_export]
    use crate::table::Table;
    #[pymodule_export]
    use crate::tally::{Tally, columns_read, tally};
}
