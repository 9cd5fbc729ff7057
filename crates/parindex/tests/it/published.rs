//! What published scores show of the rules; each figure of theirs stands in the golden file.

use parindex::{Exact, Framework};

use crate::fixtures::{evidence, number, table};

#[test]
fn a_procedure_without_citizens_data_leaves_the_maximum() {
    let evidence = evidence("dvc-766-phu-tho-2026/evidence-one-procedure.csv");
    let units = Framework::bundled("dvc-766/unit").unwrap().score(&evidence).unwrap();
    let line = units.card("H44.100").unwrap().line("4").unwrap();
    assert_eq!(line.max_points(), Some(&Exact::whole(20)));
}

#[test]
fn the_true_tie_goes_up() {
    let published = table("dvc-766-phu-tho-2026/published.csv");
    let tie = published.iter().find(|row| row["code"] == "2.1" && row["points"] == "19.13").unwrap();
    let evidence = table("dvc-766-phu-tho-2026/evidence.csv");
    let exact = evidence.iter().filter(|row| row["code"] == "2.1").find(|row| {
        let of = |column: &str| Exact::from(number(&row[column]));
        of("numerator").times(&Exact::whole(20)).over(&of("denominator")) == Some(Exact::decimal(19_125, 3))
    });
    let exact = exact.expect("some unit earns 19.125 before rounding");
    assert!(
        published.iter().any(|row| row["unit"] == exact["unit"] && row["code"] == "2.1" && row["points"] == "19.13")
    );
    assert_eq!(tie["points"], "19.13");
}

#[test]
fn the_province_is_the_sum_of_its_163_children() {
    let rows = table("dvc-766-phu-tho-2026/evidence.csv");
    let sum = |column: &str| {
        let children = rows.iter().filter(|row| row["code"] == "2.1" && row["unit"] != "H44");
        children.map(|row| row[column].parse::<u64>().unwrap()).sum::<u64>()
    };
    assert_eq!(rows.iter().filter(|row| row["code"] == "2.1").count(), 164);
    assert_eq!((sum("numerator"), sum("denominator")), (528_684, 597_918));
}
