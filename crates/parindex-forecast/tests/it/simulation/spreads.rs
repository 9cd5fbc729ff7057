//! Beliefs have the moments and chances that closed forms give them.

use parindex::Stated;
use parindex_forecast::{Belief, BeliefRow};
use statrs::distribution::{ContinuousCDF, Normal};

use super::frameworks::{one_leaf, rounded, simulate};

/// Five standard errors: passed by chance once in two million.
const FAR: f64 = 5.0;
const DRAWS: usize = 200_000;

fn draws() -> f64 {
    f64::from(u32::try_from(DRAWS).unwrap())
}

/// Mean and standard deviation of the index of one leaf without rounding, where a
/// percent is worth a percent.
fn moments(belief: Belief) -> (f64, f64) {
    let framework = rounded(
        "[criteria.\"1\"]\nname = \"leaf\"\nmax_points = \"1\"\nrule = { kind = \"proportional\" }\n",
        "{ places = 2, mode = \"half-up\", at = \"end\" }",
    );
    let row = simulate(&framework, &[BeliefRow::new("u", "1", belief)], DRAWS, 11).table(&[]).unwrap().remove(0);
    (row.mean, row.sd)
}

/// How often an index is at least `least`: how often the unit is first with a fixed rival there.
fn reaches(framework: &parindex::Framework, belief: Belief, rival: &str) -> f64 {
    let rows = [
        BeliefRow::new("u", "1", belief),
        BeliefRow::new("rival", "1", Belief::Fixed(Stated::Points(rival.parse().unwrap()))),
    ];
    simulate(framework, &rows, DRAWS, 5).rank_probabilities().unwrap()[1][0]
}

/// A share of draws is binomial about its chance.
fn is_share(share: f64, chance: f64) {
    let se = (chance * (1.0 - chance) / draws()).sqrt();
    assert!((share - chance).abs() <= FAR * se, "{share} for {chance} ± {se}");
}

/// Mean (a + b + c)/3, variance (a² + b² + c² − ab − ac − bc)/18.
#[test]
fn a_triangle_has_its_moments() {
    for (low, mode, high) in [(20.0, 50.0, 60.0), (0.0, 0.0, 100.0), (90.0, 100.0, 100.0)] {
        let (mean, sd) = moments(Belief::Triangular { low, mode, high });
        let variance: f64 = (low * low + mode * mode + high * high - low * mode - low * high - mode * high) / 18.0;
        let se = (variance / draws()).sqrt();
        assert!((mean - (low + mode + high) / 3.0).abs() < FAR * se, "mean {mean}");
        // The kurtosis of a triangle is 2.4, so the variance of a variance is 1.4 σ⁴ / n.
        let of_variance = variance * (1.4 / draws()).sqrt();
        assert!((sd * sd - variance).abs() < FAR * of_variance, "variance {} for {variance}", sd * sd);
    }
}

/// Of m more cases with a = good + ½, b = bad + ½: mean m a/(a+b), variance
/// m a b (a+b+m) / ((a+b)² (a+b+1)).
#[test]
fn a_beta_binomial_has_its_moments() {
    for (good, so_far, coming) in [(812_u32, 900_u32, 300_u32), (0, 0, 40), (3, 3, 5000)] {
        let (a, b) = (f64::from(good) + 0.5, f64::from(so_far - good) + 0.5);
        let (m, all) = (f64::from(coming), f64::from(so_far + coming));
        let variance = m * a * b * (a + b + m) / ((a + b).powi(2) * (a + b + 1.0)) * (100.0 / all).powi(2);
        let expected = 100.0 * (f64::from(good) + m * a / (a + b)) / all;
        let (mean, sd) = moments(Belief::BetaBinomial { good, so_far, coming });
        let se = (variance / draws()).sqrt();
        assert!((mean - expected).abs() < FAR * se, "mean {mean} for {expected}");
        assert!((sd / variance.sqrt() - 1.0).abs() < 0.03, "sd {sd} for {}", variance.sqrt());
    }
}

/// Two cases to come after none: ½ and ½ make the chances 3/8, 1/4 and 3/8.
#[test]
fn chances_of_a_beta_binomial_by_hand() {
    let framework = one_leaf("1", "{ kind = \"proportional\" }");
    let belief = Belief::BetaBinomial { good: 0, so_far: 0, coming: 2 };
    is_share(reaches(&framework, belief.clone(), "1"), 0.375);
    is_share(reaches(&framework, belief, "0.5"), 0.625);
}

#[test]
fn nothing_to_come_leaves_the_ratio_as_it_is() {
    let (mean, sd) = moments(Belief::BetaBinomial { good: 7, so_far: 8, coming: 0 });
    assert!((mean - 87.5).abs() < 1e-9 && sd.abs() < 1e-12, "{mean} ± {sd}");
    // Nothing at all is a ratio over nothing, which earns nothing here.
    let (mean, sd) = moments(Belief::BetaBinomial { good: 0, so_far: 0, coming: 0 });
    assert!(mean.abs() < 1e-9 && sd.abs() < 1e-12, "{mean} ± {sd}");
}

/// What is at or above the edge of a step is the tail of the normal.
#[test]
fn a_normal_passes_a_threshold_as_often_as_its_tail_says() {
    let bands = "{ kind = \"steps\", unit = \"percent\", steps = [{ from = \"90\", points = \"2\" }, { below = \"90\", points = \"1\" }] }";
    let framework = one_leaf("2", bands);
    let chance = 1.0 - Normal::new(88.0, 1.5).unwrap().cdf(90.0);
    is_share(reaches(&framework, Belief::Normal { mean: 88.0, se: 1.5 }, "2"), chance);
    // A mean at the end of the range leaves half of it there, and all at once.
    let framework = one_leaf("2", "{ kind = \"proportional\" }");
    is_share(reaches(&framework, Belief::Normal { mean: 100.0, se: 3.0 }, "2"), 0.5 + rounding_up(3.0));
}

/// The chance that a normal below 100 with this standard error is rounded up to 2.00 of 2 points.
fn rounding_up(se: f64) -> f64 {
    0.5 - Normal::new(0.0, se).unwrap().cdf(-0.25)
}

/// Whole numbers: 2.5 to 3.5 is 3.
#[test]
fn counts_stay_whole() {
    let rule = "{ kind = \"deduction\", each = \"0.5\" }";
    let framework = one_leaf("2", rule);
    let normal = Normal::new(3.0, 1.0).unwrap();
    // Three or fewer occurrences leave half a point.
    is_share(reaches(&framework, Belief::Normal { mean: 3.0, se: 1.0 }, "0.5"), normal.cdf(3.5));
}

#[test]
fn flags_and_choices_come_as_often_as_they_say() {
    let framework = one_leaf("2", "{ kind = \"yes-no\" }");
    is_share(reaches(&framework, Belief::Bernoulli { chance: 0.3 }, "2"), 0.3);
    let labels = "{ kind = \"steps\", unit = \"label\", steps = [{ label = \"kịp thời\", points = \"2\" }, { label = \"muộn\", points = \"0.5\" }] }";
    let framework = one_leaf("2", labels);
    let choice = vec![(Stated::text("muộn"), 0.25), (Stated::text("kịp thời"), 0.6), (Stated::Gap, 0.15)];
    is_share(reaches(&framework, Belief::Choice(choice.clone()), "2"), 0.6);
    is_share(reaches(&framework, Belief::Choice(choice), "0.5"), 0.85);
}

/// A ratio over nothing that shrinks the maximum, now and then: the rest decides.
#[test]
fn a_row_may_leave_in_some_draws() {
    let framework = super::frameworks::framework(
        "[absence]\nzero_denominator = \"shrink\"\n\
         [criteria.\"1\"]\nname = \"a\"\nmax_points = \"3\"\nrule = { kind = \"proportional\" }\n\
         [criteria.\"2\"]\nname = \"b\"\nmax_points = \"1\"\nrule = { kind = \"proportional\" }\n",
    );
    let counts = |numerator: u32, denominator: u32| Stated::Counts(numerator.into(), denominator.into());
    let rows = [
        BeliefRow::new("u", "1", Belief::Choice(vec![(counts(0, 0), 0.25), (counts(1, 3), 0.75)])),
        BeliefRow::new("u", "2", Belief::Fixed(counts(1, 1))),
    ];
    // 1 of 1 with a quarter, else (1 + 1) of 4.
    let row = simulate(&framework, &rows, DRAWS, 3).table(&[]).unwrap().remove(0);
    let (mean, variance) = (62.5, 50.0_f64.powi(2) * 0.25 * 0.75);
    assert!((row.mean - mean).abs() < FAR * (variance / draws()).sqrt(), "{row:?}");
    assert!((row.sd - variance.sqrt()).abs() < 0.1, "{row:?}");
}
