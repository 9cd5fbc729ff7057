//! Why a forecast says what it says, and among whom it ranks, in a sentence.

use parindex::Language;

use crate::model::ModelKind;

/// How a forecast came about: which models count for how much, and why.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "every field is named in its variant's sentence")]
pub enum Reason {
    /// The random walk; the spread is that of a year's step.
    Walk { spread: f64 },
    /// The autoregression: what a score is multiplied by, and how much that is in doubt.
    AutoRegression { mean: f64, spread: f64 },
    /// The state space: the correlation of a year with the next, of units and of their regions.
    StateSpace { persistence: f64, of_regions: Option<f64> },
    /// So many parts, each forecast by itself.
    Parts { count: usize },
    /// The stack: its weights, and how many past forecasts moved them.
    Stack { weights: Vec<(ModelKind, f64)>, years: usize },
    /// The stack, as so few past forecasts can be scored.
    TooFewToChoose { years: usize, stack: Box<Reason> },
    /// The stack, as no single model did clearly better in so many past forecasts.
    NoneBetter { years: usize, stack: Box<Reason> },
    /// A single model, whose past scores were lower than the stack's by a share of them.
    Better { model: ModelKind, gain: f64, years: usize, reason: Box<Reason> },
    /// Beliefs, simulated under a framework, beside other units as they were forecast.
    Simulated { framework: String, others: Option<Box<Reason>> },
}

impl Reason {
    /// The reason in a sentence without a final stop; models go by their names.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let number = |value: f64| language.number(&format!("{value:.2}"));
        match self {
            Self::Walk { spread } => {
                let spread = number(*spread);
                language.choose(
                    format!("điểm chuẩn hóa của năm gần nhất, mỗi năm đổi một bước có độ lệch chuẩn {spread}"),
                    format!("the last standardised score, and steps with a spread of {spread}"),
                )
            }
            Self::AutoRegression { mean, spread } => {
                let times = format!("{} ± {}", number(*mean), number(*spread));
                language.choose(
                    format!("điểm chuẩn hóa của năm gần nhất nhân với {times}"),
                    format!("the last standardised score times {times}"),
                )
            }
            Self::StateSpace { persistence, of_regions } => {
                let (kept, regions) = (number(*persistence), of_regions.map(number));
                let kept = language.choose(
                    format!("mỗi năm giữ lại khoảng {kept} của năm trước"),
                    format!("a year keeps about {kept} of the one before"),
                );
                let regions =
                    regions.map(|kept| language.choose(format!(", vùng {kept}"), format!(", of regions {kept}")));
                kept + &regions.unwrap_or_default()
            }
            Self::Parts { count } => language.choose(
                format!("{count} chỉ số thành phần, mỗi chỉ số dự báo riêng"),
                format!("{count} parts, each forecast by itself"),
            ),
            Self::Stack { weights, years } => {
                let told: Vec<String> =
                    weights.iter().map(|(model, weight)| format!("{model} {}", number(*weight))).collect();
                let told = told.join(language.choose("; ", ", "));
                match years {
                    0 => language.choose(
                        format!("{told}; trọng số bằng nhau vì chưa dự báo quá khứ nào chấm được"),
                        format!("{told}; weights equal, as no past forecast can be scored"),
                    ),
                    years => language.choose(
                        format!("{told}; một nửa trọng số theo kết quả của {years} dự báo quá khứ"),
                        format!("{told}; weights half by the scores of {years} past forecasts"),
                    ),
                }
            }
            Self::TooFewToChoose { years, stack } => {
                let stack = stack.sentence(language);
                language.choose(
                    format!("stack, vì mới có {years} dự báo quá khứ chấm được, quá ít để chọn: {stack}"),
                    format!("stack, as {years} past forecasts can be scored, too few to choose by: {stack}"),
                )
            }
            Self::NoneBetter { years, stack } => {
                let stack = stack.sentence(language);
                language.choose(
                    format!("stack, vì không mô hình đơn lẻ nào tốt hơn rõ rệt trong {years} dự báo quá khứ: {stack}"),
                    format!("stack, as no single model did clearly better in {years} past forecasts: {stack}"),
                )
            }
            Self::Better { model, gain, years, reason } => {
                let (gain, reason) = (format!("{:.0} %", 100.0 * gain), reason.sentence(language));
                language.choose(
                    format!("{model}, vì kết quả tốt hơn của stack {gain} qua {years} dự báo quá khứ: {reason}"),
                    format!(
                        "{model}, as its score was {gain} better than the stack's over {years} past forecasts: {reason}"
                    ),
                )
            }
            Self::Simulated { framework, others } => {
                let others = others.as_ref().map(|reason| reason.sentence(language));
                let others = others.map(|reason| {
                    language.choose(format!("; các đơn vị khác: {reason}"), format!("; other units: {reason}"))
                });
                let simulated = language.choose("mô phỏng theo", "simulated under");
                format!("{simulated} {framework}{}", others.unwrap_or_default())
            }
        }
    }
}

/// Ranks are among the units that have rows only: the history lists no units, and others may exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unlisted {
    /// How many units are ranked.
    pub units: usize,
    /// The worst rank published before, if it is beyond that number: so many units there are at least.
    pub worst_rank: Option<u32>,
}

impl Unlisted {
    /// What this means for ranks, in a sentence without a final stop.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let Self { units, worst_rank } = self;
        let beyond = worst_rank.map(|rank| {
            language.choose(
                format!(", trong khi hạng đã công bố lên tới {rank}"),
                format!(", though ranks up to {rank} were published"),
            )
        });
        let among = language.choose(
            format!("hạng chỉ tính trong {units} đơn vị có số liệu vì lịch sử không kèm bảng đơn vị (units)"),
            format!("ranks are among the {units} units that have rows, as the history has no table of units"),
        );
        among + &beyond.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_speaks_both_languages_and_writes_numbers_as_they_do() {
        let stack =
            Reason::Stack { weights: vec![(ModelKind::RandomWalk, 0.625), (ModelKind::Parts, 0.375)], years: 3 };
        let reason = Reason::TooFewToChoose { years: 3, stack: Box::new(stack) };
        let reason = Reason::Simulated { framework: "a/b".to_owned(), others: Some(Box::new(reason)) };
        assert_eq!(
            reason.sentence(Language::English),
            "simulated under a/b; other units: stack, as 3 past forecasts can be scored, too few to choose by: \
             random-walk 0.62, parts 0.38; weights half by the scores of 3 past forecasts"
        );
        assert_eq!(
            reason.sentence(Language::Vietnamese),
            "mô phỏng theo a/b; các đơn vị khác: stack, vì mới có 3 dự báo quá khứ chấm được, quá ít để chọn: \
             random-walk 0,62; parts 0,38; một nửa trọng số theo kết quả của 3 dự báo quá khứ"
        );
    }

    #[test]
    fn ranks_beyond_the_units_are_told() {
        let unlisted = Unlisted { units: 40, worst_rank: Some(63) };
        assert_eq!(
            unlisted.sentence(Language::English),
            "ranks are among the 40 units that have rows, as the history has no table of units, though ranks up to 63 \
             were published"
        );
    }
}
