//! Where a year ends: edges exactly, and chances that mean what they say.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use parindex::Exact;
use parindex_dossiers::{
    Calendar, Every, Generator, Moment, MonthCounts, Options, Population, Projection, Projector, Question, Tallier,
    Tally,
};
use proptest::prelude::*;

const JUNE: Date = date(2026, 6, 30);
const DECEMBER: Date = date(2026, 12, 31);

fn month(unit: &str, month: Date, [on_time, late, pending_in_time, pending_late]: [u64; 4]) -> MonthCounts {
    let received = on_time + late + pending_in_time + pending_late;
    MonthCounts { unit: unit.to_owned(), month, received, on_time, late, pending_in_time, pending_late }
}

fn projector(threshold: &str) -> Projector {
    Projector::new(threshold.parse().unwrap(), DECEMBER).unwrap()
}

/// A generated year as it stood at a day's close, and how it ended.
fn year(seed: u64, units: u32, rows: u64, as_of: Date) -> (Vec<MonthCounts>, BTreeMap<String, (u64, u64)>) {
    let generator = Generator::new(seed).units(units).rows(rows).spread(0.5).precision(80.0);
    let snapshot = generator.clone().as_of(as_of).months().unwrap();
    let mut ends = BTreeMap::<String, (u64, u64)>::new();
    for month in generator.as_of(DECEMBER).months().unwrap() {
        let end = ends.entry(month.unit).or_default();
        end.0 += month.on_time + month.pending_in_time;
        end.1 += month.received;
    }
    (snapshot, ends)
}

fn one(projector: &Projector, months: impl IntoIterator<Item = MonthCounts>) -> Projection {
    let mut all = projector.project(months).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn months(unit: &str, numbers: std::ops::RangeInclusive<i8>, counts: [u64; 4]) -> Vec<MonthCounts> {
    numbers.map(|number| month(unit, date(2026, number, 1), counts)).collect()
}

#[test]
fn a_year_that_is_over_is_what_it_is() {
    // 90 of 100 are there, 5 of them still within time on the last day: exactly the threshold.
    let mut year = months("A", 1..=11, [0, 0, 0, 0]);
    year.push(month("A", DECEMBER, [85, 6, 5, 4]));
    let at = |threshold: &str| one(&projector(threshold), year.clone());
    let end = at("0.90");
    assert_eq!(end.so_far.unwrap().to_string(), "0.9");
    assert_eq!((end.p_reach, end.expected, end.low, end.high), (Some(1.0), Some(0.9), Some(0.9), Some(0.9)));
    assert_eq!((end.to_come, end.rate_needed, end.late_affordable), (0, None, Some(0)));
    let short = at("0.900000000000001");
    assert_eq!((short.p_reach, short.rate_needed, short.late_affordable), (Some(0.0), None, None));
}

#[test]
fn only_what_cannot_be_otherwise_is_certain() {
    let spotless = months("A", 1..=6, [1_000, 0, 0, 0]);
    let chance = one(&projector("0.90"), spotless.clone()).p_reach.unwrap();
    assert!(chance > 0.99 && chance < 1.0, "{chance}");
    let all = one(&projector("1"), spotless).p_reach.unwrap();
    assert!(all > 0.0 && all < 1.0, "{all}");
    // One late dossier, and all of them will never be on time.
    let spot = months("A", 1..=6, [999, 1, 0, 0]);
    assert_eq!(one(&projector("1"), spot.clone()).p_reach, Some(0.0));
    assert_eq!(one(&projector("0"), spot).p_reach, Some(1.0));
    // A hopeless year of a large unit is not impossible as long as any number may come.
    let hopeless = one(&projector("0.90"), months("A", 1..=6, [0, 1_000, 0, 0]));
    assert!(hopeless.p_reach.unwrap() > 0.0 && hopeless.p_reach.unwrap() < 0.01);
    assert_eq!((hopeless.rate_needed, hopeless.late_affordable), (None, None));
    // Nothing received and nothing to expect: there is no ratio.
    let nothing = one(&projector("0.90"), months("A", 1..=6, [0; 4]));
    assert_eq!((nothing.so_far, nothing.expected, nothing.p_reach, nothing.to_come), (None, None, None, 0));
}

#[test]
fn pending_dossiers_can_still_turn_late() {
    let settled = months("A", 1..=5, [90, 10, 0, 0]);
    let with = |june: [u64; 4]| {
        let rows = settled.iter().cloned().chain([month("A", JUNE, june)]);
        one(&projector("0.90").draws(20_000), rows).expected.unwrap()
    };
    // Of 100, 40 are pending. If none has shown late yet, ten late ones hide among them: the year stays near 0.90.
    // Taken for on time, they would add ten of about 1,200, or 0.8 points.
    let hidden = with([60, 0, 40, 0]);
    let as_on_time = with([100, 0, 0, 0]);
    let as_usual = with([90, 10, 0, 0]);
    assert!(hidden < as_on_time - 0.004, "{hidden} {as_on_time}");
    assert!((hidden - as_usual).abs() < 0.015, "{hidden} {as_usual}");
    // Overdue ones are late already.
    assert_eq!(with([90, 0, 0, 10]).to_bits(), as_usual.to_bits());
}

#[test]
fn a_unit_with_two_months_borrows_from_the_others() {
    let with = |others: [u64; 4]| {
        let mut rows = months("A", 5..=6, [19, 1, 0, 0]);
        (0..30).for_each(|other| rows.extend(months(&format!("B{other}"), 1..=6, others)));
        projector("0.90").project(rows).unwrap().remove(0)
    };
    let (among_good, among_bad) = (with([196, 4, 0, 0]), with([140, 60, 0, 0]));
    assert_eq!(among_good.unit, "A");
    // Alone it stands at 95 %; its place lies between that and the others'.
    let (good, bad) = (among_good.expected.unwrap(), among_bad.expected.unwrap());
    assert!(good > 0.955 && good < 0.98, "{good}");
    assert!(bad > 0.70 && bad < 0.90, "{bad}");
    assert!(among_good.p_reach.unwrap() > among_bad.p_reach.unwrap());
}

#[test]
fn volumes_by_hand() {
    let plain = |rows: Vec<MonthCounts>, projector: Projector| one(&projector, rows).to_come;
    // 100 a month, flat.
    assert_eq!(plain(months("A", 1..=6, [90, 10, 0, 0]), projector("0.90")), 600);
    // Half of June has passed: 15 of 30 days are to come.
    let mut rows = months("A", 1..=5, [90, 10, 0, 0]);
    rows.push(month("A", JUNE, [45, 5, 0, 0]));
    assert_eq!(plain(rows, projector("0.90").as_of(date(2026, 6, 15))), 650);
    // Received 15 December to 14 December, 310 in a month of 31 days: five months and 14 days.
    let mut rows = months("A", 1..=6, [300, 10, 0, 0]);
    rows.push(month("A", date(2025, 12, 15), [170, 0, 0, 0]));
    let year = Projector::new("0.90".parse().unwrap(), date(2026, 12, 14)).unwrap().from(date(2025, 12, 15));
    let end = one(&year, rows);
    assert_eq!(end.to_come, 5 * 310 + 140);
    // 1,970 of 2,030 to date.
    assert_eq!(end.so_far, Exact::fraction(1_970, 2_030));
    // A whole year teaches its season: December is twelve times as busy as other months.
    let mut rows = months("A", 1..=6, [90, 10, 0, 0]);
    for number in 7..=12 {
        let count = if number == 12 { 1_200 } else { 100 };
        rows.push(month("A", date(2025, number, 1), [count, 0, 0, 0]));
    }
    let end = one(&projector("0.90"), rows);
    assert_eq!(end.to_come, 5 * 100 + 1_200);
    // Last year does not count: 540 of 600. Of 2,300 at the end 230 may be late, 60 are.
    assert_eq!((end.so_far.unwrap().to_string().as_str(), end.late_affordable), ("0.9", Some(170)));
}

#[test]
fn order_does_not_matter_and_the_seed_does() {
    let (seen, _) = year(1, 12, 4_000, JUNE);
    let project = |rows: Vec<MonthCounts>, seed: u64| projector("0.90").draws(500).seed(seed).project(rows).unwrap();
    let expected = project(seen.clone(), 9);
    let mut turned = seen.clone();
    turned.reverse();
    assert_eq!(project(turned, 9), expected);
    let other = project(seen, 10);
    assert_ne!(other, expected);
    for (a, b) in expected.iter().zip(&other) {
        // 500 draws: five standard errors of a chance are 0.16 at most for the difference of two.
        assert!((a.p_reach.unwrap() - b.p_reach.unwrap()).abs() < 0.17, "{a:?} {b:?}");
    }
}

#[test]
fn every_row_at_fault_is_told() {
    let mut rows = months("A", 1..=3, [90, 10, 0, 0]);
    rows[1].received = 99;
    rows.push(month("A", date(2026, 3, 9), [1, 0, 0, 0]));
    rows.push(month("A", date(2027, 1, 1), [1, 0, 0, 0]));
    rows.push(month("B", JUNE, [u64::MAX / 8, 0, 0, 0]));
    rows.push(month("B", date(-500, 1, 1), [1, 0, 0, 0]));
    insta::assert_snapshot!(projector("0.90").project(rows).unwrap_err(), @r"
    5 faults:
      line 2: on time, late and pending dossiers add up to 100, and 99 were received [counts-disagree]
      line 4: `A in 2026-03` is named twice [named-twice]
      line 5: `2027-01` is out of range: allowed is the 240 months to 2026-12 [out-of-range]
      line 6: the number of dossiers of a unit in a month is too large: at most 1000000000 [too-large]
      line 7: `-500-01` is out of range: allowed is the 240 months to 2026-12 [out-of-range]
    ");
    let backwards = projector("0.90").from(date(2027, 1, 1)).project([]).unwrap_err();
    assert_eq!(backwards.code(), "out-of-range");
    assert_eq!(Projector::new("1.5".parse().unwrap(), DECEMBER).unwrap_err().code(), "out-of-range");
    assert_eq!(projector("0.90").project([]).unwrap(), []);
}

#[test]
fn draws_are_enough_and_not_too_many() {
    let code = |draws: u32| projector("0.90").draws(draws).project([]).map_err(|error| error.code());
    assert_eq!((code(99), code(u32::MAX)), (Err("out-of-range"), Err("too-large")));
    assert_eq!((code(100), code(1_000_000)), (Ok(Vec::new()), Ok(Vec::new())));
}

/// A tally of a register read on some day, by unit and month.
fn tally(period: &str, as_of: Option<Date>, population: Population) -> Tally {
    let mut question = Question::new(period.parse().unwrap()).by(["unit"]).every(Every::Month).population(population);
    question.as_of = as_of.map(Moment::from);
    let calendar = Calendar::vietnam().unwrap();
    let mut tallier = Tallier::new(Options::new(question), &calendar).unwrap();
    for month in 1..=6 {
        // 19 that ended in time and one that waits until 14 days after reception.
        let received = date(2026, month, 1);
        let cells = |of: &dyn Fn(i64) -> Option<Date>| {
            Arc::new((0..20).map(|row| of(row).map(|day| day.to_string())).collect::<StringArray>()) as ArrayRef
        };
        let late = received.checked_add(14.days()).unwrap();
        let columns = [
            ("unit", Arc::new(StringArray::from(vec!["A"; 20])) as ArrayRef),
            ("received", cells(&|_| Some(received))),
            ("due", cells(&|_| Some(late))),
            ("finished", cells(&|row| (row > 0).then_some(received))),
        ];
        tallier.push(&RecordBatch::try_from_iter(columns).unwrap()).unwrap();
    }
    tallier.finish().unwrap()
}

#[test]
fn a_tally_says_when_its_counts_were_taken() {
    let received = Population::Received;
    let code = |tally: &Tally| projector("0.90").project_tally(tally).unwrap_err().code();
    assert_eq!(code(&tally("2026", None, received)), "as-of-needed");
    assert_eq!(code(&tally("2026", Some(JUNE), Population::Handled)), "bad-value");
    assert_eq!(code(&tally("2026", Some(JUNE), Population::Resolved)), "bad-value");
    // The first half-year of reports closes on 14 June: what comes after it is still to come.
    let half = tally("2026-H1", None, received);
    let by_hand = projector("0.90").as_of(date(2026, 6, 14)).project(MonthCounts::of_tally(&half).unwrap()).unwrap();
    assert_eq!(projector("0.90").project_tally(&half).unwrap(), by_hand);
    let at = |as_of: Date| one_of(&tally("2026", Some(as_of), received));
    // On 14 June the dossier of June is within time, on 16 June it is late; 16 of 30 days are to come, and 14.
    assert_eq!(at(date(2026, 6, 14)).so_far, Exact::fraction(115, 120));
    assert_eq!(at(date(2026, 6, 16)).so_far, Exact::fraction(114, 120));
    assert!(at(date(2026, 6, 14)).to_come > at(date(2026, 6, 16)).to_come);
}

fn one_of(tally: &Tally) -> Projection {
    projector("0.90").project_tally(tally).unwrap().remove(0)
}

/// Whether chances of years that were projected and then ended mean what they
/// say: in each band of chances as many are reached as were promised, give or
/// take what chance allows, and the intervals hold nine of ten ends.
fn assert_calibrated(projected: &[(Projection, (u64, u64))]) {
    let mut bands = [[0.0_f64; 3]; 5];
    let mut inside = 0.0;
    for (projection, (on_time, received)) in projected {
        let chance = projection.p_reach.unwrap();
        let band = [0.2, 0.4, 0.6, 0.8].iter().filter(|edge| chance >= **edge).count();
        let is_reached = u8::from(u128::from(*on_time) * 10 >= u128::from(*received) * 9);
        for (sum, value) in bands[band].iter_mut().zip([chance, chance * (1.0 - chance), f64::from(is_reached)]) {
            *sum += value;
        }
        let count = |count: u64| f64::from(u32::try_from(count).unwrap());
        let ratio = count(*on_time) / count(*received);
        let is_inside = (projection.low.unwrap()..=projection.high.unwrap()).contains(&ratio);
        inside += f64::from(u8::from(is_inside));
    }
    for (band, [promised, variance, reached]) in bands.into_iter().enumerate() {
        // Binomial error: three standard deviations, and one year for small bands.
        assert!((reached - promised).abs() <= 3.0 * variance.sqrt() + 1.0, "band {band}: {promised} {reached}");
    }
    let coverage = inside / f64::from(u32::try_from(projected.len()).unwrap());
    assert!((0.86..=0.94).contains(&coverage), "{coverage}");
}

fn projected(seeds: std::ops::Range<u64>, units: u32, rows: u64, as_of: Date) -> Vec<(Projection, (u64, u64))> {
    let mut all = Vec::new();
    for seed in seeds {
        let (seen, ends) = year(seed, units, rows, as_of);
        let projections = projector("0.90").draws(500).project(seen).unwrap();
        all.extend(projections.into_iter().map(|projection| {
            let end = ends[&projection.unit];
            (projection, end)
        }));
    }
    all
}

#[test]
fn at_mid_year_a_chance_of_thirty_percent_is_thirty_percent() {
    assert_calibrated(&projected(0..3, 150, 45_000, JUNE));
}

#[test]
fn after_two_months_chances_hold_too() {
    assert_calibrated(&projected(20..22, 150, 30_000, date(2026, 2, 28)));
}

#[test]
fn a_small_panel_is_not_overconfident() {
    assert_calibrated(&projected(100..200, 2, 800, date(2026, 4, 30)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_counts_have_an_end(
        counts in prop::collection::vec((0u8..3, 1i8..=12, prop::array::uniform4(0u64..50)), 0..30),
        threshold in 0u32..=100,
    ) {
        let cells: BTreeMap<(u8, i8), [u64; 4]> = counts.into_iter().map(|(unit, month, counts)| ((unit, month), counts)).collect();
        let rows = cells.into_iter().map(|((unit, number), counts)| month(&unit.to_string(), date(2026, number, 1), counts));
        let threshold = format!("0.{threshold:02}").replace("0.100", "1");
        for end in projector(&threshold).draws(100).project(rows).unwrap() {
            let Some((chance, expected)) = end.p_reach.zip(end.expected) else { continue };
            prop_assert!((0.0..=1.0).contains(&chance) && (0.0..=1.0).contains(&expected));
            prop_assert!(end.low <= end.high && end.low >= Some(0.0) && end.high <= Some(1.0));
            // A share is needed only where it is short of certain and possible.
            if let Some(needed) = end.rate_needed {
                prop_assert!(needed > parindex::Exact::ZERO && needed <= parindex::Exact::whole(1));
                prop_assert!(end.late_affordable.is_some());
            }
        }
    }
}

#[test]
fn a_tally_by_unit_and_month_is_what_a_projection_reads() {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use parindex_dossiers::{Calendar, Every, Options, Question, Tallier};

    let rows = [
        ["A", "x", "2026-01-05", "2026-01-08", "2026-01-08"],
        ["A", "y", "2026-01-06", "2026-01-08", "2026-01-09"],
        ["A", "x", "2026-02-02", "2026-02-04", ""],
        ["B", "x", "2026-02-02", "2026-03-04", ""],
        ["B", "x", "2026-02-03", "2026-02-01", ""], // due before received: does not count
    ];
    let column = |at: usize| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(row[at]).filter(|text| !text.is_empty())).collect::<StringArray>())
    };
    let names = ["unit", "procedure", "received", "due", "finished"];
    let batch = RecordBatch::try_from_iter(names.iter().enumerate().map(|(at, name)| (*name, column(at)))).unwrap();
    let tally = |question: Question| {
        let calendar = Calendar::vietnam().unwrap();
        let mut tallier = Tallier::new(Options::new(question), &calendar).unwrap();
        tallier.push(&batch).unwrap();
        tallier.finish().unwrap()
    };
    let question = Question::new("2026".parse().unwrap()).as_of(date(2026, 2, 28).into());
    let kept = question.clone().by(["procedure", "unit"]).every(Every::Month);
    let expected = [
        month("A", date(2026, 1, 1), [1, 1, 0, 0]),
        month("A", date(2026, 2, 1), [0, 0, 0, 1]),
        month("B", date(2026, 2, 1), [0, 0, 1, 0]),
    ];
    assert_eq!(MonthCounts::of_tally(&tally(kept)).unwrap(), expected);
    for lacking in [question.clone().by(["unit"]), question.by(["procedure"]).every(Every::Month)] {
        assert_eq!(MonthCounts::of_tally(&tally(lacking)).unwrap_err().code(), "missing-column");
    }
}
