//! Explanations: every line as a sentence a reviewer can check by hand.

use crate::aggregate::Aggregate;
use crate::exact::Exact;
use crate::framework::{Outside, Tree};
use crate::language::Language;
use crate::leaf::outcome;
use crate::measure::{Measure, Stated, written};
use crate::rounding::{Rounding, RoundingMode, RoundingPoint};
use crate::rule::{Rule, Terms, Words};
use crate::score::LineStatus;
use crate::scorecard::Line;
use crate::standing::Basis;

/// Decimals beyond which a number is cut with an ellipsis.
const SHOWN_PLACES: u32 = 6;

/// What the evidence says, and how the rule took it.
struct Working {
    measure: Option<String>,
    words: Words,
    /// Points before rounding.
    exact: Option<Exact>,
}

fn working(line: &Line, language: Language) -> Working {
    let tree = line.sheet.framework.tree();
    let stated = line.stated();
    let panel = line.sheet.panel(line.node, line.unit);
    let outcome = outcome(tree, line.node, stated.as_ref(), panel).ok();
    let exact = match outcome {
        Some(crate::Outcome::Scored(points) | crate::Outcome::Given(points)) => Some(points),
        _ => None,
    };
    let Some((rule, stated)) = line.criterion().rule().zip(stated.as_ref()) else {
        return Working { measure: None, words: Words::default(), exact };
    };
    let given = matches!(stated, Stated::Points(_)) || matches!(rule, Rule::Given(_));
    if given || matches!(rule, Rule::NotScored(_)) {
        return Working { measure: None, words: Words::default(), exact };
    }
    match rule.read(stated) {
        Ok(measure) => {
            let zero = Exact::ZERO;
            let terms = Terms { max: tree.branch(line.node).max.as_ref().unwrap_or(&zero), panel };
            let words = if exact.is_some() { rule.words(&measure, terms, language) } else { Words::default() };
            Working { measure: Some(shown(rule, &measure, language)), words, exact }
        }
        Err(_) => Working { measure: Some(written(stated)), words: Words::default(), exact },
    }
}

/// The measure in words; counts of a rule that compares plain numbers have no percentage.
fn shown(rule: &Rule, measure: &Measure, language: Language) -> String {
    let words = measure.words(language);
    if rule.unit() == crate::Unit::Index {
        format!("{} {words}", language.choose("chỉ số", "index"))
    } else {
        words
    }
}

/// What an absence is called.
fn absence(status: LineStatus, language: Language) -> Option<&'static str> {
    match status {
        LineStatus::Missing => Some(language.choose("không có bằng chứng", "no evidence")),
        LineStatus::NotApplicable => Some(language.choose("không áp dụng", "not applicable")),
        LineStatus::ZeroDenominator => Some(language.choose("mẫu số bằng 0", "the denominator is zero")),
        LineStatus::Scored | LineStatus::Given => None,
    }
}

pub(crate) fn reason(line: &Line, language: Language) -> String {
    if !line.is_leaf() {
        return String::new();
    }
    let status = line.status();
    if let Some(absence) = absence(status, language) {
        return absence.to_owned();
    }
    if status == LineStatus::Given {
        return language.choose("điểm được chấm", "points given").to_owned();
    }
    let Working { measure, words, .. } = working(line, language);
    [measure, words.branch].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

pub(crate) fn explain(line: &Line, language: Language) -> String {
    let mut sentence = format!("{} {}: ", line.code(), line.name(language));
    let account = if line.is_leaf() { leaf_account(line, language) } else { node_account(line, language) };
    sentence.push_str(&account);
    sentence.push_str(&loss(line, language));
    if !sentence.ends_with('…') {
        sentence.push('.');
    }
    if let Some(source) = line.criterion().source(language) {
        let source = source.trim_end_matches('.');
        sentence.extend([" ", language.choose("Nguồn", "Source"), ": ", source, "."]);
    }
    sentence.push_str(&standing(line, language));
    sentence
}

fn points_word(points: &Exact, language: Language) -> &'static str {
    let one = *points == Exact::ONE;
    language.choose("điểm", if one { "point" } else { "points" })
}

/// Points as the framework's grid writes them: 17,68; 6.
fn points_text(points: &Exact, language: Language) -> String {
    let places = points.finite_places(Rounding::MAX_PLACES);
    match places {
        Some(places) => language.number(&points.to_decimals(places, RoundingMode::Down)),
        None => cut(points, SHOWN_PLACES, language),
    }
}

/// The first decimals of a number that goes on.
fn cut(value: &Exact, places: u32, language: Language) -> String {
    format!("{}…", language.number(&value.to_decimals(places, RoundingMode::Down)))
}

fn leaf_account(line: &Line, language: Language) -> String {
    let status = line.status();
    let points = line.points();
    let word = points_word(&points, language);
    let earned = points_text(&points, language);
    if let Some(absence) = absence(status, language) {
        let counts = line.counts().map_or_else(String::new, |(numerator, denominator)| {
            let fraction = Measure::Counts(numerator, denominator).fraction(language);
            format!("{fraction}, ")
        });
        let left = line.max_points().is_none() && status != LineStatus::Missing;
        let left = if left && line.sheet.maxima.get(line.node).is_some_and(|max| max.has_left(line.unit)) {
            language.choose(", không tính vào điểm tối đa", ", left out of the maximum")
        } else {
            ""
        };
        return format!("{counts}{absence}: {earned} {word}{left}");
    }
    let Working { measure, words, exact } = working(line, language);
    if status == LineStatus::Given {
        return format!("{} {}", language.choose("được chấm", "given"), rounded(line, exact, &earned, word, language));
    }
    let evidence = [measure, words.branch].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let result = rounded(line, exact, &earned, word, language);
    match words.formula {
        Some(formula) => format!("{evidence}; {formula} = {result}"),
        None => format!("{evidence}: {result}"),
    }
}

/// `17,684… → 17,68 điểm (làm tròn nửa lên, 2 chữ số thập phân)`, or the bare points.
fn rounded(line: &Line, exact: Option<Exact>, earned: &str, word: &str, language: Language) -> String {
    let leaf = line.sheet.framework.rounding().filter(|rounding| rounding.at == RoundingPoint::Leaf);
    let penalty = line.criterion().outside() == Some(Outside::Penalty);
    let signed = exact.map(|exact| if penalty { exact.negated() } else { exact });
    match (leaf, signed) {
        (Some(rounding), Some(exact)) if exact != line.points() => {
            let places = exact.finite_places(SHOWN_PLACES);
            let before = match places {
                Some(places) => language.number(&exact.to_decimals(places, RoundingMode::Down)),
                None => cut(&exact, rounding.places.saturating_add(1), language),
            };
            format!("{before} → {earned} {word} ({})", rounding_words(rounding, language))
        }
        _ => format!("{earned} {word}"),
    }
}

fn rounding_words(rounding: Rounding, language: Language) -> String {
    let mode = match rounding.mode {
        RoundingMode::HalfUp => language.choose("làm tròn nửa lên", "rounded half up"),
        RoundingMode::HalfEven => language.choose("làm tròn nửa về số chẵn", "rounded half to even"),
        RoundingMode::HalfDown => language.choose("làm tròn nửa xuống", "rounded half down"),
        RoundingMode::Up => language.choose("làm tròn lên", "rounded up"),
        RoundingMode::Down => language.choose("cắt bỏ phần dư", "cut"),
    };
    match language {
        Language::Vietnamese => format!("{mode}, {} chữ số thập phân", rounding.places),
        Language::English => format!("{mode}, {} decimals", rounding.places),
    }
}

fn node_account(line: &Line, language: Language) -> String {
    let tree = line.sheet.framework.tree();
    let branch = tree.branch(line.node);
    let points = line.points();
    let has_left = |child: &usize| line.sheet.maxima.get(*child).is_some_and(|max| max.has_left(line.unit));
    let stayed = branch.children.iter().copied().filter(|child| !has_left(child));
    let parts: Vec<String> = stayed.map(|child| part(line, tree, child, language)).collect();
    let joined = |sign: &str| parts.join(sign);
    let combined = match branch.aggregate {
        Aggregate::Sum | Aggregate::WeightedSum => joined(" + "),
        Aggregate::Mean | Aggregate::WeightedMean => {
            format!("{} ({})", language.choose("trung bình của", "mean of"), joined("; "))
        }
        Aggregate::GeometricMean => {
            format!("{} ({})", language.choose("trung bình nhân của", "geometric mean of"), joined("; "))
        }
        Aggregate::Minimum => format!("{} ({})", language.choose("nhỏ nhất của", "minimum of"), joined("; ")),
    };
    let maximum = line.max_points().map_or_else(String::new, |max| format!("/{}", points_text(max, language)));
    format!("{combined} = {}{maximum} {}", points_text(&points, language), points_word(&points, language))
}

/// One addend of a node: `17,68`, with its weight where there is one.
fn part(line: &Line, tree: &Tree, child: usize, language: Language) -> String {
    let points = line.sheet.points(child, line.unit);
    let text = points_text(&points, language);
    let text = if points.is_negative() { format!("({text})") } else { text };
    let weighted = tree.branch(line.node).aggregate.is_weighted() && tree.is_inside(child);
    if weighted {
        let weight = language.number(&tree.branch(child).weight.to_plain(Rounding::MAX_PLACES));
        return format!("{weight} × {text}");
    }
    text
}

fn loss(line: &Line, language: Language) -> String {
    match line.lost() {
        Some(lost) if lost > Exact::ZERO => {
            format!(", {} {}", language.choose("mất", "lost"), points_text(&lost, language))
        }
        _ => String::new(),
    }
}

/// A warning where the line rests on an assumption.
fn standing(line: &Line, language: Language) -> String {
    let criterion = line.criterion();
    let assumed = |wanted| criterion.bases().any(|(attribute, basis)| attribute == wanted && basis == Basis::Assumed);
    let mut what = Vec::new();
    if assumed(crate::Attribute::MaxPoints) {
        what.push(language.choose("điểm tối đa", "the maximum"));
    }
    if assumed(crate::Attribute::Rule) {
        what.push(language.choose("cách chấm", "the rule"));
    }
    if what.is_empty() {
        return String::new();
    }
    match language {
        Language::Vietnamese => format!(" Lưu ý: {} là giả định, chưa có văn bản.", what.join(" và ")),
        Language::English => format!(
            " Note: {} assumed, not read in any decision.",
            what.join(" and ") + if what.len() > 1 { " are" } else { " is" }
        ),
    }
}
