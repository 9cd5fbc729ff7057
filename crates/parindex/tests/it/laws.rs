//! What must hold for every framework and all evidence.

use std::fmt::Write as _;

use parindex::{Evidence, EvidenceRow, Exact, Framework, Language, RoundingMode};
use proptest::prelude::*;

/// Rules under which a higher ratio never earns less, for a maximum of 2.
const MONOTONE: [&str; 5] = [
    "{ kind = \"proportional\" }",
    "{ kind = \"target\", target = \"80\" }",
    "{ kind = \"floor-and-target\", floor = \"30\", target = \"90\" }",
    "{ kind = \"scaled\", unit = \"percent\", zero_at = \"10\", full_at = \"95.5\" }",
    "{ kind = \"steps\", unit = \"percent\", steps = [{ below = \"30\", points = \"0\" }, { from = \"30\", below = \"70\", points = \"0.7\" }, { from = \"70\", points = \"2\" }] }",
];

/// A tree of fields, each with leaves under a rule, an aggregate and a rounding.
#[derive(Clone, Debug)]
struct Shape {
    fields: Vec<(usize, Vec<usize>)>,
    rounding: (u32, usize, bool),
}

const AGGREGATES: [&str; 4] = ["sum", "mean", "minimum", "geometric-mean"];

fn shape() -> impl Strategy<Value = Shape> {
    let leaves = proptest::collection::vec(0..MONOTONE.len(), 1..4);
    let fields = proptest::collection::vec((0..AGGREGATES.len(), leaves), 1..4);
    (fields, (0u32..4, 0usize..5, any::<bool>())).prop_map(|(fields, rounding)| Shape { fields, rounding })
}

impl Shape {
    fn framework(&self) -> Framework {
        let (places, mode, leaf) = self.rounding;
        let mode = RoundingMode::NAMES[mode].0;
        let at = if leaf { "leaf" } else { "end" };
        let mut text = format!(
            "id = \"law\"\ntitle = \"law\"\nunit = \"x\"\nstatus = \"draft\"\nbasis = \"assumed\"\n\
             rounding = {{ places = {places}, mode = \"{mode}\", at = \"{at}\" }}\n"
        );
        for (position, (aggregate, leaves)) in self.fields.iter().enumerate() {
            let field = position + 1;
            let aggregate = AGGREGATES[*aggregate];
            let _ = write!(text, "[criteria.\"{field}\"]\nname = \"field\"\naggregate = \"{aggregate}\"\n");
            for (position, rule) in leaves.iter().enumerate() {
                let leaf = position + 1;
                let rule = MONOTONE[*rule];
                let _ =
                    write!(text, "[criteria.\"{field}.{leaf}\"]\nname = \"leaf\"\nmax_points = \"2\"\nrule = {rule}\n");
            }
        }
        text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    fn codes(&self) -> Vec<String> {
        let fields = self.fields.iter().enumerate();
        fields
            .flat_map(|(field, (_, leaves))| (1..=leaves.len()).map(move |leaf| format!("{}.{leaf}", field + 1)))
            .collect()
    }
}

/// Counts for each unit and code; `None` leaves a gap.
type Counts = Vec<Vec<Option<(u32, u32)>>>;

fn panel() -> impl Strategy<Value = (Shape, Counts)> {
    shape().prop_flat_map(|shape| {
        let cells = shape.codes().len();
        let count = (1u32..400).prop_flat_map(|denominator| (0..=denominator, Just(denominator)));
        let cell = proptest::option::weighted(0.9, count);
        let units = proptest::collection::vec(proptest::collection::vec(cell, cells), 1..6);
        (Just(shape), units)
    })
}

fn rows(shape: &Shape, counts: &Counts) -> Vec<EvidenceRow> {
    let codes = shape.codes();
    let cells = counts.iter().enumerate().flat_map(|(unit, cells)| {
        cells.iter().zip(codes.clone()).filter_map(move |(cell, code)| {
            cell.map(|(numerator, denominator)| EvidenceRow::counts(format!("u{unit}"), code, numerator, denominator))
        })
    });
    cells.collect()
}

proptest! {
    #[test]
    fn points_stay_within_the_maximum_and_lines_add_up((shape, counts) in panel()) {
        let assessment = shape.framework().score(&Evidence::from_rows(rows(&shape, &counts)).unwrap()).unwrap();
        for card in assessment.cards() {
            let mut fields = Exact::ZERO;
            for line in card.lines() {
                prop_assert!(!line.points().is_negative());
                if let Some(max) = line.max_points() {
                    // Rounding up a leaf stays on the grid, so it may pass a maximum that is not on it.
                    prop_assert!(line.points() <= *max);
                }
                if line.code().depth() == 1 {
                    fields = fields.plus(&line.points());
                }
                prop_assert!(!line.explain(Language::Vietnamese).is_empty());
            }
            let rounded = if shape.rounding.2 { fields } else {
                fields.rounded(shape.framework().rounding().unwrap())
            };
            prop_assert_eq!(rounded, card.points());
        }
    }

    #[test]
    fn the_order_of_rows_and_units_never_matters((shape, counts) in panel(), seed in any::<u64>()) {
        let framework = shape.framework();
        let mut rows = rows(&shape, &counts);
        let before = framework.score(&Evidence::from_rows(rows.clone()).unwrap()).unwrap().ranking();
        let mut state = seed;
        for position in (1..rows.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            rows.swap(position, usize::try_from(state >> 33).unwrap() % (position + 1));
        }
        prop_assert_eq!(framework.score(&Evidence::from_rows(rows).unwrap()).unwrap().ranking(), before);
    }

    /// Siblings in another order under other codes earn the same field.
    #[test]
    fn the_order_of_siblings_never_matters((shape, counts) in panel()) {
        let mirrored = Shape {
            fields: shape.fields.iter().map(|(way, leaves)| (*way, leaves.iter().rev().copied().collect())).collect(),
            ..shape.clone()
        };
        let mirror = |cells: &Vec<Option<(u32, u32)>>| {
            let mut rest = cells.as_slice();
            let mut out = Vec::new();
            for (_, leaves) in &shape.fields {
                let (own, more) = rest.split_at(leaves.len());
                out.extend(own.iter().rev().copied());
                rest = more;
            }
            out
        };
        let other: Counts = counts.iter().map(mirror).collect();
        let score = |shape: &Shape, counts: &Counts| {
            shape.framework().score(&Evidence::from_rows(rows(shape, counts)).unwrap()).unwrap().ranking()
        };
        prop_assert_eq!(score(&mirrored, &other), score(&shape, &counts));
    }

    #[test]
    fn more_is_never_less_under_a_monotone_rule(rule in 0..MONOTONE.len(), denominator in 1u32..3000, low in 0u32..3000, high in 0u32..3000) {
        let (low, high) = (low.min(high).min(denominator), low.max(high).min(denominator));
        let shape = Shape { fields: vec![(0, vec![rule])], rounding: (2, 0, true) };
        let evidence = Evidence::from_rows([
            EvidenceRow::counts("a", "1.1", low, denominator),
            EvidenceRow::counts("b", "1.1", high, denominator),
        ]).unwrap();
        let assessment = shape.framework().score(&evidence).unwrap();
        prop_assert!(assessment.card("a").unwrap().points() <= assessment.card("b").unwrap().points());
    }

    /// Whole counts go on machine integers, fractions through exact rationals:
    /// both must say the same.
    #[test]
    fn quick_and_exact_scoring_agree((shape, counts) in panel()) {
        let framework = shape.framework();
        let plain = framework.score(&Evidence::from_rows(rows(&shape, &counts)).unwrap()).unwrap();
        let amounts = framework.to_toml().replace("kind = \"", "amounts = true, kind = \"");
        let amounts: Framework = amounts.parse().unwrap();
        let half = |text: String| -> parindex::Number {
            let half = Exact::from(text.parse::<parindex::Number>().unwrap()).times(&Exact::decimal(5, 1));
            half.to_decimals(1, RoundingMode::Down).parse().unwrap()
        };
        let halved = rows(&shape, &counts).into_iter().map(|row| {
            let stated = match row.stated {
                parindex::Stated::Counts(n, d) => parindex::Stated::Counts(half(n.to_string()), half(d.to_string())),
                other => other,
            };
            EvidenceRow { stated, ..row }
        });
        let exact = amounts.score(&Evidence::from_rows(halved).unwrap()).unwrap();
        prop_assert_eq!(exact.ranking(), plain.ranking());
    }

    #[test]
    fn a_framework_survives_being_written_and_read(shape in shape()) {
        let framework = shape.framework();
        let text = framework.to_toml();
        let again: Framework = text.parse().unwrap();
        prop_assert_eq!(&again, &framework);
        prop_assert_eq!(again.to_toml(), text);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "(id|title|criteria|\\[|\\]|\"|=|\\{|\\}|1|\\.|rule|kind|steps|\n| |é){0,60}") {
        let _ = text.parse::<Framework>();
    }

    #[test]
    fn no_value_makes_scoring_panic(code in "[0-9.a-đ]{0,8}", value in ".{0,20}", rule in 0..MONOTONE.len()) {
        let shape = Shape { fields: vec![(0, vec![rule])], rounding: (2, 0, true) };
        let row = |code: &str| EvidenceRow::value("u", code, &value);
        for code in [code.as_str(), "1.1"] {
            let _ = shape.framework().score(&Evidence::from_rows([row(code)]).unwrap());
        }
    }
}
