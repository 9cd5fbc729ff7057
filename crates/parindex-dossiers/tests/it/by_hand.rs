//! The rule, clause by clause, on the dossiers classed by hand.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::date;
use parindex_dossiers::{
    Calendar, Class, Dossier, Ends, Limit, Moment, Outcome, Question, Reason, Rule, Status, Supplement,
};
use proptest::prelude::*;

/// A row of the fixture, by column.
pub(crate) type Row = BTreeMap<String, String>;

pub(crate) fn rows() -> Vec<Row> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/dossiers-by-hand/dossiers.csv");
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

/// The question a row is about.
pub(crate) fn question(row: &Row) -> Question {
    let mut question = Question::new(row["period"].parse().unwrap());
    question.as_of = (!row["as_of"].is_empty()).then(|| row["as_of"].parse().unwrap());
    if let Some((name, value)) = row["option"].split_once('=') {
        let value = format!("\"{value}\"");
        if name == "population" {
            question.population = serde_json::from_str(&value).unwrap();
        } else {
            question.reading = serde_json::from_str(&format!("{{\"{name}\": {value}}}")).unwrap();
        }
    }
    question
}

/// A row as a record, or the reason why no record can hold it.
fn dossier(row: &Row) -> Result<Dossier, Reason> {
    fn moment(text: &str) -> Result<Option<Moment>, Reason> {
        (!text.is_empty()).then(|| text.parse().map_err(|_| Reason::BadDate)).transpose()
    }
    fn count(text: &str, otherwise: Reason) -> Result<Option<u32>, Reason> {
        (!text.is_empty()).then(|| text.parse().map_err(|_| otherwise)).transpose()
    }
    let at = |column: &str| moment(&row[column]);
    let answered: Vec<&str> = row["supplement_answered"].split(';').collect();
    let rounds = row["supplement_requested"].split(';').zip(answered);
    let rounds = rounds.filter(|(requested, answered)| !requested.is_empty() || !answered.is_empty());
    let supplements: Result<Vec<Supplement>, Reason> = rounds
        .map(|(requested, answered)| Ok(Supplement { requested: moment(requested)?, answered: moment(answered)? }))
        .collect();
    let status = match row["status"].as_str() {
        "" => None,
        word => Some(Status::read(word).ok_or(Reason::UnknownStatus)?),
    };
    let days = count(&row["limit_days"], Reason::BadLimit)?.map(Limit::Days);
    let hours = count(&row["limit_hours"], Reason::BadLimit)?.map(Limit::Hours);
    Ok(Dossier {
        status,
        received: at("received")?,
        due: at("due")?,
        limit: days.or(hours),
        ends: Ends {
            finished: at("finished")?,
            processed: at("processed")?,
            returned: at("returned")?,
            stopped: at("stopped")?,
            withdrawn: at("withdrawn")?,
        },
        supplements: supplements?,
        supplement_requests: count(&row["supplement_requests"], Reason::BadCount)?,
        ..Dossier::default()
    })
}

/// Every row of a clause gets its class.
#[track_caller]
fn clause(name: &str, expected_rows: usize) {
    let calendar = Calendar::vietnam().unwrap();
    let rows: Vec<Row> = rows().into_iter().filter(|row| row["clause"] == name).collect();
    assert_eq!(rows.len(), expected_rows);
    for row in rows {
        let question = question(&row);
        let rule = Rule::new(&question, &calendar).unwrap();
        let outcome = dossier(&row).map_or_else(Outcome::Uncounted, |dossier| rule.judge(&dossier));
        assert_eq!(outcome.to_string(), row["expected"], "{}: {}", row["case"], row["note"]);
    }
}

#[test]
fn clause_1_not_later_than_promised_is_on_time() {
    clause("1", 5);
}

#[test]
fn clause_2_the_first_of_the_ends_counts() {
    clause("2", 15);
}

#[test]
fn clause_3_waiting_for_a_supplement() {
    clause("3", 8);
}

#[test]
fn clause_4_waiting_is_taken_off() {
    clause("4", 9);
}

#[test]
fn clause_5_due_dates_are_compared_as_recorded() {
    clause("5", 10);
}

#[test]
fn clause_6_without_a_due_date_the_limit_counts() {
    clause("6", 22);
}

#[test]
fn clause_7_the_last_day_stands_in_for_the_end() {
    clause("7", 16);
}

#[test]
fn periods_have_their_first_and_last_day() {
    clause("period", 10);
}

#[test]
fn rows_that_contradict_themselves_do_not_count() {
    clause("bad", 15);
}

proptest! {
    /// Rounds may overlap, repeat and stand in any order: what is taken off is the
    /// minutes that any of them covers.
    #[test]
    fn waiting_is_taken_off_once(
        rounds in prop::collection::vec((0_i64..600, 0_i64..300), 0..6).prop_shuffle(),
        spare in 0_i64..2,
    ) {
        let calendar = Calendar::vietnam().unwrap();
        let question = Question::new("2026".parse().unwrap());
        let rule = Rule::new(&question, &calendar).unwrap();
        let at = |minute: i64| Some(Moment::from(date(2026, 3, 2).at(8, 0, 0, 0) + SignedDuration::from_mins(minute)));
        let covered = (0..1_000).filter(|minute| rounds.iter().any(|(from, long)| (*from..from + long).contains(minute)));
        let waited = i64::try_from(covered.count()).unwrap();
        let round = |(from, long): &(i64, i64)| Supplement { requested: at(*from), answered: at(from + long) };
        let dossier = Dossier {
            received: at(0),
            due: at(1_000 - waited - spare),
            ends: Ends { finished: at(1_000), ..Ends::default() },
            supplements: rounds.iter().map(round).collect(),
            ..Dossier::default()
        };
        let expected = if spare == 0 { Class::OnTime } else { Class::Late };
        prop_assert_eq!(rule.judge(&dossier), Outcome::Counted(expected));
    }
}
