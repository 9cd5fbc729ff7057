//! Predictions held against what came.

use crate::draws::{Drawn, Modelled, ScaleAhead, Source, rank};
use crate::number::{id, real};
use crate::past::Past;
use crate::prediction::Prediction;
use crate::random::Stream;
use crate::scores::{Outcome, RankCounts, crps};

/// Past forecasts are scored on as many draws of a unit, the same for every model:
/// fewer where more units are averaged over.
const DRAWS: std::ops::RangeInclusive<usize> = 100..=1000;
const DRAWS_OF_ALL: usize = 1_000_000;
const SEED: u64 = 0x7061_7269_6e64_6578;
/// Units judged at most; of more, every second, third and so on. Ranks are among all.
const JUDGED: usize = 1000;

/// The scores of a forecast, means over the judged units.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Judged {
    pub(crate) units: usize,
    pub(crate) rank_mae: f64,
    pub(crate) crps: f64,
    pub(crate) crps_score: Option<f64>,
    pub(crate) log_score: f64,
    pub(crate) brier: f64,
    pub(crate) coverage: f64,
    pub(crate) pit: [u32; 10],
}

/// The mean over units of the CRPS of ranks, or nothing where no rank is known.
pub(crate) fn rank_score(past: &Past<'_>, prediction: &Prediction) -> Option<f64> {
    let draws = (DRAWS_OF_ALL / past.units.len().max(1)).clamp(*DRAWS.start(), *DRAWS.end());
    judge(past, prediction, draws, SEED, 1).map(|judged| judged.crps)
}

/// How a prediction of the first year ahead compares with what the history
/// itself holds for that year.
pub(crate) fn judge(past: &Past<'_>, prediction: &Prediction, draws: usize, seed: u64, top: usize) -> Option<Judged> {
    let outcome = Outcome::new(past.history, past.years()[0], &past.units)?;
    let known: Vec<usize> = (0..outcome.came.len()).filter(|place| outcome.came[*place].0.is_some()).collect();
    let judged: Vec<usize> = known.iter().step_by(known.len().div_ceil(JUDGED).max(1)).copied().collect();
    let count = outcome.among.len();
    let scale = ScaleAhead::new(past).unwrap_or_else(|| ScaleAhead::standardised(past.ahead));
    let keys = past.units.iter().map(|unit| past.history.unit(*unit).key());
    let source = Source::from(Modelled::new(prediction.clone(), scale, keys, seed));
    let mut counts = vec![0_u32; judged.len() * count];
    let mut scores: Vec<Vec<f64>> = vec![Vec::new(); judged.len()];
    let (mut shot, mut order, mut ranks) = (Drawn::default(), Vec::new(), Vec::new());
    for draw in 0..draws {
        source.fill(draw, &mut shot);
        order.clear();
        order.extend(outcome.among.iter().enumerate().map(|(place, unit)| (shot.scores[unit * past.ahead], id(place))));
        rank(&mut order, &mut ranks);
        for (row, place) in judged.iter().enumerate() {
            counts[row * count + ranks[*place] as usize - 1] += 1;
            if outcome.came[*place].1.is_some() {
                scores[row].push(shot.scores[outcome.among[*place] * past.ahead]);
            }
        }
    }
    let random = Stream::new(seed, "transformed");
    let mut sum = Judged {
        units: judged.len(),
        rank_mae: 0.0,
        crps: 0.0,
        crps_score: None,
        log_score: 0.0,
        brier: 0.0,
        coverage: 0.0,
        pit: [0; 10],
    };
    let (mut point_sum, mut with_points) = (0.0, 0_usize);
    for (row, place) in judged.iter().enumerate() {
        let (Some(came), score) = outcome.came[*place] else { continue };
        let came = came as usize;
        let ranks = RankCounts(&counts[row * count..(row + 1) * count]);
        sum.rank_mae += real(ranks.quantile(0.5).abs_diff(came));
        sum.crps += ranks.crps(came);
        sum.log_score += ranks.log_score(came);
        let truth = if came <= top { 1.0 } else { 0.0 };
        sum.brier += (ranks.within(top) - truth).powi(2);
        sum.coverage += if (ranks.quantile(0.05)..=ranks.quantile(0.95)).contains(&came) { 1.0 } else { 0.0 };
        let transformed = ranks.transformed(came, random, outcome.among[*place]);
        let tenth = (1..10).filter(|tenth| transformed >= real(*tenth) / 10.0).count();
        sum.pit[tenth] += 1;
        if let Some(score) = score {
            point_sum += crps(&mut scores[row], score);
            with_points += 1;
        }
    }
    let units = real(judged.len());
    for mean in [&mut sum.rank_mae, &mut sum.crps, &mut sum.log_score, &mut sum.brier, &mut sum.coverage] {
        *mean /= units;
    }
    sum.crps_score = (with_points > 0).then(|| point_sum / real(with_points));
    Some(sum)
}
