//! One leaf of one unit: what a word of 32 bits makes of what is believed.

use parindex::{Criterion, Exact, Framework, Number, RoundingPoint, Rule, Stated, Unit, Worth};

use crate::error::Problem;
use crate::random::uniform;
use crate::simulation::belief::Belief;
use crate::simulation::curve::{Grid, Scale, float};
use crate::simulation::spread::{Spread, beta_binomial};
use crate::simulation::table::{Gathered, Table};

/// What a leaf gives a unit in one draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Yield {
    /// Points, rounded where the framework rounds leaves.
    Points(f64),
    /// Nothing, and the row leaves the maximum.
    Left,
    /// A value that earns points beside those of the other units.
    Compared(f64),
}

impl From<Worth> for Yield {
    fn from(worth: Worth) -> Self {
        match worth {
            Worth::Points(points) => Self::Points(float(&points)),
            Worth::Compared(value) => Self::Compared(float(&value)),
            _ => Self::Left,
        }
    }
}

/// A leaf ready to be drawn.
#[derive(Clone, Debug)]
pub(crate) enum Leaf {
    /// Always the same.
    Fixed(Yield),
    /// One of finitely many points.
    Points(Table<f64>),
    /// One of finitely many yields of any kind.
    Yields(Table<Yield>),
    /// Any number on a stretch.
    Spread { spread: Spread, scale: Scale, is_compared: bool },
}

/// Above so many outcomes a number on a stretch is drawn as it is.
const MOST_OUTCOMES: usize = 1 << 13;
/// Most cases that may be to come.
const MOST_COMING: u32 = 10_000_000;
/// Probabilities add up to 1 but for this.
const NEAR: f64 = 1e-9;

impl Leaf {
    /// The yield of a word; words are as likely as one another.
    #[inline]
    pub(crate) fn at(&self, word: u32) -> Yield {
        match self {
            Self::Fixed(earned) => *earned,
            Self::Points(table) => Yield::Points(table.at(word)),
            Self::Yields(table) => table.at(word),
            Self::Spread { spread, scale, is_compared } => {
                let worth = scale.at(spread.quantile(uniform(word)));
                if *is_compared { Yield::Compared(worth) } else { Yield::Points(worth) }
            }
        }
    }

    /// Whether the row leaves the maximum always (`Some(true)`), never or sometimes.
    pub(crate) fn leaves(&self) -> Option<bool> {
        match self {
            Self::Fixed(earned) => Some(*earned == Yield::Left),
            Self::Yields(table) if table.outcomes().contains(&Yield::Left) => None,
            _ => Some(false),
        }
    }
}

/// Reads beliefs about one criterion.
pub(crate) struct Reader<'a> {
    framework: &'a Framework,
    pub(crate) criterion: &'a Criterion,
    code: String,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(framework: &'a Framework, criterion: &'a Criterion) -> Self {
        Self { framework, criterion, code: criterion.code().to_string() }
    }

    /// The leaf of a belief.
    ///
    /// # Errors
    /// What is wrong with the belief.
    pub(crate) fn read(&self, belief: &Belief) -> Result<Leaf, Vec<Problem>> {
        match belief {
            Belief::Fixed(stated) => Ok(Leaf::Fixed(self.worth(stated)?)),
            Belief::Bernoulli { chance } => {
                if !(0.0..=1.0).contains(chance) {
                    return Err(vec![Problem::out_of_range("the chance", chance, "0 to 1")]);
                }
                self.choice(&[(Stated::text("false"), 1.0 - chance), (Stated::text("true"), *chance)])
            }
            Belief::Choice(choices) => {
                check_choices(choices)?;
                self.choice(choices)
            }
            Belief::BetaBinomial { good, so_far, coming } => self.cases(*good, *so_far, *coming),
            Belief::Triangular { low, mode, high } => {
                let scale = self.scale("triangular")?;
                let mut problems = self.beyond(&[("low", *low), ("mode", *mode), ("high", *high)]);
                if low > mode || mode > high {
                    let value = format!("{low}, {mode}, {high}");
                    problems.push(Problem::out_of_range("the triangle", value, "low ≤ mode ≤ high"));
                }
                none(problems)?;
                if low < high {
                    Ok(self.spread(Spread::triangular(*low, *mode, *high), scale))
                } else {
                    Ok(self.known(&scale, *mode))
                }
            }
            Belief::Normal { mean, se } => {
                let scale = self.scale("normal")?;
                let mut problems = self.beyond(&[("mean", *mean)]);
                if !(se.is_finite() && *se >= 0.0) {
                    problems.push(Problem::out_of_range("the standard error", se, "0 or more"));
                }
                none(problems)?;
                if *se > 0.0 {
                    let (least, greatest) = self.range();
                    Ok(self.spread(Spread::normal(*mean, *se, least, greatest), scale))
                } else {
                    Ok(self.known(&scale, *mean))
                }
            }
        }
    }

    /// The leaf of a unit of which nothing is believed.
    pub(crate) fn missing(&self) -> Result<Leaf, Vec<Problem>> {
        self.read(&Belief::Fixed(Stated::Gap))
    }

    fn rule(&self) -> Option<&'a Rule> {
        self.criterion.rule()
    }

    fn worth(&self, stated: &Stated) -> Result<Yield, Vec<Problem>> {
        let evidence = |error: parindex::Error| error.into_faults().map(|fault| Problem::Evidence(fault.problem));
        self.framework.worth(&self.code, stated).map(Yield::from).map_err(|error| evidence(error).collect())
    }

    fn choice(&self, choices: &[(Stated, f64)]) -> Result<Leaf, Vec<Problem>> {
        let (mut gathered, mut problems, mut upto) = (Gathered::new(), Vec::new(), 0.0);
        for (stated, share) in choices {
            upto += share;
            match self.worth(stated) {
                Ok(earned) => gathered.add(upto, earned),
                Err(more) => problems.extend(more),
            }
        }
        none(problems)?;
        Ok(leaf(gathered))
    }

    /// The least and the greatest value a belief may have.
    fn range(&self) -> (f64, f64) {
        let (low, high) = self.rule().map_or((None, None), Rule::range);
        let high = if self.rule().map(Rule::unit) == Some(Unit::Points) { self.max() } else { high.map(Exact::from) };
        let number = |number: Number| float(&Exact::from(number));
        (low.map_or(f64::NEG_INFINITY, number), high.map_or(f64::INFINITY, |high| float(&high)))
    }

    /// The maximum of the row, or of the nearest one above that has one.
    fn max(&self) -> Option<Exact> {
        let mut at = Some(self.criterion);
        while let Some(criterion) = at {
            if let Some(max) = criterion.max_points() {
                return Some(max.clone());
            }
            at = criterion.parent().and_then(|code| self.framework.criterion(&code.to_string()).ok());
        }
        self.framework.max_points().cloned()
    }

    /// The numbers that the rule does not read.
    fn beyond(&self, numbers: &[(&str, f64)]) -> Vec<Problem> {
        let (least, greatest) = self.range();
        let beyond = numbers.iter().filter(|(_, value)| !(value.is_finite() && least <= *value && *value <= greatest));
        let allowed = match (least.is_finite(), greatest.is_finite()) {
            (true, true) => format!("{least} to {greatest}"),
            (true, false) => format!("{least} or more"),
            _ => "a finite number".to_owned(),
        };
        beyond.map(|(name, value)| Problem::out_of_range(&format!("`{name}`"), value, &allowed)).collect()
    }

    fn scale(&self, belief: &'static str) -> Result<Scale, Vec<Problem>> {
        let wrong = |what: String| vec![Problem::WrongBelief { belief, what }];
        let rule = self.rule().ok_or_else(|| wrong("the row has no rule".to_owned()))?;
        let is_whole = matches!(rule.unit(), Unit::Count | Unit::Date);
        if rule.comparison().is_some() {
            return Ok(Scale::plain(is_whole));
        }
        let max = self.criterion.max_points().cloned().unwrap_or_default();
        let curve =
            rule.curve(&max).ok_or_else(|| wrong(format!("the rule `{}` does not read numbers", rule.kind())))?;
        let whole = rule.unit().whole().map_or(1.0, |whole| float(&Exact::from(whole)));
        Ok(Scale::new(&curve, whole, is_whole, self.grid(), self.is_penalty()))
    }

    fn grid(&self) -> Option<Grid> {
        let rounding = self.framework.rounding().filter(|rounding| rounding.at == RoundingPoint::Leaf)?;
        Some(Grid::new(rounding.places, rounding.mode))
    }

    fn is_penalty(&self) -> bool {
        self.criterion.outside() == Some(parindex::Outside::Penalty)
    }

    fn is_compared(&self) -> bool {
        self.rule().is_some_and(|rule| rule.comparison().is_some())
    }

    fn earned(&self, worth: f64) -> Yield {
        if self.is_compared() { Yield::Compared(worth) } else { Yield::Points(worth) }
    }

    fn known(&self, scale: &Scale, value: f64) -> Leaf {
        Leaf::Fixed(self.earned(scale.at(value)))
    }

    fn spread(&self, spread: Spread, scale: Scale) -> Leaf {
        let (low, high) = spread.ends();
        let Some(mut edges) = scale.edges(low, high, MOST_OUTCOMES) else {
            return Leaf::Spread { spread, scale, is_compared: self.is_compared() };
        };
        edges.retain(|edge| low < *edge && *edge < high);
        // The ends gather what lies beyond them, so each is an outcome of its own.
        let mut gathered = Gathered::new();
        gathered.add(spread.below(low), self.earned(scale.at(low)));
        let mut from = low;
        for to in edges.into_iter().chain([high]) {
            gathered.add(spread.below(to), self.earned(scale.at(f64::midpoint(from, to))));
            from = to;
        }
        gathered.add(1.0, self.earned(scale.at(high)));
        leaf(gathered)
    }

    fn cases(&self, good: u32, so_far: u32, coming: u32) -> Result<Leaf, Vec<Problem>> {
        let mut problems = Vec::new();
        if good > so_far {
            problems.push(Problem::out_of_range("the number of good cases", good, &format!("0 to {so_far}")));
        }
        if coming > MOST_COMING {
            let allowed = format!("0 to {MOST_COMING}");
            problems.push(Problem::out_of_range("the number of cases to come", coming, &allowed));
        }
        let whole = self.rule().and_then(|rule| rule.unit().whole());
        let Some(whole) = whole.map(|whole| float(&Exact::from(whole))) else {
            let kind = self.rule().map_or("none", Rule::kind);
            let what = format!("the rule `{kind}` does not read ratios");
            problems.push(Problem::WrongBelief { belief: "beta-binomial", what });
            return Err(problems);
        };
        none(problems)?;
        if coming == 0 {
            return Ok(Leaf::Fixed(self.worth(&Stated::Counts(good.into(), so_far.into()))?));
        }
        let scale = self.scale("beta-binomial")?;
        let weights = beta_binomial(f64::from(good), f64::from(so_far - good), coming);
        let all: f64 = weights.iter().sum();
        let cases = f64::from(so_far) + f64::from(coming);
        let (mut gathered, mut upto) = (Gathered::new(), 0.0);
        for (more, weight) in (0_u32..).zip(weights) {
            upto += weight / all;
            let share = (f64::from(good) + f64::from(more)) / cases;
            let worth = if self.is_compared() { share * whole } else { scale.at_share(share) };
            gathered.add(upto, self.earned(worth));
        }
        Ok(leaf(gathered))
    }
}

/// The leaf of outcomes.
fn leaf(gathered: Gathered<Yield>) -> Leaf {
    if let Some(only) = gathered.only() {
        return Leaf::Fixed(only);
    }
    match gathered.points() {
        Ok(points) => Leaf::Points(points),
        Err(yields) => yields.map_or(Leaf::Fixed(Yield::Points(0.0)), Leaf::Yields),
    }
}

fn check_choices(choices: &[(Stated, f64)]) -> Result<(), Vec<Problem>> {
    let bad = choices.iter().filter(|(_, share)| !(0.0..=1.0).contains(share));
    let mut problems: Vec<Problem> =
        bad.map(|(_, share)| Problem::out_of_range("the probability", share, "0 to 1")).collect();
    let all: f64 = choices.iter().map(|(_, share)| share).sum();
    if problems.is_empty() && (all - 1.0).abs() > NEAR {
        problems.push(Problem::out_of_range("the sum of the probabilities", all, "1"));
    }
    none(problems)
}

/// # Errors
/// The problems, if there are any.
fn none(problems: Vec<Problem>) -> Result<(), Vec<Problem>> {
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

impl Gathered<Yield> {
    /// A table of points where all outcomes are points, else of yields.
    fn points(self) -> Result<Table<f64>, Option<Table<Yield>>> {
        let Some(table) = self.table() else { return Err(None) };
        let is_points = |earned: &Yield| matches!(earned, Yield::Points(_));
        if !table.outcomes().iter().all(is_points) {
            return Err(Some(table));
        }
        Ok(table.map(|earned| if let Yield::Points(points) = earned { points } else { 0.0 }))
    }
}
