//! Reading TOML tables key by key, so that every fault is found in one pass.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Error, Fault, Problem};
use crate::fault::Place;
use crate::language::{Text, composed};
use crate::lines::Lines;
use crate::number::{Number, shown};

/// The text being read and what was found wrong with it so far.
pub(crate) struct Source<'s> {
    lines: Lines<'s>,
    faults: RefCell<Vec<Fault>>,
    left_out: Cell<usize>,
}

impl<'s> Source<'s> {
    pub(crate) fn new(text: &'s str) -> Self {
        Self { lines: Lines::new(text), faults: RefCell::default(), left_out: Cell::default() }
    }

    pub(crate) fn place(&self, byte: usize) -> Place {
        self.lines.place(byte)
    }

    fn text(&self, span: Range<usize>) -> &'s str {
        self.lines.text().get(span).unwrap_or_default()
    }

    pub(crate) fn report(&self, fault: Fault) {
        let mut faults = self.faults.borrow_mut();
        if faults.len() < Error::MAX_FAULTS {
            faults.push(fault);
        } else {
            self.left_out.set(self.left_out.get().saturating_add(1));
        }
    }

    /// Nothing if the text has no faults.
    ///
    /// # Errors
    /// All of them, in the order of the text.
    pub(crate) fn check(self) -> Result<(), Error> {
        let mut faults = self.faults.into_inner();
        faults.sort_by_key(|fault| (fault.place.line, fault.place.column));
        Error::check_with(faults, self.left_out.get())
    }
}

/// A table of the text, and which of its keys were asked for.
pub(crate) struct Keys<'s, 't> {
    source: &'s Source<'s>,
    table: &'t DeTable<'t>,
    span: Range<usize>,
    criterion: Option<String>,
    asked: RefCell<Vec<&'static str>>,
}

type Value<'t> = &'t Spanned<DeValue<'t>>;

impl<'s, 't> Keys<'s, 't> {
    pub(crate) fn new(source: &'s Source<'s>, table: &'t DeTable<'t>, span: Range<usize>) -> Self {
        Self { source, table, span, criterion: None, asked: RefCell::default() }
    }

    /// The same, for the row of a criterion.
    pub(crate) fn of(mut self, criterion: String) -> Self {
        self.criterion = Some(criterion);
        self
    }

    fn report_at(&self, span: &Range<usize>, problem: Problem) {
        let mut place = self.source.place(span.start);
        place.criterion.clone_from(&self.criterion);
        self.source.report(problem.at(place));
    }

    /// Reports a problem with the table as a whole.
    pub(crate) fn report(&self, problem: Problem) {
        self.report_at(&self.span, problem);
    }

    /// Where the value of `key` stands, or the table itself.
    pub(crate) fn place(&self, key: &str) -> Place {
        let span = self.table.get(key).map_or(self.span.clone(), Spanned::span);
        let mut place = self.source.place(span.start);
        place.criterion.clone_from(&self.criterion);
        place
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn value(&self, key: &'static str) -> Option<Value<'t>> {
        self.asked.borrow_mut().push(key);
        self.table.get(key)
    }

    fn wrong(&self, value: Value<'t>, what: &str, allowed: &str) {
        let span = value.span();
        let text = shown(self.source.text(span.clone()));
        self.report_at(&span, Problem::BadValue { what: what.to_owned(), text, allowed: allowed.to_owned() });
    }

    fn string(&self, what: &str, value: Value<'t>) -> Option<String> {
        if let DeValue::String(text) = value.get_ref() {
            return Some(composed(text).into_owned());
        }
        self.wrong(value, what, "a text in quotes");
        None
    }

    /// A text.
    pub(crate) fn text(&self, key: &'static str) -> Option<String> {
        self.value(key).and_then(|value| self.string(key, value))
    }

    /// A text that must be there.
    pub(crate) fn required_text(&self, key: &'static str) -> Option<String> {
        if !self.has(key) {
            self.missing(key);
        }
        self.text(key)
    }

    pub(crate) fn missing(&self, key: &str) {
        self.report(Problem::MissingKey { key: key.to_owned() });
    }

    /// A text in Vietnamese, or `{ vi = …, en = … }`.
    pub(crate) fn names(&self, key: &'static str) -> Option<Text> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Text { vi: composed(text).into_owned(), en: None }),
            DeValue::Table(table) => {
                let keys = self.inner(table, value.span());
                let text = keys.required_text("vi").map(|vi| Text { vi, en: keys.text("en") });
                keys.finish();
                text
            }
            _ => {
                self.wrong(value, key, "a text, or { vi = \"…\", en = \"…\" }");
                None
            }
        }
    }

    /// A number, as quoted text or as its bare digits; never through binary floats.
    pub(crate) fn number(&self, key: &'static str) -> Option<Number> {
        let value = self.value(key)?;
        let read = match value.get_ref() {
            DeValue::String(text) => text.parse(),
            DeValue::Integer(_) | DeValue::Float(_) => self.source.text(value.span()).parse::<Number>(),
            _ => {
                self.wrong(value, key, "a number in quotes");
                return None;
            }
        };
        read.map_err(|problem| self.report_at(&value.span(), problem)).ok()
    }

    /// A number that must be there.
    pub(crate) fn required_number(&self, key: &'static str) -> Option<Number> {
        if !self.has(key) {
            self.missing(key);
        }
        self.number(key)
    }

    /// A whole number from 0 to `most`.
    pub(crate) fn whole(&self, key: &'static str, most: u32) -> Option<u32> {
        let value = self.value(key)?;
        self.whole_of(key, value, most)
    }

    fn whole_of(&self, key: &'static str, value: Value<'t>, most: u32) -> Option<u32> {
        let read = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().ok(),
            _ => None,
        };
        let whole = read.filter(|whole| *whole <= most);
        if whole.is_none() {
            self.wrong(value, key, &format!("a whole number from 0 to {most}"));
        }
        whole
    }

    /// A list of whole numbers.
    pub(crate) fn wholes(&self, key: &'static str, most: u32) -> Vec<u32> {
        self.items(key).into_iter().filter_map(|value| self.whole_of(key, value, most)).collect()
    }

    /// `true` or `false`; false where the key is absent.
    pub(crate) fn flag(&self, key: &'static str) -> bool {
        let Some(value) = self.value(key) else { return false };
        if let DeValue::Boolean(flag) = value.get_ref() {
            return *flag;
        }
        self.wrong(value, key, "true or false");
        false
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let value = self.value(key)?;
        let text = self.string(key, value)?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
        if found.is_none() {
            let allowed: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            self.report_at(
                &value.span(),
                Problem::BadValue { what: key.to_owned(), text: shown(&text), allowed: allowed.join(", ") },
            );
        }
        found
    }

    /// A calendar date, quoted or bare.
    pub(crate) fn date(&self, key: &'static str) -> Option<jiff::civil::Date> {
        let value = self.value(key)?;
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            _ => {
                self.wrong(value, key, "a date like \"2026-12-20\"");
                return None;
            }
        };
        crate::measure::read_date(&text).map_err(|problem| self.report_at(&value.span(), problem)).ok()
    }

    fn inner(&self, table: &'t DeTable<'t>, span: Range<usize>) -> Keys<'s, 't> {
        let keys = Keys::new(self.source, table, span);
        Keys { criterion: self.criterion.clone(), ..keys }
    }

    fn as_table(&self, what: &str, value: Value<'t>) -> Option<Keys<'s, 't>> {
        if let DeValue::Table(table) = value.get_ref() {
            return Some(self.inner(table, value.span()));
        }
        self.wrong(value, what, "a table");
        None
    }

    /// A table below this one.
    pub(crate) fn table(&self, key: &'static str) -> Option<Keys<'s, 't>> {
        self.value(key).and_then(|value| self.as_table(key, value))
    }

    /// Whether the value of `key` is a table.
    pub(crate) fn is_table(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(|value| matches!(value.get_ref(), DeValue::Table(_)))
    }

    fn items(&self, key: &'static str) -> Vec<Value<'t>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        if let DeValue::Array(items) = value.get_ref() {
            return items.iter().collect();
        }
        self.wrong(value, key, "a list");
        Vec::new()
    }

    /// A list of tables; empty where the key is absent.
    pub(crate) fn tables(&self, key: &'static str) -> Vec<Keys<'s, 't>> {
        self.items(key).into_iter().filter_map(|value| self.as_table(key, value)).collect()
    }

    /// All tables below this one, by their own keys.
    pub(crate) fn named_tables(&self, what: &'static str) -> Vec<(&'t str, Keys<'s, 't>)> {
        let tables = self.table.iter().filter_map(|(key, value)| {
            let mut keys = self.as_table(what, value)?;
            keys.span = key.span();
            Some((key.get_ref().as_ref(), keys))
        });
        tables.collect()
    }

    /// Reports every key that nobody asked for.
    pub(crate) fn finish(&self) {
        let asked = self.asked.borrow();
        for key in self.table.keys() {
            if !asked.contains(&key.get_ref().as_ref()) {
                let mut allowed: Vec<&str> = asked.clone();
                allowed.sort_unstable();
                allowed.dedup();
                let allowed = allowed.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
                self.report_at(&key.span(), Problem::UnknownKey { key: shown(key.get_ref()), allowed });
            }
        }
    }
}
