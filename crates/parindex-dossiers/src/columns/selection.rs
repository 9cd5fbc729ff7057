//! Which column of a table is which part of a dossier.

use std::collections::BTreeSet;

use arrow_schema::{DataType, Field, Schema};
use parindex::composed;

use crate::error::{Error, Fault, Problem};
use crate::options::{Options, Part};

/// The positions of the columns that are read.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    parts: Vec<(Part, usize)>,
    /// The columns that are kept apart.
    pub(crate) by: Vec<usize>,
}

/// The names of the first columns of a table, as messages show them.
pub(crate) fn shown(schema: &Schema) -> String {
    let names: Vec<String> = schema.fields().iter().take(40).map(|field| format!("`{}`", field.name())).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// The columns of which one at least must say when a dossier ended.
const ENDS: [Part; 5] = [Part::Finished, Part::Processed, Part::Returned, Part::Stopped, Part::Withdrawn];

impl Selection {
    /// Finds the columns of a table: by the name given, by the part's own name,
    /// by the portal's.
    ///
    /// # Errors
    /// `missing-column` for each column that is given or needed and not there,
    /// `named-twice` for each that is there twice.
    pub(crate) fn new(schema: &Schema, options: &Options) -> Result<Self, Error> {
        let find = |name: &str| schema.fields().iter().position(|field| composed(field.name()) == composed(name));
        let part_of = |part: Part| {
            let (name, portal) = part.names();
            options.columns.get(&part).map_or_else(|| find(name).or_else(|| find(portal)), |given| find(given))
        };
        let mut missing = Vec::new();
        let mut parts = Vec::new();
        for (part, ..) in Part::NAMES {
            match (part_of(part), options.columns.get(&part)) {
                (Some(position), _) => parts.push((part, position)),
                (None, Some(given)) => missing.push(given.clone()),
                (None, None) => {}
            }
        }
        let has = |wanted: &[Part]| parts.iter().any(|(part, _)| wanted.contains(part));
        for wanted in [&[Part::Received][..], &[Part::Due, Part::LimitDays, Part::LimitHours], &ENDS] {
            let is_told = wanted.iter().any(|part| options.columns.contains_key(part));
            if !has(wanted) && !is_told {
                let names: Vec<&str> = wanted.iter().map(|part| part.name()).collect();
                missing.push(names.join("` or `"));
            }
        }
        let mut by = Vec::new();
        for name in &options.question.by {
            match Part::named(name).and_then(part_of).or_else(|| find(name)) {
                Some(position) => by.push(position),
                None => missing.push(name.clone()),
            }
        }
        let found = shown(schema);
        let missing = missing.into_iter().map(|column| Problem::MissingColumn { column, found: found.clone() });
        let read = parts.iter().map(|(_, position)| *position).chain(by.iter().copied()).collect::<BTreeSet<_>>();
        let twice = read.into_iter().filter_map(|position| {
            let name = composed(schema.fields().get(position)?.name()).into_owned();
            let same = schema.fields().iter().filter(|field| composed(field.name()) == name).count();
            (same > 1).then_some(Problem::NamedTwice { name })
        });
        Error::check(missing.chain(twice).map(Fault::from))?;
        parts.retain(|(part, _)| {
            !matches!(part, Part::Id | Part::Unit | Part::Procedure | Part::Field | Part::Level | Part::Channel)
        });
        Ok(Self { parts, by })
    }

    /// Where a part stands.
    pub(crate) fn position(&self, part: Part) -> Option<usize> {
        self.parts.iter().find(|(own, _)| *own == part).map(|(_, position)| *position)
    }

    /// All positions that are read.
    pub(crate) fn positions(&self) -> impl Iterator<Item = usize> {
        self.parts.iter().map(|(_, position)| *position).chain(self.by.iter().copied())
    }

    /// The schema by which a reader of files keeps texts that repeat as
    /// dictionaries: those kept apart, and states.
    pub(crate) fn with_dictionaries(&self, schema: &Schema) -> Schema {
        let status = self.position(Part::Status);
        let fields = schema.fields().iter().enumerate().map(|(position, field)| {
            let repeats = self.by.contains(&position) || status == Some(position);
            match field.data_type() {
                DataType::Utf8 if repeats => {
                    let kind = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
                    Field::new(field.name(), kind, field.is_nullable())
                }
                _ => field.as_ref().clone(),
            }
        });
        Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone())
    }
}
