//! From TOML text to a framework, with every fault found in one pass.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::check::Places;
use super::file::{Absence, Attribute, Band, Earns, Head, Method, Outside, Row, Standing};
use super::keys::{Keys, Source};
use super::{Framework, check};
use crate::aggregate::Aggregate;
use crate::code::Code;
use crate::error::{Error, Problem};
use crate::rounding::{Rounding, RoundingMode, RoundingPoint};
use crate::rule::Rule;
use crate::standing::{Basis, Status};

/// Most bytes a framework file may have.
const MAX_BYTES: usize = 4 << 20;
/// Most bytes one line of it may have.
const MAX_LINE: usize = 1 << 20;

pub(crate) fn read(text: &str) -> Result<Framework, Error> {
    if text.len() > MAX_BYTES {
        return Err(Problem::TooLarge { what: "the framework file".to_owned(), limit: "4 MiB".to_owned() }.into());
    }
    if text.lines().any(|line| line.len() > MAX_LINE) {
        return Err(
            Problem::TooLarge { what: "a line of the framework file".to_owned(), limit: "1 MiB".to_owned() }.into()
        );
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let source = Source::new(text);
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let place = error.span().map(|span| source.place(span.start)).unwrap_or_default();
        source.report(Problem::BadToml { message: error.message().to_owned() }.at(place));
    }
    let keys = Keys::new(&source, document.get_ref(), 0..0);
    let head = head(&keys);
    let mut places = Places::default();
    for key in ["max_points", "aggregate", "bands"] {
        places.insert(None, key, keys.place(key));
    }
    let rows = rows(&keys, &mut places);
    keys.finish();
    let (framework, faults) = check::build(head, rows, &places);
    for fault in faults {
        source.report(fault);
    }
    source.check()?;
    Ok(framework)
}

/// The head of the file. Where a part is missing it is reported and something
/// stands in for it, so that the rows can be checked too.
fn head(keys: &Keys<'_, '_>) -> Head {
    let id = keys.required_text("id");
    let title = keys.names("title");
    let unit = keys.required_text("unit");
    let status = keys.word("status", &Status::NAMES);
    let basis = keys.word("basis", &Basis::NAMES);
    for key in ["title", "status", "basis"] {
        if !keys.has(key) {
            keys.missing(key);
        }
    }
    let decision = keys.text("decision");
    let date = keys.date("date");
    let rounds = keys.wholes("rounds", 9999);
    let source = keys.names("source");
    let max_points = keys.number("max_points");
    let aggregate = keys.word("aggregate", &Aggregate::NAMES).unwrap_or_default();
    let rounding = keys.table("rounding").and_then(|keys| rounding(&keys));
    let absence = keys.table("absence").map(|keys| absence(&keys)).unwrap_or_default();
    let bands = keys.tables("bands").iter().filter_map(band).collect();
    Head {
        id: id.unwrap_or_default(),
        title: title.unwrap_or_default(),
        decision,
        date,
        unit: unit.unwrap_or_default(),
        rounds,
        status: status.unwrap_or(Status::Draft),
        basis: basis.unwrap_or(Basis::Assumed),
        source,
        max_points,
        aggregate,
        rounding,
        absence,
        bands,
    }
}

fn rounding(keys: &Keys<'_, '_>) -> Option<Rounding> {
    for key in ["places", "mode", "at"] {
        if !keys.has(key) {
            keys.missing(key);
        }
    }
    let places = keys.whole("places", Rounding::MAX_PLACES);
    let mode = keys.word("mode", &RoundingMode::NAMES);
    let at = keys.word("at", &[("leaf", RoundingPoint::Leaf), ("end", RoundingPoint::End)]);
    keys.finish();
    Some(Rounding { places: places?, mode: mode?, at: at? })
}

fn absence(keys: &Keys<'_, '_>) -> Absence {
    let absence = Absence {
        missing: keys.word("missing", &Earns::NAMES),
        not_applicable: keys.word("not_applicable", &Earns::NAMES),
        zero_denominator: keys.word("zero_denominator", &Earns::NAMES),
    };
    keys.finish();
    absence
}

fn band(keys: &Keys<'_, '_>) -> Option<Band> {
    let (name, from) = (keys.required_text("name"), keys.required_number("from"));
    keys.finish();
    Some(Band { name: name?, from: from? })
}

fn rows(keys: &Keys<'_, '_>, places: &mut Places) -> BTreeMap<Code, Row> {
    let mut rows = BTreeMap::new();
    if !keys.has("criteria") {
        keys.missing("criteria");
    }
    let tables = keys.table("criteria").map(|keys| keys.named_tables("criterion")).unwrap_or_default();
    if tables.is_empty() && keys.has("criteria") {
        keys.report(Problem::MissingKey { key: "criteria.\"1\"".to_owned() });
    }
    for (text, keys) in tables {
        let code = match text.parse::<Code>() {
            Ok(code) => code,
            Err(problem) => {
                keys.report(problem);
                places.has_unread_rows = true;
                continue;
            }
        };
        let keys = keys.of(code.to_string());
        for key in ["max_points", "rule", "weight", "aggregate", "outside"] {
            places.insert(Some(code.clone()), key, keys.place(key));
        }
        if rows.insert(code.clone(), row(&keys)).is_some() {
            keys.report(Problem::BadValue {
                what: "a second row for the code".to_owned(),
                text: text.to_owned(),
                allowed: "each code once".to_owned(),
            });
        }
    }
    rows
}

/// A row; what cannot be read is reported, and something stands in for it so
/// that the rest can be checked.
fn row(keys: &Keys<'_, '_>) -> Row {
    if !keys.has("name") {
        keys.missing("name");
    }
    let basis = if keys.is_table("basis") {
        keys.table("basis").map(|keys| Standing::Each(attributes(&keys)))
    } else {
        keys.word("basis", &Basis::NAMES).map(Standing::All)
    };
    let outside = [("bonus", Outside::Bonus), ("penalty", Outside::Penalty)];
    let row = Row {
        name: keys.names("name").unwrap_or_default(),
        max_points: keys.number("max_points"),
        aggregate: keys.word("aggregate", &Aggregate::NAMES),
        weight: keys.number("weight"),
        method: keys.word("method", &Method::NAMES),
        rule: if keys.has("rule") {
            Some(keys.table("rule").and_then(|keys| Rule::from_keys(&keys)).unwrap_or_else(Rule::stand_in))
        } else {
            None
        },
        evidence: keys.names("evidence"),
        agency: keys.text("agency"),
        basis,
        source: keys.names("source"),
        absence: keys.table("absence").map(|keys| absence(&keys)).unwrap_or_default(),
        outside: keys.word("outside", &outside),
    };
    keys.finish();
    row
}

fn attributes(keys: &Keys<'_, '_>) -> BTreeMap<Attribute, Basis> {
    let named = Attribute::NAMES
        .into_iter()
        .filter_map(|(word, attribute)| keys.word(word, &Basis::NAMES).map(|basis| (attribute, basis)));
    let named = named.collect();
    keys.finish();
    named
}
