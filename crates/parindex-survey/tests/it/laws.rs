//! Laws that hold for any survey.

use parindex_survey::{
    Auxiliary, Conversion, Deff, Design, Estimate, Groups, Lonely, Margin, Method, Note, Options, Survey, changes,
    contrast, covariance,
};
use proptest::prelude::*;

/// A stratified cluster sample: stratum, cluster, weight, answer, class.
type Row = (u8, u8, f64, Option<f64>, u8);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let answer = prop::option::weighted(0.9, -5.0..5.0_f64);
    let row = (0..3_u8, 0..4_u8, 0.5..20.0_f64, answer, 0..2_u8);
    prop::collection::vec(row, 1..60).prop_map(|mut rows| {
        // Two clusters at least in each stratum, both classes in each.
        for stratum in 0..3 {
            for cluster in 0..2 {
                for class in 0..2 {
                    rows.push((
                        stratum,
                        cluster,
                        1.5 + f64::from(cluster),
                        Some(f64::from(stratum * 2 + cluster + class)),
                        class,
                    ));
                }
            }
        }
        rows
    })
}

struct Columns {
    strata: Groups,
    clusters: Groups,
    classes: Groups,
    weights: Vec<f64>,
    answers: Vec<f64>,
}

impl Columns {
    fn new(rows: &[Row]) -> Self {
        let label = |number: &u8| Some(number.to_string());
        Self {
            strata: Groups::from_labels(rows.iter().map(|(stratum, ..)| label(stratum))),
            clusters: Groups::from_labels(rows.iter().map(|(_, cluster, ..)| label(cluster))),
            classes: Groups::from_labels(rows.iter().map(|(.., class)| label(class))),
            weights: rows.iter().map(|(_, _, weight, ..)| *weight).collect(),
            answers: rows.iter().map(|(_, _, _, answer, _)| answer.unwrap_or(f64::NAN)).collect(),
        }
    }

    fn survey(&self) -> Survey {
        self.with_weights(&self.weights)
    }

    fn with_weights(&self, weights: &[f64]) -> Survey {
        let design = Design::new(weights.len()).strata(&self.strata).cluster(&self.clusters).weights(weights);
        let options = Options { deff: Some(Deff::Replace), ..Options::default() };
        Survey::new(design).unwrap().with_options(options).unwrap()
    }

    fn margin(&self) -> Margin {
        Margin::new("class", self.classes.clone(), [("0", 700.0), ("1", 300.0)])
    }
}

fn near(one: Option<f64>, two: Option<f64>, tolerance: f64) -> bool {
    match (one, two) {
        (Some(one), Some(two)) => (one - two).abs() <= tolerance * (1.0 + one.abs().max(two.abs())),
        (one, two) => one.is_none() && two.is_none(),
    }
}

fn same(one: &Estimate, two: &Estimate) -> bool {
    let ends = |estimate: &Estimate| estimate.interval.unzip();
    near(one.estimate, two.estimate, 1e-9)
        && near(one.se, two.se, 1e-9)
        && near(ends(one).0, ends(two).0, 1e-8)
        && near(ends(one).1, ends(two).1, 1e-8)
        && near(one.deff, two.deff, 1e-7)
        && (one.n, one.psus, one.note) == (two.n, two.psus, two.note)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn scaling_weights_leaves_means(rows in rows(), factor in 0.01..100.0_f64) {
        let columns = Columns::new(&rows);
        let scaled: Vec<f64> = columns.weights.iter().map(|weight| weight * factor).collect();
        let (one, two) = (columns.survey(), columns.with_weights(&scaled));
        prop_assert!(same(&one.mean(&columns.answers).unwrap(), &two.mean(&columns.answers).unwrap()));
        let (one, two) = (one.total(&columns.answers).unwrap(), two.total(&columns.answers).unwrap());
        prop_assert!(near(one.se.map(|se| se * factor), two.se, 1e-9));
    }

    #[test]
    fn order_of_rows_never_matters(rows in rows(), by in 0..60_usize) {
        let mut turned = rows.clone();
        turned.rotate_left(by % rows.len());
        turned.reverse();
        let (one, two) = (Columns::new(&rows), Columns::new(&turned));
        prop_assert!(same(&one.survey().mean(&one.answers).unwrap(), &two.survey().mean(&two.answers).unwrap()));
        let by = |columns: &Columns| columns.survey().by(&columns.classes).unwrap().mean(&columns.answers).unwrap();
        for (one, two) in by(&one).iter().zip(by(&two)) {
            prop_assert!(same(one, &two), "{:?} {:?}", one, two);
        }
        let calibrated = |columns: &Columns| {
            columns.survey().post_stratify(&columns.margin()).unwrap().mean(&columns.answers).unwrap()
        };
        prop_assert!(same(&calibrated(&one), &calibrated(&two)));
    }

    #[test]
    fn a_mean_is_a_ratio_to_ones(rows in rows()) {
        let columns = Columns::new(&rows);
        let ones = vec![1.0; rows.len()];
        let survey = columns.survey();
        prop_assert!(same(&survey.mean(&columns.answers).unwrap(), &survey.ratio(&columns.answers, &ones).unwrap()));
    }

    #[test]
    fn jackknife_is_linearisation_for_totals(rows in rows()) {
        let columns = Columns::new(&rows);
        let survey = columns.survey();
        let linear = survey.total(&columns.answers).unwrap();
        let jackknife = survey.replicate(Conversion::Jkn).unwrap().total(&columns.answers).unwrap();
        prop_assert!(near(linear.se, jackknife.se, 1e-9) && near(linear.estimate, jackknife.estimate, 1e-9));
        prop_assert!((linear.df - jackknife.df).abs() < 1e-12, "{} {}", linear.df, jackknife.df);
    }

    #[test]
    fn half_samples_are_linearisation_for_totals(values in prop::collection::vec((-5.0..5.0_f64, 0.5..9.0_f64), 12..13), fay in 0.0..0.9_f64) {
        let strata = Groups::from_labels((0..12).map(|row| Some((row / 2).to_string())));
        let (answers, weights): (Vec<f64>, Vec<f64>) = values.into_iter().unzip();
        let survey = Survey::new(Design::new(12).strata(&strata).weights(&weights)).unwrap();
        let linear = survey.total(&answers).unwrap();
        let halves = survey.replicate(Conversion::Brr { fay }).unwrap().total(&answers).unwrap();
        prop_assert!(near(linear.se, halves.se, 1e-9), "{:?} {:?}", linear.se, halves.se);
    }

    #[test]
    fn three_calibrations_to_one_margin_agree(rows in rows()) {
        let columns = Columns::new(&rows);
        let survey = columns.survey();
        let class = |wanted: u8| -> Vec<f64> { rows.iter().map(|row| f64::from(u8::from(row.4 == wanted))).collect() };
        let (zero, one) = (class(0), class(1));
        let totals = [
            Auxiliary { name: "0", values: &zero, total: 700.0 },
            Auxiliary { name: "1", values: &one, total: 300.0 },
        ];
        let post = survey.post_stratify(&columns.margin()).unwrap();
        let greg = survey.calibrate(&totals, None).unwrap();
        prop_assert!(same(&post.mean(&columns.answers).unwrap(), &greg.mean(&columns.answers).unwrap()));
        let bounded = survey.calibrate(&totals, Some((1e-6, 1e6))).unwrap();
        prop_assert!(near(bounded.mean(&columns.answers).unwrap().se, greg.mean(&columns.answers).unwrap().se, 1e-8));
        let raked = survey.rake(&[columns.margin()], 1e-12).unwrap();
        prop_assert!(near(raked.mean(&columns.answers).unwrap().estimate, post.mean(&columns.answers).unwrap().estimate, 1e-9));
        // Calibrating twice to the same changes nothing, error included.
        let twice = post.post_stratify(&columns.margin()).unwrap();
        prop_assert!(same(&twice.mean(&columns.answers).unwrap(), &post.mean(&columns.answers).unwrap()));
        let raked_then = raked.post_stratify(&columns.margin()).unwrap().mean(&columns.answers).unwrap();
        prop_assert!(near(raked_then.estimate, post.mean(&columns.answers).unwrap().estimate, 1e-9));
    }

    #[test]
    fn totals_of_groups_add_up(rows in rows()) {
        let columns = Columns::new(&rows);
        let survey = columns.survey();
        let parts = survey.by(&columns.classes).unwrap().total(&columns.answers).unwrap();
        let sum = contrast(&[(1.0, &parts[0]), (1.0, &parts[1])]).unwrap();
        let whole = survey.total(&columns.answers).unwrap();
        prop_assert!(near(sum.estimate, whole.estimate, 1e-9) && near(sum.se, whole.se, 1e-9));
    }

    #[test]
    fn a_covariance_is_that_of_sums_and_differences(rows in rows(), kind in 0..7_usize) {
        let columns = Columns::new(&rows);
        let survey = columns.survey();
        let sizes = vec![9.0; rows.len()];
        let lonely = Design::new(rows.len()).strata(&columns.classes).cluster(&columns.strata).weights(&columns.weights);
        let staged = Design::new(rows.len()).strata(&columns.classes).cluster(&columns.strata).population(&sizes);
        let survey = match kind {
            0 => survey,
            1 => survey.post_stratify(&columns.margin()).unwrap(),
            2 => survey.replicate(Conversion::Jkn).unwrap(),
            3 => survey.replicate(Conversion::Jkn).unwrap().post_stratify(&columns.margin()).unwrap(),
            4 => Survey::new(lonely.lonely(Lonely::Average).lonely_in_domains(true)).unwrap(),
            5 => Survey::new(staged.cluster(&columns.clusters).population(&vec![60.0; rows.len()]).lonely(Lonely::Remove)).unwrap(),
            _ => survey.rake(&[columns.margin()], 1e-12).unwrap().post_stratify(&columns.margin()).unwrap(),
        };
        // Groups that share clusters, strata and classes.
        let groups = Groups::from_labels((0..rows.len()).map(|row| Some((row % 3).to_string())));
        let means = survey.by(&groups).unwrap().mean(&columns.answers).unwrap();
        prop_assume!(means.iter().all(Estimate::is_estimable));
        let all: Vec<&Estimate> = means.iter().collect();
        let matrix = covariance(&all).unwrap();
        let of = |sign: f64, one: usize, two: usize| {
            let both = contrast(&[(1.0, all[one]), (sign, all[two])]).unwrap();
            both.variance().unwrap_or(0.0)
        };
        for (one, two) in [(0, 1), (0, 2), (1, 2)] {
            let size = means[one].se.unwrap() * means[two].se.unwrap();
            let known = (of(1.0, one, two) - of(-1.0, one, two)) / 4.0;
            prop_assert!((matrix[one * 3 + two] - known).abs() <= 1e-9 * (size + 1e-3), "{kind}: {} for {known}", matrix[one * 3 + two]);
            prop_assert_eq!(matrix[one * 3 + two].to_bits(), matrix[two * 3 + one].to_bits());
        }
        for (place, mean) in means.iter().enumerate() {
            prop_assert!(near(Some(matrix[place * 4]), mean.variance(), 1e-12));
        }
    }

    #[test]
    fn intervals_hold_the_estimate(rows in rows(), method in 0..5_usize) {
        let columns = Columns::new(&rows);
        let shares: Vec<f64> = columns.answers.iter().map(|value| if value.is_nan() { *value } else { f64::from(u8::from(*value > 0.0)) }).collect();
        let (name, method) = Method::NAMES[method];
        let estimate = columns.survey().proportion(&shares, method).unwrap();
        if let (Some(value), Some((low, high))) = (estimate.estimate, estimate.interval) {
            prop_assert!(low <= value && value <= high, "{name}: {low} {value} {high}");
            prop_assert!(name == "wald" || (low >= 0.0 && high <= 1.0), "{name}: {low} {high}");
        }
    }
}

#[test]
fn the_bootstrap_is_near_linearisation() {
    let strata = Groups::from_labels((0..60).map(|row| Some((row / 10).to_string())));
    let answers: Vec<f64> = (0..60).map(|row| (f64::from(row) * 1.7).sin()).collect();
    let sizes = [20.0; 60];
    for design in [Design::new(60).strata(&strata), Design::new(60).strata(&strata).population(&sizes)] {
        let survey = Survey::new(design).unwrap();
        let linear = survey.mean(&answers).unwrap().se.unwrap();
        let made = survey.replicate(Conversion::Bootstrap { replicates: 4000, seed: 11 }).unwrap();
        let again = survey.replicate(Conversion::Bootstrap { replicates: 4000, seed: 11 }).unwrap();
        let bootstrap = made.mean(&answers).unwrap().se.unwrap();
        assert!((bootstrap / linear - 1.0).abs() < 0.05, "{bootstrap} for {linear}");
        assert_eq!(again.mean(&answers).unwrap().se, Some(bootstrap));
    }
}

#[test]
fn two_years_are_independent() {
    let answers: Vec<f64> = (0..40).map(|row| (f64::from(row) * 1.3).cos()).collect();
    let one = Survey::new(Design::new(40)).unwrap();
    let two = Survey::new(Design::new(40)).unwrap();
    let (before, after) = (one.mean(&answers).unwrap(), two.mean(&answers).unwrap());
    let change = contrast(&[(1.0, &after), (-1.0, &before)]).unwrap();
    assert!(near(change.se, before.se.map(|se| se * 2.0_f64.sqrt()), 1e-12));
    assert!((change.df - 78.0).abs() < 1e-9, "{}", change.df);
    // An estimate less itself is 0 whatever the sample: that it does not vary tells nothing.
    let none = contrast(&[(1.0, &before), (-1.0, &before)]).unwrap();
    assert_eq!((none.estimate, none.se, none.note), (Some(0.0), None, Some(Note::NoVariation)));
    assert_eq!(contrast(&[(0.0, &before), (0.0, &after)]).unwrap_err().code(), "wrong-design");
    let same = changes(std::slice::from_ref(&before), std::slice::from_ref(&before), &Options::default());
    assert_eq!(same.unwrap_err().code(), "wrong-design");
    let reworked = one.replicate(Conversion::Jk1).unwrap().mean(&answers).unwrap();
    assert_eq!(contrast(&[(1.0, &before), (-1.0, &reworked)]).unwrap_err().code(), "mixed-surveys");
}
