//! The table of beliefs: evidence, and beside it what is not certain yet.

use std::collections::BTreeMap;

use parindex::{Framework, Number, Place, Problem, Stage, Stop, Units};
use parindex_forecast::{Belief, BeliefRow, Simulation};
use parindex_tables::{Columns, Row, RowFaults, evidence, units};
use pyo3::prelude::*;

use crate::argument::table;
use crate::error::{Failure, Gathered};
use crate::source::{Source, mark};

/// The columns read; the first seven stand where the readers of evidence look for them.
const NAMES: [&str; 15] = [
    "unit",
    "code",
    "value",
    "numerator",
    "denominator",
    "points",
    "stage",
    "belief",
    "coming",
    "low",
    "mode",
    "high",
    "mean",
    "se",
    "chance",
];
const VALUE: usize = 2;
const NUMERATOR: usize = 3;
const DENOMINATOR: usize = 4;
const POINTS: usize = 5;
const BELIEF: usize = 7;
const COMING: usize = 8;
const LOW: usize = 9;
const MODE: usize = 10;
const HIGH: usize = 11;
const MEAN: usize = 12;
const SE: usize = 13;
const CHANCE: usize = 14;

/// A shape of belief, and the columns it reads.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Fixed,
    Triangular,
    BetaBinomial,
    Normal,
    Bernoulli,
    Choice,
}

impl Kind {
    const NAMES: [(&'static str, Self); 6] = [
        ("fixed", Self::Fixed),
        ("triangular", Self::Triangular),
        ("beta-binomial", Self::BetaBinomial),
        ("normal", Self::Normal),
        ("bernoulli", Self::Bernoulli),
        ("choice", Self::Choice),
    ];

    fn columns(self) -> &'static [usize] {
        match self {
            Self::Fixed => &[VALUE, NUMERATOR, DENOMINATOR, POINTS],
            Self::Triangular => &[LOW, MODE, HIGH],
            Self::BetaBinomial => &[NUMERATOR, DENOMINATOR, COMING],
            Self::Normal => &[MEAN, SE],
            Self::Bernoulli => &[CHANCE],
            Self::Choice => &[VALUE, NUMERATOR, DENOMINATOR, POINTS, CHANCE],
        }
    }

    fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

type BeliefCells<'r, 'a> = Row<'r, 'a, 15>;

/// Beliefs and units, handed over by Python and not yet read.
pub(crate) struct Tables {
    beliefs: Source,
    units: Option<Source>,
    mark: char,
}

impl Tables {
    pub(crate) fn of(
        beliefs: &Bound<'_, PyAny>,
        units: Option<&Bound<'_, PyAny>>,
        decimal: &str,
    ) -> Result<Self, Failure> {
        let mark = mark(decimal)?;
        Ok(Self {
            beliefs: table("beliefs", beliefs)?,
            units: units.map(|units| table("units", units)).transpose()?,
            mark,
        })
    }

    /// Reads both tables and makes them ready to be drawn from; faults of rows that
    /// could not be read and of those that were are told together.
    pub(crate) fn simulation(self, framework: &Framework, noise: Option<f64>) -> Result<Simulation, Failure> {
        let units: Option<Units> = self.units.map(|source| units::read(&source.read()?)).transpose()?;
        let mut faults = Gathered::default();
        let noise = noise.unwrap_or(0.0);
        faults.keep(Simulation::check_weights_noise(noise), Place::default);
        let told = faults.found();
        let rows = read(&self.beliefs.read()?, self.mark, &mut faults)?;
        let made = match &units {
            None => Simulation::new(framework, &rows),
            Some(units) => Simulation::with_units(framework, &rows, units),
        };
        // Of rows that cannot be read, that none is left is no fault of its own.
        let is_unread = rows.is_empty() && faults.found() > told;
        let simulation = if is_unread { None } else { faults.keep_all(made, &[]) };
        faults.sorted().check()?;
        let lacks = || Problem::IncompleteRow { what: "no unit has a belief".to_owned() };
        Ok(simulation.ok_or_else(lacks)?.weights_noise(noise)?)
    }
}

/// Reads beliefs: `unit`, `code`, `belief` and the columns that it takes. Rows
/// with faults are left out.
fn read(columns: &Columns, mark: char, faults: &mut Gathered) -> Result<Vec<BeliefRow>, Failure> {
    let selection = columns.select(NAMES)?;
    let mut lacks = Gathered::default();
    for (column, name) in NAMES.into_iter().enumerate().take(2) {
        if !selection.has(column) {
            lacks.keep(Err::<(), _>(columns.missing(name)), Place::default);
        }
    }
    lacks.check()?;
    let mut rows: Vec<BeliefRow> = Vec::new();
    // Where the choice of a unit, a leaf and a stage stands among the rows.
    let mut choices: BTreeMap<(String, String, Stage), usize> = BTreeMap::new();
    columns.visit(&selection, |row| {
        Stop::point();
        let mut plain = RowFaults::default();
        let ids = evidence::ids(row, &mut plain);
        for fault in plain {
            faults.keep(Err::<(), _>(fault.problem), || fault.place);
        }
        let Some((unit, code)) = ids else { return };
        let place = || Place::row(row.line).unit(&*unit).of(&code);
        let stage = faults.keep(evidence::stage(row), place);
        let believed = match kind(row) {
            Ok(kind) => one(row, kind, mark, faults, &place),
            Err(problem) => faults.keep(Err(problem), place),
        };
        let (Some(stage), Some(belief)) = (stage, believed) else { return };
        if let Belief::Choice(more) = &belief {
            let known = *choices.entry((unit.to_string(), code.to_string(), stage)).or_insert(rows.len());
            if let Some(BeliefRow { belief: Belief::Choice(all), .. }) = rows.get_mut(known) {
                all.extend(more.iter().cloned());
                return;
            }
        }
        rows.push(BeliefRow { stage, line: row.line, ..BeliefRow::new(&*unit, &*code, belief) });
    })?;
    Ok(rows)
}

fn kind(row: &BeliefCells<'_, '_>) -> Result<Kind, Problem> {
    let Some(word) = row.cell(BELIEF).text()? else { return Ok(Kind::Fixed) };
    let found = Kind::NAMES.iter().find(|(name, _)| *name == word.trim());
    found.map(|(_, kind)| *kind).ok_or_else(|| Problem::BadValue {
        what: "the belief".to_owned(),
        text: word.chars().take(40).collect(),
        allowed: Kind::NAMES.map(|(name, _)| format!("`{name}`")).join(", "),
    })
}

/// The belief of a row; every cell that is wrong is a fault of its own.
fn one(
    row: &BeliefCells<'_, '_>,
    kind: Kind,
    mark: char,
    faults: &mut Gathered,
    place: &impl Fn() -> Place,
) -> Option<Belief> {
    let before = faults.found();
    // What stands in a column that the belief does not read was meant for another.
    for column in (VALUE..=POINTS).chain(COMING..=CHANCE).filter(|column| !kind.columns().contains(column)) {
        if !matches!(row.cell(column).label(), Ok(None)) {
            let name = NAMES.get(column).copied().unwrap_or_default();
            let what = format!("a `{}` belief does not read the column `{name}`: leave it empty", kind.name());
            faults.keep(Err::<(), _>(Problem::IncompleteRow { what }), place);
        }
    }
    let mut real = |column: usize| {
        let lacks = || lacking(kind, column);
        faults.keep(row.cell(column).real(mark).and_then(|value| value.ok_or_else(lacks)), place)
    };
    let belief = match kind {
        Kind::Fixed => faults.keep(evidence::stated(row, mark), place).map(Belief::Fixed),
        Kind::Triangular => {
            let [low, mode, high] = [LOW, MODE, HIGH].map(&mut real);
            low.zip(mode).zip(high).map(|((low, mode), high)| Belief::Triangular { low, mode, high })
        }
        Kind::Normal => {
            let [mean, se] = [MEAN, SE].map(&mut real);
            mean.zip(se).map(|(mean, se)| Belief::Normal { mean, se })
        }
        Kind::Bernoulli => real(CHANCE).map(|chance| Belief::Bernoulli { chance }),
        Kind::Choice => {
            let chance = real(CHANCE);
            let stated = faults.keep(evidence::stated(row, mark), place);
            stated.zip(chance).map(|choice| Belief::Choice(vec![choice]))
        }
        Kind::BetaBinomial => {
            let mut count = |column: usize| {
                let number = row.cell(column).number(mark).and_then(|count| count.ok_or_else(|| lacking(kind, column)));
                faults.keep(number.and_then(counted), place)
            };
            let [good, so_far, coming] = [NUMERATOR, DENOMINATOR, COMING].map(&mut count);
            good.zip(so_far).zip(coming).map(|((good, so_far), coming)| Belief::BetaBinomial { good, so_far, coming })
        }
    };
    belief.filter(|_| faults.found() == before)
}

fn lacking(kind: Kind, column: usize) -> Problem {
    let name = NAMES.get(column).copied().unwrap_or_default();
    Problem::IncompleteRow { what: format!("a `{}` belief needs the column `{name}`", kind.name()) }
}

/// A number of cases.
fn counted(count: Number) -> Result<u32, Problem> {
    let value = count.to_string();
    let allowed = || "a whole number from 0 to 4,294,967,295".to_owned();
    value.parse().map_err(|_| Problem::OutOfRange { value, allowed: allowed() })
}
