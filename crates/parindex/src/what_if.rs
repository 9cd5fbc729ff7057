//! What a card would be, had other evidence been stated.

use crate::code::Code;
use crate::error::{Error, Problem};
use crate::evidence::Evidence;
use crate::fault::Place;
use crate::framework::Criterion;
use crate::measure::Stated;
use crate::rule::Rule;
use crate::scorecard::Scorecard;

impl Scorecard {
    /// The unit's card with these statements in place of what it states at those
    /// leaves now; all else stays, other units too, so that rules that compare
    /// units see the new value among the others' old ones.
    ///
    /// ```
    /// use parindex::{Evidence, EvidenceRow, Framework, Stated};
    ///
    /// let framework = Framework::bundled("dvc-766/province")?;
    /// let card = framework.score(&Evidence::from_rows([EvidenceRow::counts("H44", "2.1", 7, 10)])?)?.card("H44")?;
    /// let better = card.with([("2.1", Stated::Counts(9_u8.into(), 10_u8.into()))])?;
    /// assert_eq!((card.points().to_string(), better.points().to_string()), ("14".to_owned(), "18".to_owned()));
    /// assert_eq!(card.with([("9", Stated::text("1"))]).unwrap_err().code(), "unknown-criterion");
    /// # Ok::<(), parindex::Error>(())
    /// ```
    ///
    /// # Errors
    /// `bad-code`, `unknown-criterion`, `not-a-leaf` for a code, `duplicate-evidence`
    /// for a leaf named twice, and what the leaf's rule refuses.
    pub fn with<'a>(&self, stated: impl IntoIterator<Item = (&'a str, Stated)>) -> Result<Self, Error> {
        let sheet = &self.sheet;
        let columns = sheet.evidence.columns();
        let mut changed = Vec::new();
        let mut faults = Vec::new();
        for (code, stated) in stated {
            match sheet.framework.leaf(code) {
                Ok(node) => changed.push((node, code, stated)),
                Err(problem) => faults.push(problem.at(Place::criterion(code))),
            }
        }
        Error::check(faults)?;
        // Only where rules compare units does it matter what the others state.
        let others = sheet.framework.criteria().filter_map(Criterion::rule).any(Rule::is_relative);
        let nodes: Vec<Option<usize>> =
            columns.codes.iter().map(|code| sheet.framework.tree().node(&code.parse::<Code>().ok()?)).collect();
        let own: Vec<bool> = columns.units.iter().map(|unit| unit == self.unit()).collect();
        let mut evidence = Evidence::builder();
        for (row, key) in columns.keys.iter().enumerate() {
            let is_own = own.get(key.unit as usize).copied().unwrap_or_default();
            let node = nodes.get(key.code as usize).copied().flatten();
            let replaced = is_own && changed.iter().any(|(changed, ..)| node == Some(*changed));
            if (is_own || others) && !replaced {
                let (unit, code) = (columns.units.get(key.unit), columns.codes.get(key.code));
                let line = row.saturating_add(1);
                let number = evidence.push(line, unit, code, columns.stage(row), columns.stated(row));
                evidence.note(number, columns.note(row).cloned().unwrap_or_default());
            }
        }
        for (position, (_, code, stated)) in changed.into_iter().enumerate() {
            evidence.push(position.saturating_add(1), self.unit(), code, sheet.stage, stated);
        }
        let scored = sheet.framework.score_with(&evidence.build(), sheet.units.as_ref(), sheet.stage)?;
        scored.card(self.unit()).map_err(|_| {
            let what = "the card has no evidence left".to_owned();
            Problem::IncompleteRow { what }.into()
        })
    }
}
