//! Every fault is found, with its row.

use parindex_survey::{
    Auxiliary, Conversion, Design, Error, Groups, Kind, Lonely, Margin, Options, RankOptions, Replicates, Survey,
    rank_sets, rank_sets_with_covariance,
};

fn groups(labels: &[&str]) -> Groups {
    Groups::from_labels(labels.iter().map(|label| (!label.is_empty()).then_some(*label)))
}

fn told(error: &Error) -> Vec<String> {
    error.faults().map(ToString::to_string).collect()
}

#[test]
fn a_design_tells_all_its_faults() {
    let strata = groups(&["a", "a", "b", "", "b"]);
    let clusters = groups(&["1", "2", "1", "3", "4"]);
    let weights = [1.0, f64::NAN, 0.0, -2.0, f64::INFINITY];
    let sizes = [2.0, 2.0, 0.5, 9.0, f64::NAN];
    let design = Design::new(5).strata(&strata).cluster(&clusters).weights(&weights).population(&sizes).nest(false);
    insta::assert_snapshot!(told(&Survey::new(design).unwrap_err()).join("\n"), @r"
    line 2: bad weight: it is missing [bad-weight]
    line 3: bad weight: it is 0 and must be above zero and finite [bad-weight]
    line 3: `0.5` is out of range: allowed is a population size of stage 1 from 1 on [out-of-range]
    line 4: bad weight: it is -2 and must be above zero and finite [bad-weight]
    line 4: the stratum is missing in this row [incomplete-row]
    line 5: bad weight: it is inf and must be above zero and finite [bad-weight]
    line 5: `NaN` is out of range: allowed is a population size of stage 1 from 1 on [out-of-range]
    line 3: cluster `1` lies in stratum `a` and here in `b` [psu-in-two-strata]
    ");
}

#[test]
fn populations_and_lonely_strata_are_named() {
    let strata = groups(&["a", "a", "b", "b", "c"]);
    let clusters = groups(&["1", "2", "1", "2", "1"]);
    let sizes = [1.0, 1.0, 8.0, 9.0, 4.0];
    let design = || Design::new(5).strata(&strata).cluster(&clusters).population(&sizes);
    insta::assert_snapshot!(told(&Survey::new(design()).unwrap_err()).join("\n"), @r"
    line 4: stratum `b` has population size 8 in an earlier row and 9 here [population-varies]
    line 1: the population of stratum `a` is 1, smaller than the sample of 2 [population-below-sample]
    line 5: stratum `c` has a single unit at stage 1: name a rule (remove, certainty, adjust or average) or merge it [single-psu]
    ");
    let second = groups(&["x", "y", "x", "y", "x"]);
    let two = Design::new(5).strata(&strata).cluster(&clusters).cluster(&second);
    let three_sizes = two.population(&sizes).population(&sizes).population(&sizes);
    assert_eq!(Survey::new(three_sizes).unwrap_err().code(), "stages-disagree");
    let short = Design::new(4).strata(&strata);
    assert_eq!(Survey::new(short).unwrap_err().code(), "wrong-length");
    assert_eq!(Survey::new(Design::new(0)).unwrap_err().code(), "no-respondents");
    let allowed = Design::new(5).strata(&strata).cluster(&clusters).lonely(Lonely::Remove);
    assert!(Survey::new(allowed).is_ok());
}

#[test]
fn margins_tell_all_their_faults() {
    let survey = Survey::new(Design::new(4)).unwrap();
    let gender = Margin::new("gender", groups(&["F", "M", "", "X"]), [("F", 10.0), ("M", 0.0), ("D", 3.0)]);
    insta::assert_snapshot!(told(&survey.post_stratify(&gender).unwrap_err()).join("\n"), @r"
    line 3: the class of `gender` is missing in this row [incomplete-row]
    margins disagree: class `X` of `gender` is in the sample and has no count [margins-disagree]
    margins disagree: class `D` of `gender` counts 3 and has nobody in the sample [margins-disagree]
    margins disagree: class `M` of `gender` counts 0, which must be above zero [margins-disagree]
    ");
    let one = Margin::new("gender", groups(&["F", "M", "F", "M"]), [("F", 60.0), ("M", 40.0)]);
    let two = Margin::new("age", groups(&["y", "o", "y", "o"]), [("y", 50.0), ("o", 40.0)]);
    insta::assert_snapshot!(survey.rake(&[one.clone(), two], 1e-10).unwrap_err(), @"margins disagree: `gender` counts 100 in all and `age` counts 90 [margins-disagree]");
    // Every woman is young and every man old: the margins cannot both be met.
    let never = Margin::new("age", groups(&["y", "o", "y", "o"]), [("y", 50.0), ("o", 50.0)]);
    insta::assert_snapshot!(survey.rake(&[one.clone(), never], 1e-10).unwrap_err(), @"raking did not converge in 1000 rounds: margin `M` of `gender` is still off by 10 [raking-did-not-converge]");
    let ones = [1.0; 4];
    let twice = [2.0; 4];
    let totals = [
        Auxiliary { name: "people", values: &ones, total: 100.0 },
        Auxiliary { name: "hands", values: &twice, total: 150.0 },
    ];
    assert_eq!(survey.calibrate(&totals, None).unwrap_err().code(), "margins-disagree");
    let tight = survey.calibrate(&totals[..1], Some((0.5, 2.0))).unwrap_err();
    assert_eq!(tight.code(), "raking-did-not-converge");
    assert_eq!(survey.calibrate(&totals[..1], Some((2.0, 3.0))).unwrap_err().code(), "out-of-range");
    assert_eq!(survey.rake(&[], 1e-10).unwrap_err().code(), "wrong-design");
}

#[test]
fn replicates_that_do_not_fit_are_refused() {
    let strata = groups(&["a", "a", "a", "b", "b", "b"]);
    let survey = Survey::new(Design::new(6).strata(&strata)).unwrap();
    let code = |conversion| survey.replicate(conversion).unwrap_err().code();
    assert_eq!(code(Conversion::Jk1), "wrong-design");
    let odd = survey.replicate(Conversion::Brr { fay: 0.0 }).unwrap_err();
    insta::assert_snapshot!(told(&odd).join("\n"), @r"
    BRR needs an even number of units in each stratum: stratum `a` has 3 [wrong-design]
    BRR needs an even number of units in each stratum: stratum `b` has 3 [wrong-design]
    ");
    assert_eq!(code(Conversion::Brr { fay: 1.0 }), "out-of-range");
    assert_eq!(code(Conversion::Bootstrap { replicates: 1, seed: 0 }), "out-of-range");
    // A unit in each stratum, or everything drawn: nothing can be left out, and 0 would be no answer.
    let alone = groups(&["a", "b", "c", "d", "e", "f"]);
    let lonely = Survey::new(Design::new(6).strata(&alone).lonely(Lonely::Remove)).unwrap();
    assert_eq!(lonely.replicate(Conversion::Jkn).unwrap_err().code(), "wrong-design");
    let drawn = Survey::new(Design::new(6).strata(&strata).population(&[3.0; 6])).unwrap();
    assert_eq!(drawn.replicate(Conversion::Jkn).unwrap_err().code(), "wrong-design");
    let made = survey.replicate(Conversion::Jkn).unwrap();
    assert_eq!(made.replicate(Conversion::Jkn).unwrap_err().code(), "wrong-design");
    let (weights, bad) = ([1.0, 2.0], [0.0, -1.0]);
    let given = |kind| Replicates::new(&weights, vec![&bad[..], &weights[..]], kind);
    assert_eq!(Survey::from_replicates(&given(Kind::Bootstrap)).unwrap_err().code(), "bad-weight");
    assert_eq!(Survey::from_replicates(&given(Kind::Jkn)).unwrap_err().code(), "wrong-design");
    assert_eq!(Survey::from_replicates(&given(Kind::Other)).unwrap_err().code(), "wrong-design");
}

#[test]
fn questions_that_cannot_be_answered_say_so() {
    let survey = Survey::new(Design::new(3)).unwrap();
    assert_eq!(survey.mean(&[f64::NAN; 3]).unwrap_err().code(), "no-respondents");
    assert_eq!(survey.mean(&[1.0, f64::INFINITY, 0.0]).unwrap_err().code(), "out-of-range");
    assert_eq!(survey.mean(&[1.0]).unwrap_err().code(), "wrong-length");
    assert_eq!(survey.proportion(&[0.0, 0.5, 1.0], parindex_survey::Method::Beta).unwrap_err().code(), "out-of-range");
    assert_eq!(
        survey.with_options(Options { coverage: 1.0, ..Options::default() }).unwrap_err().code(),
        "out-of-range"
    );
    let empty = survey.ratio(&[1.0, 2.0, 3.0], &[0.0; 3]).unwrap();
    assert_eq!((empty.estimate, empty.note.unwrap().code()), (None, "zero-denominator"));
}

#[test]
fn what_would_not_fit_into_memory_is_refused_before_it_is_made() {
    let survey = Survey::new(Design::new(36_525)).unwrap();
    let code = |conversion| survey.replicate(conversion).unwrap_err().code();
    assert_eq!(code(Conversion::Jk1), "too-large");
    assert_eq!(code(Conversion::Bootstrap { replicates: 10_usize.pow(15), seed: 0 }), "too-large");
    assert_eq!(code(Conversion::Bootstrap { replicates: usize::MAX, seed: 0 }), "too-large");
    let pairs = Groups::from_labels((0..36_524).map(|row| Some((row / 2).to_string())));
    let halves = Survey::new(Design::new(36_524).strata(&pairs)).unwrap();
    assert_eq!(halves.replicate(Conversion::Brr { fay: 0.0 }).unwrap_err().code(), "too-large");
    // Few units convert, and many rows then make a calibration too large.
    let district = Groups::from_labels((0..40_000).map(|row| Some((row % 4).to_string())));
    let few = Survey::new(Design::new(40_000).cluster(&district)).unwrap();
    let many = few.replicate(Conversion::Bootstrap { replicates: 2000, seed: 0 }).unwrap();
    let margin = Margin::new("all", Groups::whole(40_000), [("", 1e6)]);
    assert_eq!(many.post_stratify(&margin).unwrap_err().code(), "too-large");
    for simultaneous in [true, false] {
        let options = RankOptions { simultaneous, draws: 10_usize.pow(18), ..RankOptions::default() };
        assert_eq!(rank_sets(&[1.0, 2.0], &[1.0, 1.0], &options).unwrap_err().code(), "too-large");
        let error = rank_sets_with_covariance(&[1.0, 2.0], &[1.0, 0.0, 0.0, 1.0], &options).unwrap_err();
        assert_eq!(error.code(), "too-large");
        // As many as are allowed are made.
        let most = RankOptions { simultaneous, draws: RankOptions::MAX_DRAWS, ..RankOptions::default() };
        assert!(rank_sets(&[1.0, 2.0], &[1.0, 1.0], &most).is_ok());
    }
}
