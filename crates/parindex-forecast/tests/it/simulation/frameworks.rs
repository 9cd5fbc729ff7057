//! Frameworks to simulate under.

use std::fmt::Write as _;

use parindex::{Framework, RoundingMode, Stated};
use parindex_forecast::{Belief, BeliefRow, Forecast, Simulation, SimulationOptions};
use proptest::prelude::*;

/// A framework of these criteria, two places half-up at each leaf.
pub(crate) fn framework(criteria: &str) -> Framework {
    rounded(criteria, "{ places = 2, mode = \"half-up\", at = \"leaf\" }")
}

/// A framework of these criteria under a rounding.
pub(crate) fn rounded(criteria: &str, rounding: &str) -> Framework {
    let head = "id = \"test\"\ntitle = \"test\"\nunit = \"province\"\nstatus = \"draft\"\nbasis = \"assumed\"\nrounds = [2026]\n";
    format!("{head}rounding = {rounding}\n{criteria}").parse().unwrap_or_else(|error| panic!("{error}\n{criteria}"))
}

/// A row without others below it.
pub(crate) fn leaf(code: &str, max: &str, rule: &str) -> String {
    format!("[criteria.\"{code}\"]\nname = \"leaf\"\nmax_points = \"{max}\"\nrule = {rule}\n")
}

/// A framework of one leaf.
pub(crate) fn one_leaf(max: &str, rule: &str) -> Framework {
    framework(&leaf("1", max, rule))
}

/// Draws of these beliefs.
pub(crate) fn simulate(framework: &Framework, rows: &[BeliefRow], draws: usize, seed: u64) -> Forecast {
    let options = SimulationOptions { draws, seed, threads: Some(2) };
    Simulation::new(framework, rows).unwrap_or_else(|error| panic!("{error}")).forecast(&options).unwrap()
}

/// What is known of a leaf.
pub(crate) fn fixed(unit: &str, code: &str, value: &str) -> BeliefRow {
    BeliefRow::new(unit, code, Belief::Fixed(Stated::text(value)))
}

/// A rule and the evidence that it reads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reads {
    Ratio,
    Amount,
    Count,
    Days,
    Index,
    Points,
    Words(&'static [&'static str]),
}

const LABELS: Reads = Reads::Words(&["kịp thời", "không kịp thời", "không ban hành"]);

/// Every kind of rule, for a maximum of 2.
pub(crate) const RULES: [(&str, Reads); 22] = [
    ("{ kind = \"proportional\" }", Reads::Ratio),
    ("{ kind = \"target\", target = \"80\" }", Reads::Ratio),
    ("{ kind = \"floor-and-target\", floor = \"30\", target = \"90\" }", Reads::Ratio),
    ("{ kind = \"scaled\", unit = \"percent\", zero_at = \"10\", full_at = \"95.5\" }", Reads::Ratio),
    ("{ kind = \"scaled\", unit = \"amount\", zero_at = \"2\", full_at = \"-10\" }", Reads::Amount),
    (
        "{ kind = \"steps\", unit = \"percent\", steps = [{ above = \"90\", points = \"2\" }, { from = \"70\", to = \"90\", points = \"1\" }, { below = \"70\", points = \"0\" }] }",
        Reads::Ratio,
    ),
    (
        "{ kind = \"steps\", unit = \"count\", steps = [{ to = \"0\", points = \"2\" }, { from = \"1\", to = \"3\", points = \"0.5\" }, { from = \"4\", points = \"0\" }] }",
        Reads::Count,
    ),
    (
        "{ kind = \"steps\", unit = \"label\", steps = [{ label = \"kịp thời\", points = \"2\" }, { label = \"không kịp thời\", points = \"0.5\" }, { label = \"không ban hành\", points = \"0\" }] }",
        LABELS,
    ),
    ("{ kind = \"yes-no\", no = \"0.25\" }", Reads::Words(&["có", "không"])),
    (
        "{ kind = \"deadline\", due = \"2026-12-20\", steps = [{ to = \"0\", points = \"2\" }, { from = \"1\", to = \"5\", points = \"0.7\" }, { from = \"6\", points = \"0\" }] }",
        Reads::Days,
    ),
    (
        "{ kind = \"deadline\", due = \"2026-12-20\", steps = [{ to = \"0\", points = \"2\" }, { from = \"1\", points = \"0\" }] }",
        Reads::Words(&["20/12/2026", "2026-12-21", "1/1/2026"]),
    ),
    (
        "{ kind = \"checklist\", parts = [{ key = \"a\", points = \"0.5\" }, { key = \"b\", points = \"1.25\" }, { key = \"c\", points = \"0.25\" }] }",
        Reads::Words(&["a; c", "không", "a, b, c"]),
    ),
    ("{ kind = \"deduction\", each = \"0.3\" }", Reads::Count),
    ("{ kind = \"per-occurrence\", each = \"0.45\" }", Reads::Count),
    ("{ kind = \"given\" }", Reads::Points),
    ("{ kind = \"index-share\" }", Reads::Index),
    (
        "{ kind = \"answers\", scores = [{ label = \"tốt\", points = \"2\" }, { label = \"khá\", points = \"1.1\" }, { label = \"kém\", points = \"0\" }] }",
        Reads::Words(&["tốt: 30; khá: 51", "kém: 3", "tốt: 1; khá: 1; kém: 1"]),
    ),
    ("{ kind = \"min-max\", unit = \"percent\" }", Reads::Ratio),
    ("{ kind = \"share-of-best\", unit = \"count\", best = \"low\" }", Reads::Count),
    ("{ kind = \"percentile\", unit = \"percent\" }", Reads::Ratio),
    (
        "{ kind = \"rank\", unit = \"percent\", steps = [{ to = \"1\", points = \"2\" }, { above = \"1\", to = \"3\", points = \"1.5\" }, { above = \"3\", points = \"0.2\" }] }",
        Reads::Ratio,
    ),
    ("{ kind = \"not-scored\" }", Reads::Points),
];

/// A row of an invented framework: its rule, its weight in tenths and whether it is
/// a bonus (1) or a penalty (2).
pub(crate) type Row = (usize, u32, u8);

/// A tree of fields with leaves, aggregates, a rounding and words on absence.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    top: usize,
    fields: Vec<(usize, u32, Vec<Row>)>,
    rounding: (u32, usize, bool),
    absence: (usize, usize, usize),
}

const AGGREGATES: [&str; 6] = ["sum", "weighted-sum", "weighted-mean", "mean", "geometric-mean", "minimum"];
const EARNS: [&str; 3] = ["zero", "full", "shrink"];

pub(crate) fn shape() -> impl Strategy<Value = Shape> {
    let row = (0..RULES.len(), 1u32..20, prop_oneof![6 => Just(0u8), 1 => Just(1), 1 => Just(2)]);
    let leaves = proptest::collection::vec(row, 1..5);
    let fields = proptest::collection::vec((0..AGGREGATES.len(), 1u32..20, leaves), 1..4);
    let absence = (0..EARNS.len(), 0..EARNS.len(), 0..EARNS.len());
    (0..AGGREGATES.len(), fields, (2u32..4, 0usize..5, any::<bool>()), absence)
        .prop_map(|(top, fields, rounding, absence)| Shape { top, fields, rounding, absence })
}

impl Shape {
    /// The framework as text.
    pub(crate) fn framework(&self) -> Framework {
        let (places, mode, leaf) = self.rounding;
        let (mode, at) = (RoundingMode::NAMES[mode].0, if leaf { "leaf" } else { "end" });
        let is_weighted = |aggregate: usize| AGGREGATES[aggregate].starts_with("weighted");
        let (missing, not, zero) = self.absence;
        let mut text = format!(
            "aggregate = \"{}\"\n[absence]\nmissing = \"{}\"\nnot_applicable = \"{}\"\nzero_denominator = \"{}\"\n",
            ["sum", "mean"][self.top % 2],
            EARNS[missing],
            EARNS[not],
            EARNS[zero]
        );
        // One row holds all fields, so that the total before any rounding can be read.
        let _ = write!(text, "[criteria.\"1\"]\nname = \"all\"\naggregate = \"{}\"\n", AGGREGATES[self.top]);
        for (field, (aggregate, weight, leaves)) in (1..).zip(&self.fields) {
            let _ = write!(
                text,
                "[criteria.\"1.{field}\"]\nname = \"field\"\naggregate = \"{}\"\n",
                AGGREGATES[*aggregate]
            );
            if is_weighted(self.top) {
                let _ = writeln!(text, "weight = \"{}.{}\"", weight / 10, weight % 10);
            }
            for (position, (rule, weight, outside)) in (1..).zip(leaves) {
                text += &self::leaf(&format!("1.{field}.{position}"), "2", RULES[*rule].0);
                match outside {
                    1 => text += "outside = \"bonus\"\n",
                    2 => text += "outside = \"penalty\"\n",
                    _ if is_weighted(*aggregate) => {
                        let _ = writeln!(text, "weight = \"{}.{}\"", weight / 10, weight % 10);
                    }
                    _ => {}
                }
            }
        }
        rounded(&text, &format!("{{ places = {places}, mode = \"{mode}\", at = \"{at}\" }}"))
    }

    /// The codes of the leaves and what their rules read.
    pub(crate) fn leaves(&self) -> Vec<(String, Reads)> {
        let fields = (1..).zip(&self.fields);
        let leaves = |(field, (_, _, leaves)): (i32, &(usize, u32, Vec<Row>))| {
            let codes = (1..).zip(leaves).map(move |(leaf, row)| (format!("1.{field}.{leaf}"), RULES[row.0].1));
            codes.collect::<Vec<_>>()
        };
        fields.flat_map(leaves).collect()
    }
}

/// A statement that a rule reads, from two numbers.
pub(crate) fn stated(reads: Reads, what: u8, number: u32, other: u32) -> Stated {
    let hundredths = |number: u32| format!("{}.{:02}", number / 100, number % 100);
    match (reads, what) {
        (_, 0) => Stated::Gap,
        (_, 1) => Stated::NotApplicable,
        (Reads::Ratio, 2) => Stated::Counts(0_u8.into(), 0_u8.into()),
        (Reads::Ratio, 3..=6) => Stated::Counts((number % (other % 400 + 1)).into(), (other % 400).max(1).into()),
        (Reads::Ratio | Reads::Index, _) => Stated::text(&hundredths(number % 10_001)),
        (Reads::Amount, _) => Stated::text(&format!("{}{}", ["", "-"][other as usize % 2], hundredths(number % 1500))),
        (Reads::Count, _) => Stated::text(&(number % 9).to_string()),
        (Reads::Days, _) => Stated::text(&format!("{}", i64::from(number % 12) - 3)),
        (Reads::Points, _) => Stated::Points(hundredths(number % 201).parse().unwrap()),
        (Reads::Words(words), _) => Stated::text(words[number as usize % words.len()]),
    }
}
