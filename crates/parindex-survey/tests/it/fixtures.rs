//! The invented survey of `fixtures/survey`, and what R says of it.

use std::path::PathBuf;

use parindex_survey::{Design, Groups, Lonely, Margin, Survey};

pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/survey")).join(name)
}

pub(crate) fn json(name: &str) -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string(path(name)).unwrap()).unwrap()
}

/// A table, column by column.
pub(crate) struct Table {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn read(name: &str) -> Self {
        let mut reader = csv::Reader::from_path(path(name)).unwrap();
        let names = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        Self { names, rows }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn text(&self, name: &str) -> impl Iterator<Item = &str> {
        let place = self.names.iter().position(|known| known == name).unwrap_or_else(|| panic!("{name}"));
        self.rows.iter().map(move |row| row[place].as_str())
    }

    pub(crate) fn groups(&self, name: &str) -> Groups {
        Groups::from_labels(self.text(name).map(Some))
    }

    pub(crate) fn numbers(&self, name: &str) -> Vec<f64> {
        self.text(name).map(|text| if text.is_empty() { f64::NAN } else { text.parse().unwrap() }).collect()
    }

    /// 1 for the answers 4 and 5, 0 for 1 to 3, missing else.
    pub(crate) fn satisfied(&self, item: &str) -> Vec<f64> {
        let answer = |text: &str| match text {
            "4" | "5" => 1.0,
            "1" | "2" | "3" => 0.0,
            _ => f64::NAN,
        };
        self.text(item).map(answer).collect()
    }

    /// Satisfied and valid answers of the items that start with a letter.
    pub(crate) fn pooled(&self, factor: &str) -> (Vec<f64>, Vec<f64>) {
        let (mut numerator, mut denominator) = (vec![0.0; self.rows()], vec![0.0; self.rows()]);
        for item in ITEMS.iter().filter(|item| factor == "all" || item.starts_with(factor)) {
            for (row, value) in self.satisfied(item).into_iter().enumerate().filter(|(_, value)| !value.is_nan()) {
                numerator[row] += value;
                denominator[row] += 1.0;
            }
        }
        (numerator, denominator)
    }
}

pub(crate) const ITEMS: [&str; 17] =
    ["A1", "A2", "A3", "B1", "B2", "B3", "B4", "C1", "C2", "C3", "C4", "C5", "D1", "D2", "D3", "E1", "E2"];

/// The designs of the reference figures, by name.
pub(crate) fn design(table: &Table, name: &str) -> Survey {
    let strata = table.groups("province");
    let weights = table.numbers("w");
    let stages = match name {
        "synth" => {
            return Survey::new(
                Design::new(table.rows()).strata(&strata).weights(&weights).cluster(&table.groups("district")),
            )
            .unwrap();
        }
        "synth_fpc" => &[("district", "Nd")][..],
        "synth_2st" => &[("district", "Nd"), ("commune", "Nc")],
        "synth_4st" => &[("district", "Nd"), ("commune", "Nc"), ("village", "Nv"), ("id", "Nh")],
        _ => panic!("{name}"),
    };
    let columns: Vec<(Groups, Vec<f64>)> =
        stages.iter().map(|(cluster, size)| (table.groups(cluster), table.numbers(size))).collect();
    let mut design = Design::new(table.rows()).strata(&strata).weights(&weights);
    for (cluster, sizes) in &columns {
        design = design.cluster(cluster).population(sizes);
    }
    Survey::new(design).unwrap()
}

pub(crate) fn lonely(rule: Lonely) -> (Table, Survey) {
    let table = Table::read("lonely.csv");
    let (strata, units, weights) = (table.groups("h"), table.groups("psu"), table.numbers("w"));
    let design = Design::new(table.rows()).strata(&strata).cluster(&units).weights(&weights).lonely(rule);
    let survey = Survey::new(design).unwrap();
    (table, survey)
}

pub(crate) fn margins(table: &Table) -> [Margin; 2] {
    ["gender", "age"].map(|name| {
        let counts = json("expected.json")["meta"]["populations"][name].clone();
        let pairs = counts
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (row[name].as_str().unwrap().to_owned(), row["Freq"].as_f64().unwrap()));
        Margin::new(name, table.groups(name), pairs.collect::<Vec<_>>())
    })
}
