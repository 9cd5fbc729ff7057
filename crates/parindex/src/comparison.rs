//! Two assessments side by side, also across editions.

use std::collections::{BTreeMap, BTreeSet};

use crate::assessment::Assessment;
use crate::code::Code;
use crate::error::{Error, Problem};
use crate::exact::Exact;
use crate::fault::Place;
use crate::language::Language;
use crate::scorecard::Line;
use crate::stop::Stop;

/// Most units × criteria compared at once; some 2 GB of memory.
const MAX_CHANGES: usize = 5_000_000;

/// Which old code became which new one; an old code may be split, new ones merged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crosswalk(Vec<(Code, Code)>);

impl FromIterator<(Code, Code)> for Crosswalk {
    fn from_iter<I: IntoIterator<Item = (Code, Code)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// How the points of one unit under one criterion changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The unit's id.
    pub unit: String,
    /// The criterion's code in the later assessment; where several became one or
    /// one became several, all of them joined by `; `.
    pub code: String,
    /// Points before; `None` where the unit or criterion was not there.
    pub before: Option<Exact>,
    /// Points after; `None` where the unit or criterion is no longer there.
    pub after: Option<Exact>,
    /// Points gained, below zero for a loss; `None` unless both are there.
    pub change: Option<Exact>,
    /// What lies behind it.
    pub reason: String,
}

/// Codes on either side that stand for the same thing.
#[derive(Clone, Debug, Default)]
struct Pair {
    before: BTreeSet<Code>,
    after: BTreeSet<Code>,
}

/// The changes from one assessment to another, by unit and criterion in human order.
///
/// Leaves are compared code by code. Across editions a crosswalk says which old
/// code became which new one; codes it does not name keep their own.
///
/// # Errors
/// `unknown-criterion` for a crosswalk code that its side does not have.
pub fn compare(
    before: &Assessment,
    after: &Assessment,
    crosswalk: Option<&Crosswalk>,
    language: Language,
) -> Result<Vec<Change>, Error> {
    let pairs = pairs(before, after, crosswalk)?;
    let units: BTreeSet<&str> = before.units().chain(after.units()).collect();
    if units.len().saturating_mul(pairs.len()) > MAX_CHANGES {
        let what = format!("the comparison, {} units × {} criteria,", units.len(), pairs.len());
        return Err(Problem::TooLarge { what, limit: format!("{MAX_CHANGES} rows") }.into());
    }
    let mut changes = Vec::new();
    for unit in units {
        Stop::point();
        for pair in &pairs {
            changes.push(change(
                unit,
                &lines(before, unit, &pair.before),
                &lines(after, unit, &pair.after),
                pair,
                language,
            ));
        }
    }
    Ok(changes)
}

fn pairs(before: &Assessment, after: &Assessment, crosswalk: Option<&Crosswalk>) -> Result<Vec<Pair>, Error> {
    let none = Crosswalk::default();
    let Crosswalk(listed) = crosswalk.unwrap_or(&none);
    let unknown = |side: &Assessment, code: &Code| {
        side.framework()
            .tree()
            .node(code)
            .is_none()
            .then(|| Problem::UnknownCriterion { code: code.to_string() }.at(Place::criterion(code)))
    };
    Error::check(listed.iter().flat_map(|(old, new)| unknown(before, old).into_iter().chain(unknown(after, new))))?;
    let mut pairs: Vec<Pair> = Vec::new();
    for (old, new) in listed {
        let mut joined = Pair { before: BTreeSet::from([old.clone()]), after: BTreeSet::from([new.clone()]) };
        pairs.retain(|pair| {
            let touches = related(&pair.before, old) || related(&pair.after, new);
            if touches {
                joined.before.extend(pair.before.iter().cloned());
                joined.after.extend(pair.after.iter().cloned());
            }
            !touches
        });
        pairs.push(joined);
    }
    for pair in &mut pairs {
        keep_topmost(&mut pair.before);
        keep_topmost(&mut pair.after);
    }
    let covered = |code: &Code, side: fn(&Pair) -> &BTreeSet<Code>| {
        let mut at = Some(code.clone());
        while let Some(code) = at {
            if pairs.iter().any(|pair| side(pair).contains(&code)) {
                return true;
            }
            at = code.parent();
        }
        false
    };
    let mut alone: BTreeMap<Code, Pair> = BTreeMap::new();
    for code in leaf_codes(before).filter(|code| !covered(code, |pair| &pair.before)) {
        alone.entry(code.clone()).or_default().before.insert(code);
    }
    for code in leaf_codes(after).filter(|code| !covered(code, |pair| &pair.after)) {
        alone.entry(code.clone()).or_default().after.insert(code);
    }
    pairs.extend(alone.into_values());
    pairs.sort_by(|a, b| (a.after.first().or(a.before.first())).cmp(&b.after.first().or(b.before.first())));
    Ok(pairs)
}

/// Whether `code` is among the codes, above one of them or below.
fn related(codes: &BTreeSet<Code>, code: &Code) -> bool {
    codes.iter().any(|other| other == code || is_below(other, code) || is_below(code, other))
}

fn is_below(code: &Code, other: &Code) -> bool {
    std::iter::successors(code.parent(), Code::parent).any(|above| above == *other)
}

/// Drops codes below others: their points are in those already.
fn keep_topmost(codes: &mut BTreeSet<Code>) {
    let all = codes.clone();
    codes.retain(|code| !all.iter().any(|other| is_below(code, other)));
}

fn leaf_codes(side: &Assessment) -> impl Iterator<Item = Code> {
    side.framework().criteria().filter(|criterion| criterion.is_leaf()).map(|criterion| criterion.code().clone())
}

fn lines(side: &Assessment, unit: &str, codes: &BTreeSet<Code>) -> Vec<Line> {
    let Ok(card) = side.card(unit) else { return Vec::new() };
    codes.iter().filter_map(|code| card.line(&code.to_string()).ok()).collect()
}

fn change(unit: &str, before: &[Line], after: &[Line], pair: &Pair, language: Language) -> Change {
    let sum = |lines: &[Line]| {
        (!lines.is_empty()).then(|| lines.iter().fold(Exact::ZERO, |sum, line| sum.plus(&line.points())))
    };
    let codes = if pair.after.is_empty() { &pair.before } else { &pair.after };
    let code = codes.iter().map(Code::to_string).collect::<Vec<_>>().join("; ");
    let (old, new) = (sum(before), sum(after));
    let change = old.as_ref().zip(new.as_ref()).map(|(old, new)| new.minus(old));
    let reason = reason(before, after, change.as_ref(), language);
    Change { unit: unit.to_owned(), code, before: old, after: new, change, reason }
}

fn reason(before: &[Line], after: &[Line], change: Option<&Exact>, language: Language) -> String {
    let ([old], [new]) = (before, after) else {
        return match (before, after) {
            ([], _) => language.choose("chỉ có ở lần sau", "only after").to_owned(),
            (_, []) => language.choose("chỉ có ở lần trước", "only before").to_owned(),
            _ => language.choose("gộp hoặc tách tiêu chí", "criteria merged or split").to_owned(),
        };
    };
    let mut reasons = Vec::new();
    if old.max_points() != new.max_points() {
        let max = |line: &Line| line.max_points().map_or("–".to_owned(), |max| language.number(&max.to_plain(10)));
        let words = language.choose("điểm tối đa", "maximum");
        reasons.push(format!("{words} {} → {}", max(old), max(new)));
    }
    let (was, is) = (old.reason(language), new.reason(language));
    if was != is {
        reasons.push(format!("{was} → {is}"));
    } else if old.criterion().rule() != new.criterion().rule() {
        reasons.push(language.choose("cách chấm khác", "another rule").to_owned());
    }
    if reasons.is_empty() {
        let same = change.is_none_or(Exact::is_zero);
        let words = if same {
            language.choose("không đổi", "unchanged")
        } else {
            language.choose("điểm được chấm lại", "points given anew")
        };
        reasons.push(words.to_owned());
    }
    reasons.join("; ")
}
