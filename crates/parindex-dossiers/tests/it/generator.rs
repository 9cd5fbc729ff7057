//! Invented dossiers: the same for a seed, and what they claim to be.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use parindex_dossiers::{Calendar, Class, Generator, MonthCounts, Outcome, Question, Rule};

/// Counts of unit and month by the rule of Decision 766; how many rows are bad.
fn judged(generator: &Generator, rows: u64, as_of: Date) -> (BTreeMap<(String, Date), [u64; 4]>, u64) {
    let calendar = Calendar::vietnam().unwrap().weekends_beyond();
    let question = Question::new("2026".parse().unwrap()).as_of(as_of.into());
    let rule = Rule::new(&question, &calendar).unwrap();
    let (mut counts, mut bad) = (BTreeMap::<_, [u64; 4]>::new(), 0);
    for dossier in generator.dossiers(0..rows).unwrap() {
        match rule.judge(&dossier) {
            Outcome::Counted(class) => {
                let month = dossier.received.unwrap().date().first_of_month();
                counts.entry((dossier.unit.unwrap(), month)).or_default()[class as usize] += 1;
            }
            Outcome::Uncounted(reason) => {
                assert!(reason.is_bad_row(), "{reason:?}");
                bad += 1;
            }
        }
    }
    (counts, bad)
}

fn by_class(month: &MonthCounts) -> [u64; 4] {
    let mut counts = [0; 4];
    for (class, count) in [
        (Class::OnTime, month.on_time),
        (Class::Late, month.late),
        (Class::PendingInTime, month.pending_in_time),
        (Class::PendingLate, month.pending_late),
    ] {
        counts[class as usize] = count;
    }
    counts
}

#[test]
fn the_rule_finds_the_truth_of_every_month() {
    let rows = 20_000;
    for as_of in [date(2026, 2, 28), date(2026, 6, 30), date(2026, 12, 31)] {
        let generator = Generator::new(11).units(7).rows(rows).as_of(as_of);
        let (found, bad) = judged(&generator, rows, as_of);
        assert_eq!(bad, 0);
        let truth: BTreeMap<_, _> =
            generator.months().unwrap().into_iter().map(|m| ((m.unit.clone(), m.month), by_class(&m))).collect();
        assert_eq!(found, truth, "{as_of}");
        assert!(as_of > date(2026, 12, 1) || truth.values().any(|counts| counts[Class::PendingInTime as usize] > 0));
    }
}

#[test]
fn bad_rows_are_found_bad_and_leave_the_truth() {
    let (rows, as_of) = (20_000, date(2026, 12, 31));
    let generator = Generator::new(3).rows(rows).as_of(as_of).bad_rows(0.02);
    let (found, bad) = judged(&generator, rows, as_of);
    // 400 expected, standard deviation 20.
    assert!((300..500).contains(&bad), "{bad}");
    let truth: u64 = generator.months().unwrap().iter().map(|month| month.received).sum();
    assert_eq!(found.values().flatten().sum::<u64>(), truth);
    assert_eq!(truth + bad, rows);
}

#[test]
fn pieces_make_the_whole() {
    let generator = Generator::new(5).rows(3_000).as_of(date(2026, 9, 30));
    let whole = generator.dossiers(0..3_000).unwrap();
    let pieces = [0..1, 1..1_000, 1_000..2_999, 2_999..9_999];
    let pieces: Vec<_> = pieces.into_iter().flat_map(|rows| generator.dossiers(rows).unwrap()).collect();
    assert_eq!(whole, pieces);
    assert!(whole.len() < 3_000);
    assert_ne!(Generator::new(6).rows(3_000).as_of(date(2026, 9, 30)).dossiers(0..3_000).unwrap(), whole);
}

#[test]
fn months_are_late_as_often_as_their_rate_says() {
    // Two classes at last; those who never answer end on the request, 1 in 200 at most.
    let generator = Generator::new(2).units(5).rows(60_000);
    let (mut off, mut cells) = (0.0, 0.0);
    for month in generator.months().unwrap() {
        assert_eq!(month.pending_in_time + month.pending_late, 0);
        let unit: u32 = month.unit.trim_start_matches("H00.").parse().unwrap();
        let rate = generator.late_rate(unit - 1, month.month.month()).unwrap();
        let received = f64::from(u32::try_from(month.received).unwrap());
        let late = f64::from(u32::try_from(month.late).unwrap());
        let z = (late - rate * received) / (received * rate * (1.0 - rate)).sqrt().max(1.0);
        assert!(z.abs() < 5.0, "{month:?} {rate}");
        off += z * z;
        cells += 1.0;
    }
    // A chi-squared over its degrees of freedom: 60 cells, standard deviation 0.18.
    assert!((off / cells - 1.0_f64).abs() < 0.8, "{}", off / cells);
    assert_eq!(generator.late_rate(5, 1), None);
    assert_eq!(generator.late_rate(0, 13), None);
}

#[test]
fn a_year_no_calendar_covers_is_refused() {
    assert_eq!(Generator::new(1).year(2031).months().unwrap_err().code(), "calendar-ends");
    assert_eq!(Generator::new(1).year(2019).dossiers(0..1).unwrap_err().code(), "calendar-ends");
    assert_eq!(Generator::new(1).year(i16::MAX).months().unwrap_err().code(), "out-of-range");
}

#[test]
fn what_no_world_can_be_is_refused() {
    let code = |generator: Generator, rows| generator.dossiers(0..rows).unwrap_err().code();
    assert_eq!(code(Generator::new(1).units(0), 1), "out-of-range");
    for rate in [7.0, -3.0, f64::NAN] {
        assert_eq!(code(Generator::new(1).on_time(rate), 1), "out-of-range");
        assert_eq!(code(Generator::new(1).bad_rows(rate), 1), "out-of-range");
    }
    assert_eq!(code(Generator::new(1).units(u32::MAX), 1), "too-large");
    assert_eq!(code(Generator::new(1).rows(1_000_000_000_000), u64::MAX), "too-large");
}
