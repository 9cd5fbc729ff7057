//! Working days and hours: worked by hand, against another calendar, and by law.

use std::path::Path;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Weekday, date, time};
use parindex::Basis;
use parindex_dossiers::{Calendar, DayKind, WorkingHours};
use proptest::prelude::*;

fn vietnam() -> Calendar {
    Calendar::vietnam().unwrap()
}

fn all_days() -> impl Iterator<Item = Date> {
    date(2020, 1, 1).series(1.day()).take_while(|day| *day <= date(2026, 12, 31))
}

#[test]
fn every_day_of_seven_years_agrees_with_the_holidays_package() {
    // Swapped on 25 December 2025 (12729/VPCP-KGVX); the package does not have it.
    let differs = [(date(2026, 1, 2), false), (date(2026, 1, 10), true)];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/calendar-vietnam/holidays-package.csv");
    let rows: Vec<(Date, bool)> = csv::Reader::from_path(path)
        .unwrap()
        .records()
        .map(|row| row.map(|row| (row[0].parse().unwrap(), &row[1] == "true")).unwrap())
        .collect();
    assert_eq!(rows.len(), 102);
    let (calendar, mut seen) = (vietnam(), Vec::new());
    for day in all_days() {
        let listed = rows.iter().find(|(listed, _)| *listed == day);
        let weekday = !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let theirs = listed.map_or(weekday, |(_, is_off)| !is_off);
        let ours = calendar.is_working(day).unwrap();
        if ours != theirs {
            seen.push((day, ours));
        }
    }
    assert_eq!(seen, differs);
}

#[test]
fn every_day_off_has_its_reason() {
    let calendar = vietnam();
    for (day, named) in calendar.days() {
        assert!(named.name.is_some() && named.source.is_some(), "{day}");
        // Nobody here has read an announcement in the original.
        assert_ne!(named.basis, Basis::Official, "{day}");
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        match named.kind {
            DayKind::Working => assert!(weekend, "{day}"),
            DayKind::Compensatory | DayKind::SwappedOff => assert!(!weekend, "{day}"),
            DayKind::Holiday => {}
        }
    }
    // A day swapped off is worked on another, and a holiday on a weekend is taken in lieu: year by year.
    for year in 2020..=2026 {
        let count = |kind, weekend: Option<bool>| {
            let weekend_of = |day: Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            let of_kind = |(day, named): &(Date, &parindex_dossiers::Day)| {
                day.year() == year && named.kind == kind && weekend.is_none_or(|asked| asked == weekend_of(*day))
            };
            calendar.days().filter(of_kind).count()
        };
        assert_eq!(count(DayKind::SwappedOff, None), count(DayKind::Working, None), "{year}");
        assert_eq!(count(DayKind::Compensatory, None), count(DayKind::Holiday, Some(true)), "{year}");
        // Article 112: 1 + 5 + 1 + 1 + 1 days, and 1 or 2 for National Day; Culture Day in 2026.
        let statutory = if year == 2020 { 10 } else { 11 } + usize::from(year == 2026);
        assert_eq!(count(DayKind::Holiday, None), statutory, "{year}");
    }
}

#[test]
fn terms_worked_by_hand() {
    let calendar = vietnam();
    let end = |from, days| calendar.add_working_days(from, days).unwrap();
    // Tết 2024: 8 to 14 February off, Thursday to Wednesday. Received Wednesday 7.
    assert_eq!(end(date(2024, 2, 7), 1), date(2024, 2, 15));
    assert_eq!(end(date(2024, 2, 7), 3), date(2024, 2, 19));
    // Received within Tết: day 1 is the first day after it.
    assert_eq!(end(date(2024, 2, 10), 1), date(2024, 2, 15));
    // Friday 26 April 2024: 27 April to 1 May off; 2, 3 and Saturday 4 May are worked.
    assert_eq!(end(date(2024, 4, 26), 3), date(2024, 5, 4));
    assert_eq!(end(date(2024, 4, 26), 4), date(2024, 5, 6));
    // 29 February 2024 is a Thursday.
    assert_eq!(end(date(2024, 2, 28), 1), date(2024, 2, 29));
    assert_eq!(end(date(2024, 2, 29), 2), date(2024, 3, 4));
    // Over the year's end: 1 January 2024 is a Monday.
    assert_eq!(end(date(2023, 12, 29), 1), date(2024, 1, 2));
    // 2 January 2026 off, Saturday 10 January worked.
    assert_eq!(end(date(2025, 12, 31), 6), date(2026, 1, 10));
    assert_eq!(end(date(2024, 2, 10), 0), date(2024, 2, 10));

    let between = |from, to| calendar.working_days_between(from, to).unwrap();
    assert_eq!(between(date(2024, 2, 7), date(2024, 2, 14)), 0);
    assert_eq!(between(date(2024, 2, 7), date(2024, 2, 15)), 1);
    assert_eq!(between(date(2024, 2, 15), date(2024, 2, 7)), -1);
    assert_eq!(between(date(2024, 4, 26), date(2024, 5, 6)), 4);
    // 2023: 260 weekdays; 3 holidays of the eleven lie on weekends beside Tết's two, and are taken in lieu.
    // Off on weekdays: 2/1, 20, 23–26/1, 1–3/5, 1 and 4/9.
    assert_eq!(between(date(2022, 12, 31), date(2023, 12, 31)), 260 - 11);
}

#[test]
fn hours_worked_by_hand() {
    let calendar = vietnam();
    let minutes = |from, to| calendar.working_minutes_between(from, to).unwrap();
    let at = |day: Date, hour, minute| day.at(hour, minute, 0, 0);
    let (friday, monday) = (date(2026, 3, 13), date(2026, 3, 16));
    assert_eq!(minutes(at(friday, 11, 30), at(friday, 13, 30)), 60);
    assert_eq!(minutes(at(friday, 12, 10), at(friday, 12, 50)), 0);
    assert_eq!(minutes(at(friday, 16, 0), at(monday, 9, 0)), 120);
    assert_eq!(minutes(at(monday, 9, 0), at(friday, 16, 0)), -120);
    assert_eq!(minutes(at(friday, 0, 0), at(friday, 23, 59)), 480);
    assert_eq!(minutes(friday.at(8, 0, 59, 999), friday.at(8, 1, 0, 0)), 1);
    // Tết 2024: nothing from Wednesday's close to Thursday week's opening.
    assert_eq!(minutes(at(date(2024, 2, 7), 17, 0), at(date(2024, 2, 15), 8, 0)), 0);

    let end = |from, hours| calendar.add_working_hours(from, hours).unwrap();
    assert_eq!(end(at(friday, 8, 0), 4), at(friday, 12, 0));
    assert_eq!(end(at(friday, 8, 0), 5), at(friday, 14, 0));
    assert_eq!(end(at(friday, 8, 0), 8), at(friday, 17, 0));
    assert_eq!(end(at(friday, 16, 30), 1), at(monday, 8, 30));
    assert_eq!(end(at(date(2026, 3, 14), 10, 0), 1), at(monday, 9, 0));
    // The worked Saturday of 2024, from Friday 3 May.
    assert_eq!(end(at(date(2024, 5, 3), 16, 0), 8), at(date(2024, 5, 4), 16, 0));

    let late: WorkingHours = "07:30-11:30, 13:30-17:00".parse().unwrap();
    assert_eq!(late.to_string(), "07:30-11:30, 13:30-17:00");
    let calendar = vietnam().with_hours(late);
    assert_eq!(calendar.add_working_hours(at(friday, 7, 0), 6).unwrap(), at(friday, 15, 30));
}

#[test]
fn nothing_is_said_of_days_outside() {
    let code = |result: Result<(), parindex_dossiers::Problem>| result.unwrap_err().code();
    let calendar = vietnam();
    assert_eq!(code(calendar.is_working(date(2019, 12, 31)).map(drop)), "calendar-ends");
    assert_eq!(code(calendar.working_days_between(date(2026, 12, 1), date(2027, 1, 1)).map(drop)), "calendar-ends");
    assert_eq!(code(calendar.add_working_days(date(2026, 12, 31), 1).map(drop)), "calendar-ends");
    assert_eq!(code(calendar.add_working_hours(date(2026, 12, 31).at(17, 0, 0, 0), 1).map(drop)), "calendar-ends");
    assert_eq!(code(calendar.clone().with_day(date(2027, 1, 1), DayKind::Holiday).map(drop)), "calendar-ends");
    assert_eq!(code(Calendar::without_holidays().add_working_days(Date::MAX, 1).map(drop)), "beyond-dates");

    let weekends = calendar.weekends_beyond();
    assert!(weekends.is_working(date(2027, 1, 1)).unwrap());
    assert!(!weekends.is_working(date(2026, 1, 1)).unwrap());
    assert_eq!(weekends.add_working_days(date(2026, 12, 31), 1).unwrap(), date(2027, 1, 1));
}

#[test]
fn a_file_tells_all_its_faults() {
    let text = r#"
extends = "lào"
hours = "8 to 5"
colour = "red"
[[days]]
kind = "feast"
basis = "official"
dates = ["2027-02-30", 7]
[[days]]
kind = "holiday"
name = 3
dates = ["2026-01-01", "2026-01-01"]
"#;
    insta::assert_snapshot!(Calendar::from_toml(text).unwrap_err(), @r#"
    11 faults:
      line 1, column 1: `from` is missing [missing-key]
      line 1, column 1: `until` is missing [missing-key]
      line 2, column 11: extends `lào` is not known: allowed are `vietnam` [bad-value]
      line 3, column 9: `8 to 5` are no working hours: write them as `08:00-12:00, 13:00-17:00` [bad-hours]
      line 4, column 1: `colour` is not known here: allowed are `extends`, `from`, `until`, `hours`, `days` [unknown-key]
      line 6, column 8: kind `feast` is not known: allowed are `holiday`, `compensatory`, `swapped-off`, `working` [bad-value]
      line 8, column 10: `2027-02-30` is not a date: write `2026-12-20` or `20/12/2026` [bad-date]
      line 8, column 24: `7` is not a date: write `2026-12-20` or `20/12/2026` [bad-date]
      line 9, column 1: `basis` is missing [missing-key]
      line 11, column 8: not as it should be: expected a name, { vi = "…" } or { vi = "…", en = "…" } [bad-toml]
      line 12, column 24: `2026-01-01` is named twice [named-twice]
    "#);
    let outside = "extends = \"vietnam\"\n[[days]]\nkind = \"holiday\"\nbasis = \"assumed\"\ndates = [2027-01-01]";
    assert_eq!(Calendar::from_toml(outside).unwrap_err().code(), "calendar-ends");
    let backwards = "extends = \"vietnam\"\nuntil = \"2019-01-01\"";
    assert_eq!(Calendar::from_toml(backwards).unwrap_err().code(), "out-of-range");
    for broken in ["from", "days = 3", "\u{feff}[[[", "from = 2020-01-01\nuntil = 2020-01-01\ndays = [1]"] {
        let error = Calendar::from_toml(broken).unwrap_err();
        assert!(error.faults().any(|fault| fault.problem.code() == "bad-toml"), "{broken}");
    }
    for hours in ["", "08:00", "08:00-08:00", "13:00-17:00, 08:00-12:00", "08:00-12:00, 11:00-13:00", "25:00-26:00"] {
        assert_eq!(hours.parse::<WorkingHours>().unwrap_err().code(), "bad-hours", "{hours}");
    }
    assert_eq!(WorkingHours::new([(time(8, 0, 1, 0), time(9, 0, 0, 0))]).unwrap_err().code(), "bad-hours");
}

/// A calendar with named days at random, weekends beyond.
/// Lines and columns were counted from the start of the text for each fault: minutes for this one.
#[test]
fn a_file_of_nothing_but_faults_is_read_in_one_pass() {
    let error = Calendar::from_toml(&"=\n".repeat(200_000)).unwrap_err();
    assert_eq!(error.kept().count(), 10_000);
    assert!(error.left_out() > 190_000);
    // Three a line: no key, one key twice, no value.
    let is_there = |fault: &&parindex_dossiers::Fault| (fault.place.line, fault.place.column) == (Some(3_000), Some(2));
    assert_eq!(error.kept().filter(is_there).count(), 1);
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    let days = prop::collection::vec((0i32..400, 0usize..4), 0..60);
    days.prop_map(|days| {
        days.into_iter().fold(Calendar::without_holidays(), |calendar, (day, kind)| {
            calendar.with_day(date(2023, 12, 1) + day.days(), DayKind::NAMES[kind].1).unwrap()
        })
    })
}

fn any_moment() -> impl Strategy<Value = DateTime> {
    (-20i32..420, 0i8..24, 0i8..60)
        .prop_map(|(day, hour, minute)| (date(2023, 12, 1) + day.days()).at(hour, minute, 0, 0))
}

proptest! {
    #[test]
    fn days_are_counted_as_one_by_one(calendar in any_calendar(), from in any_moment(), to in any_moment()) {
        let (from, to) = (from.date(), to.date());
        let naive = |from: Date, to: Date| {
            let after = from.tomorrow().unwrap().series(1.day()).take_while(|day| *day <= to);
            i64::try_from(after.filter(|day| calendar.is_working(*day).unwrap()).count()).unwrap()
        };
        let expected = if from <= to { naive(from, to) } else { -naive(to, from) };
        prop_assert_eq!(calendar.working_days_between(from, to).unwrap(), expected);
    }

    #[test]
    fn a_term_ends_where_one_by_one_ends(calendar in any_calendar(), from in any_moment(), days in 0u32..300) {
        let from = from.date();
        let mut end = from;
        for _ in 0..days {
            end = end.tomorrow().unwrap();
            while !calendar.is_working(end).unwrap() {
                end = end.tomorrow().unwrap();
            }
        }
        prop_assert_eq!(calendar.add_working_days(from, days).unwrap(), end);
    }

    #[test]
    fn minutes_are_counted_as_one_by_one(calendar in any_calendar(), from in any_moment(), length in 0i32..10_000) {
        let to = from.checked_add(length.minutes()).unwrap();
        let open = |moment: DateTime| {
            let hour = moment.hour();
            calendar.is_working(moment.date()).unwrap() && ((8..12).contains(&hour) || (13..17).contains(&hour))
        };
        let naive = from.series(1.minute()).take_while(|moment| *moment < to).filter(|moment| open(*moment)).count();
        prop_assert_eq!(calendar.working_minutes_between(from, to).unwrap(), i64::try_from(naive).unwrap());
        prop_assert_eq!(calendar.working_minutes_between(to, from).unwrap(), -i64::try_from(naive).unwrap());
    }

    #[test]
    fn hours_end_at_the_first_moment_with_that_many(calendar in any_calendar(), from in any_moment(), hours in 1u32..200) {
        let end = calendar.add_working_hours(from, hours).unwrap();
        let spent = |to| calendar.working_minutes_between(from, to).unwrap();
        prop_assert_eq!(spent(end), i64::from(hours) * 60);
        prop_assert!(spent(end.checked_sub(1.minute()).unwrap()) < i64::from(hours) * 60);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC*") {
        let _ = Calendar::from_toml(&text);
        let _ = text.parse::<WorkingHours>();
    }
}

#[test]
fn terms_that_no_calendar_holds_are_refused() {
    let calendar = Calendar::without_holidays();
    let from = date(2026, 1, 1);
    for term in [5_000_000, u32::MAX] {
        assert_eq!(calendar.add_working_days(from, term).unwrap_err().code(), "beyond-dates");
        assert_eq!(calendar.add_working_hours(from.at(8, 0, 0, 0), u32::MAX).unwrap_err().code(), "beyond-dates");
    }
}
