//! A calendar file: read, and asked for days within and beyond what it covers.

#![no_main]

use jiff::civil::{Date, DateTime, date};
use libfuzzer_sys::fuzz_target;
use parindex_dossiers::Calendar;

fuzz_target!(|text: &str| {
    let calendar = match Calendar::from_toml(text) {
        Ok(calendar) => calendar,
        Err(error) => {
            assert!(error.faults().all(|fault| !fault.to_string().is_empty()), "a fault without words");
            return;
        }
    };
    let (first, last) = calendar.covered().unwrap_or((Date::MIN, Date::MAX));
    for from in [first, last, date(2024, 2, 7), Date::MIN, Date::MAX] {
        for days in [0, 1, 20, u32::MAX] {
            if let Ok(to) = calendar.add_working_days(from, days) {
                assert_eq!(calendar.working_days_between(from, to).ok(), Some(i64::from(days)));
            }
            let _ = calendar.add_working_hours(DateTime::from(from), days);
        }
        let _ = calendar.working_minutes_between(DateTime::from(first), DateTime::from(from));
    }
    for (day, named) in calendar.days() {
        assert_eq!(calendar.is_working(day).ok(), Some(named.kind.is_working()));
    }
});
