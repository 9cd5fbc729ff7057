//! Probabilities come true on panels whose truth the model can hold.

use parindex_forecast::{Backtest, BacktestOptions, ModelKind, unwatched};

use crate::invented::{Truth, history, rows};

/// Forecasts of the last year of forty panels by each model.
fn panels(truth: Truth) -> Vec<Backtest> {
    let options = BacktestOptions {
        years: vec![2009],
        models: vec![ModelKind::StateSpace, ModelKind::AutoRegression, ModelKind::Stack],
        draws: 1000,
        ..BacktestOptions::default()
    };
    (0..40).map(|seed| Backtest::run(&history(rows(truth, 30, 9, seed)), &options, &unwatched).unwrap()).collect()
}

#[test]
fn transforms_are_even_and_intervals_hold_what_they_say() {
    let panels = panels(Truth { level: 0.3, persistence: 0.8, noise: 0.15 });
    for model in [ModelKind::StateSpace, ModelKind::Stack] {
        let rows: Vec<_> = panels.iter().flat_map(Backtest::rows).filter(|row| row.model == model).collect();
        let count: f64 = rows.iter().map(|row| f64::from(u32::try_from(row.units).unwrap())).sum();
        let held: f64 = rows.iter().map(|row| row.coverage90 * 30.0).sum();
        // Rank intervals hold a little more than they say, because ranks are
        // whole; four standard deviations of a binomial below, and 4 % above.
        let error = 4.0 * (0.9 * 0.1 / count).sqrt();
        assert!(held / count > 0.9 - error && held / count < 0.94 + error, "{model}: {:.3} held", held / count);
        for tenth in 0..10 {
            let within: f64 = rows.iter().map(|row| f64::from(row.pit[tenth])).sum();
            let off = (within / count - 0.1) / (0.1 * 0.9 / count).sqrt();
            assert!(off.abs() < 4.0, "{model}: tenth {tenth} holds {within} of {count}, {off:.1} deviations off");
        }
    }
}

#[test]
fn what_reverts_is_forecast_better_than_by_the_walk() {
    let panels = panels(Truth { level: 0.3, persistence: 0.5, noise: 0.3 });
    let total = |model: ModelKind| -> f64 {
        panels.iter().flat_map(Backtest::rows).filter(|row| row.model == model).map(|row| row.crps).sum()
    };
    let walk = total(ModelKind::RandomWalk);
    // The correlation with the year before is 0.3 + 0.4 × 0.5 = 0.5: half of a lead is gone next year.
    for model in [ModelKind::StateSpace, ModelKind::AutoRegression, ModelKind::Stack] {
        assert!(total(model) < 0.97 * walk, "{model}: {:.2} against {walk:.2}", total(model));
    }
    // And more than the last year is known.
    assert!(total(ModelKind::StateSpace) < 0.93 * walk, "{:.2} against {walk:.2}", total(ModelKind::StateSpace));
}

#[test]
fn what_walks_is_not_forecast_much_worse_than_by_the_walk() {
    let panels = panels(Truth { level: 0.0, persistence: 0.99, noise: 0.0 });
    let total = |model: ModelKind| -> f64 {
        panels.iter().flat_map(Backtest::rows).filter(|row| row.model == model).map(|row| row.crps).sum()
    };
    let walk = total(ModelKind::RandomWalk);
    assert!(total(ModelKind::Stack) < 1.03 * walk, "{:.3} against {walk:.3}", total(ModelKind::Stack));
}

#[test]
fn heavy_scores_and_pits_add_up() {
    let backtest = &panels(Truth { level: 0.3, persistence: 0.8, noise: 0.15 })[0];
    for row in backtest.rows() {
        assert_eq!(usize::try_from(row.pit.iter().sum::<u32>()).unwrap(), row.units, "{}", row.model);
        assert!(row.log_score > 0.0 && (0.0..=1.0).contains(&row.brier) && row.crps_score.unwrap() > 0.0);
    }
    assert_eq!(backtest.rows()[0].model, ModelKind::RandomWalk);
}
