//! From TOML text to a calendar, with every fault found in one pass.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use parindex::{Basis, Lines, Text};
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::{Calendar, Day, DayKind, WorkingHours};
use crate::error::{Error, Fault, Problem};

/// Most bytes a calendar file may have.
const MAX_BYTES: usize = 1 << 20;

pub(super) fn read(text: &str) -> Result<Calendar, Error> {
    if text.len() > MAX_BYTES {
        return Err(Problem::TooLarge { what: "the calendar file".to_owned(), limit: "1 MiB".to_owned() }.into());
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { lines: Lines::new(text), faults: Vec::new(), left_out: 0 };
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let message = error.message().to_owned();
        reader.report(error.span().unwrap_or(0..0), Problem::BadToml { message });
    }
    let calendar = reader.calendar(document.get_ref());
    reader.faults.sort_by_key(|fault| (fault.place.line, fault.place.column));
    Error::check_with(reader.faults, reader.left_out)?;
    Ok(calendar)
}

/// The days of a file; without a day where its kind or standing is at fault.
type Listed = BTreeMap<Date, Option<Day>>;

struct Reader<'s> {
    lines: Lines<'s>,
    faults: Vec<Fault>,
    left_out: usize,
}

impl Reader<'_> {
    fn calendar(&mut self, head: &DeTable<'_>) -> Calendar {
        self.known(head, &["extends", "from", "until", "hours", "days"]);
        let base = self.word(head, "extends", &[("vietnam", ())]).and_then(|()| Calendar::vietnam().ok());
        let known = base.as_ref().and_then(Calendar::covered);
        let first = self.edge(head, "from", known.map(|(first, _)| first));
        let last = self.edge(head, "until", known.map(|(_, last)| last));
        let covered = first.zip(last);
        if covered.is_some_and(|(first, last)| first > last) {
            let allowed = "a day not before `from`".to_owned();
            let value = last.map(|last| last.to_string()).unwrap_or_default();
            self.report(span(head, "until"), Problem::OutOfRange { value, allowed });
        }
        let hours = self.hours(head).or_else(|| base.as_ref().map(|base| base.hours.clone()));
        let mut listed = Listed::new();
        for group in self.list(head, "days") {
            self.group(&group, covered, &mut listed);
        }
        let mut days = base.map(|base| base.days).unwrap_or_default();
        days.extend(listed.into_iter().filter_map(|(date, day)| Some((date, day?))));
        Calendar::new(days, covered, hours.unwrap_or_default())
    }

    /// An end of what is covered; the calendar that is extended may know it.
    fn edge(&mut self, head: &DeTable<'_>, key: &str, known: Option<Date>) -> Option<Date> {
        if let Some(value) = head.get(key) {
            return self.date(value);
        }
        if known.is_none() {
            self.missing(0..0, key);
        }
        known
    }

    fn hours(&mut self, head: &DeTable<'_>) -> Option<WorkingHours> {
        let read = self.text(head, "hours")?.parse();
        read.map_err(|problem| self.report(span(head, "hours"), problem)).ok()
    }

    /// Days that share a kind, a name and a source.
    fn group(&mut self, group: &Spanned<DeValue<'_>>, covered: Option<(Date, Date)>, days: &mut Listed) {
        let DeValue::Table(table) = group.get_ref() else {
            self.report(group.span(), Problem::BadToml { message: "expected a table".to_owned() });
            return;
        };
        self.known(table, &["kind", "name", "basis", "source", "dates"]);
        for key in ["kind", "basis", "dates"] {
            if table.get(key).is_none() {
                self.missing(group.span(), key);
            }
        }
        let kind = self.word(table, "kind", &DayKind::NAMES);
        let basis = self.word(table, "basis", &Basis::NAMES);
        let name = self.name(table);
        let source = self.text(table, "source");
        for written in self.list(table, "dates") {
            let Some(date) = self.date(&written) else { continue };
            if let Some((first, last)) = covered.filter(|(first, last)| date < *first || date > *last) {
                self.report(written.span(), Problem::CalendarEnds { date, first, last });
            }
            let day =
                kind.zip(basis).map(|(kind, basis)| Day { kind, name: name.clone(), basis, source: source.clone() });
            if days.insert(date, day).is_some() {
                self.report(written.span(), Problem::NamedTwice { name: date.to_string() });
            }
        }
    }

    fn report(&mut self, span: Range<usize>, problem: Problem) {
        let place = self.lines.place(span.start);
        if self.faults.len() < Error::MAX_FAULTS {
            self.faults.push(problem.at(place));
        } else {
            self.left_out = self.left_out.saturating_add(1);
        }
    }

    fn missing(&mut self, span: Range<usize>, key: &str) {
        self.report(span, Problem::MissingKey { key: key.to_owned() });
    }

    fn known(&mut self, table: &DeTable<'_>, keys: &[&str]) {
        for key in table.keys().filter(|key| !keys.contains(&key.get_ref().as_ref())) {
            let allowed = keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            let key_name = key.get_ref().chars().take(40).collect();
            self.report(key.span(), Problem::UnknownKey { key: key_name, allowed });
        }
    }

    fn text(&mut self, table: &DeTable<'_>, key: &str) -> Option<String> {
        let value = table.get(key)?;
        if let DeValue::String(text) = value.get_ref() {
            return Some(parindex::composed(text).into_owned());
        }
        self.report(value.span(), Problem::BadToml { message: "expected a text in quotes".to_owned() });
        None
    }

    fn name(&mut self, table: &DeTable<'_>) -> Option<Text> {
        let value = table.get("name")?;
        Text::deserialize(ValueDeserializer::from(value.clone()))
            .map_err(|_| {
                let message = "expected a name, { vi = \"…\" } or { vi = \"…\", en = \"…\" }".to_owned();
                self.report(value.span(), Problem::BadToml { message });
            })
            .ok()
    }

    fn word<T: Copy>(&mut self, table: &DeTable<'_>, key: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(table, key)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let allowed = words.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", ");
            let text = text.chars().take(40).collect();
            self.report(span(table, key), Problem::BadValue { what: key.to_owned(), text, allowed });
        }
        found
    }

    fn list<'t>(&mut self, table: &DeTable<'t>, key: &str) -> Vec<Spanned<DeValue<'t>>> {
        match table.get(key).map(|value| (value.get_ref(), value.span())) {
            None => Vec::new(),
            Some((DeValue::Array(items), _)) => items.iter().cloned().collect(),
            Some((_, span)) => {
                self.report(span, Problem::BadToml { message: "expected a list".to_owned() });
                Vec::new()
            }
        }
    }

    /// A date, quoted or bare.
    fn date(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Date> {
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            _ => self.lines.text().get(value.span()).unwrap_or_default().to_owned(),
        };
        let bad = || Problem::BadDate { text: text.chars().take(40).collect() };
        parindex::read_date(&text).map_err(|_| self.report(value.span(), bad())).ok()
    }
}

/// Where the value of `key` stands.
fn span(table: &DeTable<'_>, key: &str) -> Range<usize> {
    table.get(key).map_or(0..0, Spanned::span)
}
