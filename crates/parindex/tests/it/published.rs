//! Published scores, to the digit.

use std::collections::BTreeMap;

use parindex::{Assessment, Evidence, EvidenceRow, Exact, Framework};

use crate::fixtures::{evidence, number, table};

/// The two totals that the portal prints 0.01 below exact half-up: it rounds a
/// percentage first and works in binary.
const PORTAL_SLIPS: [(&str, &str, &str); 2] = [("H44.125", "year", "6"), ("H44.158", "year", "6")];

fn phu_tho(file: &str) -> (Assessment, Assessment) {
    let evidence = evidence(&format!("dvc-766-phu-tho-2026/{file}"));
    let score = |id: &str| Framework::bundled(id).unwrap().score(&evidence).unwrap();
    (score("dvc-766/province"), score("dvc-766/unit"))
}

#[test]
fn decision_766_reproduces_660_of_662_published_figures() {
    let year = phu_tho("evidence.csv");
    let one_procedure = phu_tho("evidence-one-procedure.csv");
    let published = table("dvc-766-phu-tho-2026/published.csv");
    assert_eq!(published.len(), 662);
    let mut slips = Vec::new();
    for row in &published {
        let (unit, period, code) = (row["unit"].as_str(), row["period"].as_str(), row["code"].as_str());
        let (province, units) = if period == "year" { &year } else { &one_procedure };
        let assessment = if unit == "H44" { province } else { units };
        let points = assessment.card(unit).unwrap().line(code).unwrap().points();
        let printed = Exact::from(number(&row["points"]));
        if points != printed {
            assert_eq!(points.minus(&printed), Exact::decimal(1, 2), "{unit} {period} {code}");
            slips.push((unit, period, code));
        }
    }
    assert_eq!(slips, PORTAL_SLIPS);
}

#[test]
fn a_procedure_without_citizens_data_leaves_the_maximum() {
    let (_, units) = phu_tho("evidence-one-procedure.csv");
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

/// Component sets whose printed total is 0.01 away from their sum.
const ROUNDED_AT_THE_MINISTRY: [(&str, &str); 4] = [("2020", "22"), ("2020", "25"), ("2020", "87"), ("2022", "58")];

fn par_index(year: &str) -> Assessment {
    let id = if year == "2022" { "par-index/province-2022" } else { "par-index/components" };
    let rows = table("par-index-published/components.csv");
    let rows = rows.iter().filter(|row| row["year"] == year);
    let rows = rows.map(|row| EvidenceRow::points(row["unit"].as_str(), row["code"].as_str(), number(&row["points"])));
    Framework::bundled(id).unwrap().score(&Evidence::from_rows(rows).unwrap()).unwrap()
}

#[test]
fn thirteen_component_sets_add_up_to_the_published_totals() {
    let totals = table("par-index-published/totals.csv");
    assert_eq!(totals.len(), 13);
    let mut apart = Vec::new();
    for total in &totals {
        let points = par_index(&total["year"]).card(&total["unit"]).unwrap().points();
        let difference = points.minus(&Exact::from(number(&total["score"])));
        if !difference.is_zero() {
            let cent = Exact::decimal(1, 2);
            assert!(difference == cent || difference == cent.negated(), "{total:?}");
            apart.push((total["year"].as_str(), total["unit"].as_str()));
        }
    }
    apart.sort_unstable();
    assert_eq!(apart, ROUNDED_AT_THE_MINISTRY);
}

#[test]
fn the_2020_top_ten_is_ranked_as_published() {
    let published: BTreeMap<String, usize> = table("par-index-published/totals.csv")
        .iter()
        .filter(|row| row["year"] == "2020")
        .map(|row| (row["unit"].clone(), row["rank"].parse().unwrap()))
        .collect();
    let ranked: BTreeMap<String, usize> =
        par_index("2020").ranking().into_iter().map(|place| (place.unit, place.rank.get().unwrap())).collect();
    assert_eq!(ranked.len(), 10);
    assert_eq!(ranked, published);
}
