//! Conditioning: what is known holds, and the rest follows Bayes' rule.

use std::collections::BTreeMap;

use parindex_forecast::{Forecast, ForecastOptions, Given, ModelKind, unwatched};
use proptest::prelude::*;

use crate::invented::{Truth, history, ranked, rows};

fn forecast(model: ModelKind) -> Forecast {
    let history = history(rows(Truth { level: 0.4, persistence: 0.7, noise: 0.1 }, 20, 8, 5));
    Forecast::new(&history, 2009, &ForecastOptions { draws: 20_000, model, ..ForecastOptions::default() }).unwrap()
}

fn known(pairs: impl IntoIterator<Item = (&'static str, Given)>) -> BTreeMap<String, Given> {
    pairs.into_iter().map(|(unit, given)| (unit.to_owned(), given)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// A known score is that score in every draw, a known interval holds every draw.
    #[test]
    fn what_is_known_holds(away in -1.0_f64..1.0, from in -1.0_f64..1.0, width in 0.2_f64..2.0) {
        let forecast = forecast(ModelKind::Stack);
        let before = forecast.table(&[]).unwrap();
        let (score, low) = (before[1].mean + away * before[1].sd, before[2].mean + from * before[2].sd);
        let width = width * before[2].sd;
        let given = forecast
            .given(&known([("U001", Given::Score(score)), ("U002", Given::Between(low, low + width))]))
            .unwrap();
        let table = given.table(&[]).unwrap();
        prop_assert!((table[1].mean - score).abs() < 1e-9 && table[1].sd < 1e-5);
        prop_assert!(table[1].quantiles.iter().all(|quantile| (quantile - score).abs() < 1e-3));
        prop_assert!(table[2].quantiles[0] >= low - 1e-6 && table[2].quantiles[2] <= low + width + 1e-6);
        prop_assert!(given.effective_draws() <= 20_000.0 * (1.0 + 1e-9));
    }
}

#[test]
fn a_known_rank_leaves_the_draws_that_have_it() {
    let forecast = forecast(ModelKind::Auto);
    let given = forecast.given(&known([("U001", Given::Rank(3, 10))])).unwrap();
    let ranks = forecast.ranks(&unwatched).unwrap();
    let fitting: Vec<&[u32]> = ranks.chunks(20).filter(|draw| (3..=10).contains(&draw[1])).collect();
    let table = given.table(&[5]).unwrap();
    let count = f64::from(u32::try_from(fitting.len()).unwrap());
    assert!((given.effective_draws() - count).abs() < 1e-6);
    for (unit, row) in table.iter().enumerate() {
        let within = fitting.iter().filter(|draw| draw[unit] <= 5).count();
        let share = f64::from(u32::try_from(within).unwrap()) / count;
        // Each fitting draw is taken equally often, give or take one.
        assert!((row.within_top[0] - share).abs() < 0.01, "{}", row.unit);
    }
    let ranks = given.ranks(&unwatched).unwrap();
    assert!(ranks.chunks(20).all(|draw| (3..=10).contains(&draw[1])));
}

#[test]
fn intervals_agree_with_draws_thrown_away() {
    // An interval that is everything changes nothing, and two intervals that
    // share out everything add up to it.
    let forecast = forecast(ModelKind::Stack);
    let all = forecast.table(&[5]).unwrap();
    let middle = all[1].quantiles[1];
    let half = |low, high| {
        let given = forecast.given(&known([("U001", Given::Between(low, high))])).unwrap();
        given.table(&[5]).unwrap()
    };
    let (below, above) = (half(f64::NEG_INFINITY, middle), half(middle, f64::INFINITY));
    for (unit, row) in all.iter().enumerate() {
        let mean = f64::midpoint(below[unit].within_top[0], above[unit].within_top[0]);
        assert!((row.within_top[0] - mean).abs() < 0.02, "{}: {} and {mean}", row.unit, row.within_top[0]);
    }
    assert!(above[1].within_top[0] > all[1].within_top[0] + 0.05);
}

#[test]
fn a_self_score_with_a_sure_cut_is_a_score() {
    let forecast = forecast(ModelKind::StateSpace);
    let score = forecast.table(&[]).unwrap()[1].mean + 0.5;
    let sure = forecast.given(&known([("U001", Given::SelfScore { score: score + 2.0, cut: 2.0, sd: 0.1 })])).unwrap();
    let exact = forecast.given(&known([("U001", Given::Score(score))])).unwrap();
    let (sure, exact) = (sure.table(&[5]).unwrap(), exact.table(&[5]).unwrap());
    assert!((sure[1].mean - score).abs() < 0.05 && sure[1].sd < 0.15);
    assert!((sure[1].within_top[0] - exact[1].within_top[0]).abs() < 0.1);
}

#[test]
fn the_score_needed_is_the_score_that_does_it() {
    // With ranks only there is no scale to learn about, and a walk is one
    // component, so a score reached and a score learnt of mean the same.
    let rows: Vec<_> = (2001..2005)
        .flat_map(|year: i16| {
            let shift = u32::try_from(year - 2001).unwrap();
            (0..20).map(move |unit| ranked(&format!("U{unit:03}"), year, 1 + (unit * 7 + shift * (unit % 3)) % 20))
        })
        .collect();
    let history = history(rows);
    let options = ForecastOptions { draws: 40_000, model: ModelKind::RandomWalk, ..ForecastOptions::default() };
    let forecast = Forecast::new(&history, 2005, &options).unwrap();
    let mut before = f64::NEG_INFINITY;
    for probability in [0.2, 0.5, 0.8, 0.95] {
        let score = forecast.needed("U004", 5, probability).unwrap();
        assert!(score > before, "more probability, more points");
        before = score;
        let given = forecast.given(&known([("U004", Given::Score(score))])).unwrap();
        let reached = given.table(&[5]).unwrap()[4].within_top[0];
        assert!((reached - probability).abs() < 0.01, "{reached} for {probability}");
    }
    assert!(forecast.needed("U004", 10, 0.5).unwrap() < forecast.needed("U004", 5, 0.5).unwrap());

    let bar = forecast.bar("U004", 5, &unwatched).unwrap();
    for probability in [0.001, 0.2, 0.5, 0.8, 0.95, 0.999] {
        let score = forecast.needed("U004", 5, probability).unwrap();
        assert!(bar.chance(score) >= probability, "the score needed is enough");
        assert!(bar.chance(score.next_down()) < probability, "and none below it is");
    }
    assert!(bar.chance(-1e12) <= 0.0 && bar.chance(1e12) >= 1.0 && bar.chance(f64::NAN) <= 0.0);
    assert_eq!(bar.needed(1.0).unwrap_err().code(), "out-of-range");
    assert_eq!(forecast.bar("U999", 5, &unwatched).unwrap_err().code(), "unknown-unit");
}
