//! Where linearisation would print a standard error of zero.

use parindex_survey::{
    Auxiliary, Conversion, Degrees, Design, Groups, Kind, Note, Options, Replicates, Survey, contrast,
};

use crate::fixtures::{Table, design, margins};

fn notes(survey: &Survey, table: &Table) -> Vec<Option<Note>> {
    let urban = table.groups("province").crossed(&table.groups("area"), ".");
    let estimates = survey.by(&urban).unwrap().mean(&table.satisfied("C3")).unwrap();
    estimates
        .iter()
        .filter(|estimate| estimate.group.ends_with("urban"))
        .map(|estimate| {
            assert!(estimate.estimate.is_some() && estimate.psus == 1 && estimate.n > 0, "{estimate:?}");
            assert_eq!((estimate.se, estimate.interval), (None, None), "{estimate:?}");
            estimate.note
        })
        .collect()
}

#[test]
fn one_psu_is_never_estimable() {
    let table = Table::read("sipas.csv");
    let [gender, age] = margins(&table);
    let expected = vec![Some(Note::OnePsu); 4];
    for name in ["synth", "synth_fpc", "synth_2st", "synth_4st"] {
        let survey = design(&table, name);
        assert_eq!(notes(&survey, &table), expected, "{name}");
        assert_eq!(notes(&survey.post_stratify(&gender).unwrap(), &table), expected, "{name}");
        assert_eq!(notes(&survey.rake(&[gender.clone(), age.clone()], 1e-10).unwrap(), &table), expected, "{name}");
        for conversion in [Conversion::Jkn, Conversion::Bootstrap { replicates: 60, seed: 3 }] {
            let converted = survey.replicate(conversion).unwrap();
            assert_eq!(notes(&converted, &table), expected, "{name} {conversion:?}");
            assert_eq!(notes(&converted.post_stratify(&gender).unwrap(), &table), expected, "{name} {conversion:?}");
        }
    }
    // The same from replicate weights that a user reads from a file.
    let weights = table.numbers("w");
    let districts = table.groups("district");
    let columns: Vec<Vec<f64>> = (0..13)
        .map(|out| {
            let of_row = |row: usize| if districts.of_row(row) == Some(out) { 0.0 } else { weights[row] * 13.0 / 12.0 };
            (0..table.rows()).map(of_row).collect()
        })
        .collect();
    let columns = columns.iter().map(Vec::as_slice).collect();
    let given = Survey::from_replicates(&Replicates::new(&weights, columns, Kind::Jk1)).unwrap();
    assert_eq!(notes(&given, &table), expected);
}

#[test]
fn answers_without_variation_are_not_certain() {
    let table = Table::read("sipas.csv");
    let all = vec![1.0; table.rows()];
    for survey in [design(&table, "synth"), design(&table, "synth").replicate(Conversion::Jkn).unwrap()] {
        let mean = survey.mean(&all).unwrap();
        assert_eq!((mean.estimate, mean.se, mean.note), (Some(1.0), None, Some(Note::NoVariation)));
    }
}

#[test]
fn what_calibration_fixes_is_certain() {
    let table = Table::read("sipas.csv");
    let [gender, _] = margins(&table);
    let women: Vec<f64> = table.text("gender").map(|text| f64::from(u8::from(text == "F"))).collect();
    for survey in [design(&table, "synth"), design(&table, "synth").replicate(Conversion::Jkn).unwrap()] {
        let calibrated = survey.post_stratify(&gender).unwrap();
        let total = calibrated.total(&women).unwrap();
        assert!((total.estimate.unwrap() - 383_299.68).abs() < 1e-6 && total.se.unwrap() < 1e-6, "{total:?}");
        let share = calibrated.mean(&women).unwrap();
        assert!(share.se.unwrap() < 1e-12, "{share:?}");
    }
}

#[test]
fn a_census_has_no_error() {
    let strata = Groups::from_labels(["a", "a", "b", "b"].map(Some));
    let sizes = [2.0; 4];
    let survey = Survey::new(Design::new(4).strata(&strata).population(&sizes)).unwrap();
    let mean = survey.mean(&[1.0, 2.0, 3.0, 5.0]).unwrap();
    assert_eq!((mean.se, mean.note), (Some(0.0), None));
}

#[test]
fn a_unit_of_three_districts_has_two_degrees() {
    let table = Table::read("sipas.csv");
    let survey = design(&table, "synth").with_options(Options { degrees: Degrees::Own, ..Options::default() }).unwrap();
    let units = survey.by(&table.groups("province")).unwrap().mean(&table.satisfied("A1")).unwrap();
    let df: Vec<f64> = units.iter().map(|unit| unit.df).collect();
    assert_eq!(df, [2.0, 2.0, 3.0, 2.0]);
    let (low, high) = units[0].interval.unwrap();
    let half = 4.302_652_729_749_464 * units[0].se.unwrap();
    assert!(((high - low) / 2.0 - half).abs() < 1e-12);
}

#[test]
fn a_row_that_bounds_leave_no_weight_spoils_no_error() {
    let ones = [1.0; 6];
    let ages = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let total = |name, values, total| Auxiliary { name, values, total };
    let totals = [total("people", &ones[..], 6.0), total("age", &ages[..], 28.5)];
    let survey = Survey::new(Design::new(6)).unwrap();
    let bounded = survey.calibrate(&totals, Some((0.0, 3.0))).unwrap();
    assert!(bounded.weights()[0].abs() < 1e-12 && bounded.weights()[5] > 1.0, "{:?}", bounded.weights());
    let mean = bounded.mean(&[2.0, 1.0, 5.0, 3.0, 8.0, 1.0]).unwrap();
    assert!(mean.se.is_some_and(f64::is_finite), "{mean:?}");
    // Replicates multiply the weight, and 0 cannot be multiplied.
    let replicates = survey.replicate(Conversion::Jk1).unwrap();
    assert_eq!(replicates.calibrate(&totals, Some((0.0, 3.0))).unwrap_err().code(), "bad-weight");
}

#[test]
fn degrees_of_a_contrast_do_not_hang_on_the_centre() {
    // Totals of a jackknife have their estimate as the mean of the replicates: both centres are one.
    let weights = [2.0, 3.0, 2.0, 4.0, 1.0, 5.0];
    let columns: Vec<Vec<f64>> =
        (0..6).map(|out| (0..6).map(|row| if row == out { 0.0 } else { weights[row] * 1.2 }).collect()).collect();
    let halves = Groups::from_labels(["a", "b", "a", "b", "a", "b"].map(Some));
    let df = |mse: bool| {
        let columns = columns.iter().map(Vec::as_slice).collect();
        let survey = Survey::from_replicates(&Replicates::new(&weights, columns, Kind::Jk1).mse(mse)).unwrap();
        let parts =
            survey.with_degrees(Degrees::Own).by(&halves).unwrap().total(&[1.0, 7.0, 2.0, 3.0, 9.0, 4.0]).unwrap();
        contrast(&[(1.0, &parts[0]), (-1.0, &parts[1])]).unwrap().df
    };
    assert!((df(true) - df(false)).abs() < 1e-9, "{} {}", df(true), df(false));
}

#[test]
fn units_that_groups_share_are_counted_once() {
    // Six districts, each with women and men: a difference rests on six units, not on twelve.
    let districts = Groups::from_labels((0..24).map(|row| Some((row / 4).to_string())));
    let gender = Groups::from_labels((0..24).map(|row| Some(if row % 2 == 0 { "F" } else { "M" })));
    let answers: Vec<f64> = (0..24).map(|row| f64::from(row * row % 7)).collect();
    let survey = Survey::new(Design::new(24).cluster(&districts)).unwrap();
    for survey in [survey.clone(), survey.replicate(Conversion::Jk1).unwrap()] {
        let means = survey.by(&gender).unwrap().mean(&answers).unwrap();
        let gap = contrast(&[(1.0, &means[0]), (-1.0, &means[1])]).unwrap();
        assert_eq!((means[0].psus, gap.psus, gap.n), (6, 6, 24));
        // A survey drawn apart adds its own.
        let other = Survey::new(Design::new(24).cluster(&districts)).unwrap().mean(&answers).unwrap();
        assert_eq!(contrast(&[(1.0, &means[0]), (-1.0, &other)]).unwrap().psus, 12);
    }
}

#[test]
fn what_calibration_fixes_stays_certain_in_a_combination() {
    let table = Table::read("sipas.csv");
    let [gender, _] = margins(&table);
    let women: Vec<f64> = table.text("gender").map(|text| f64::from(u8::from(text == "F"))).collect();
    let men: Vec<f64> = women.iter().map(|woman| 1.0 - woman).collect();
    for survey in [design(&table, "synth"), design(&table, "synth").replicate(Conversion::Jkn).unwrap()] {
        let calibrated = survey.post_stratify(&gender).unwrap();
        let gap = contrast(&[(1.0, &calibrated.mean(&women).unwrap()), (-1.0, &calibrated.mean(&men).unwrap())]);
        let gap = gap.unwrap();
        assert!(gap.se.is_some_and(|se| se < 1e-12) && gap.note.is_none(), "{gap:?}");
        // Their sum is 1 in any sample, calibrated or not.
        let sum = contrast(&[(1.0, &calibrated.mean(&women).unwrap()), (1.0, &calibrated.mean(&men).unwrap())]);
        assert_eq!(sum.unwrap().note, Some(Note::NoVariation));
    }
}
