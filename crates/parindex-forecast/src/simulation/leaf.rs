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

impl Yield {
    /// Points, nothing for a row that has left.
    pub(crate) fn points(self) -> f64 {
        if let Self::Points(points) = self { points } else { 0.0 }
    }
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

#[cfg(test)]
mod tests {
    use parindex::Exact;
    use proptest::prelude::*;

    use super::*;
    use crate::random::WORDS;

    /// Rules on ratios, for a maximum of 2.
    const RULES: [&str; 5] = [
        "{ kind = \"proportional\" }",
        "{ kind = \"target\", target = \"80\" }",
        "{ kind = \"floor-and-target\", floor = \"30\", target = \"90\" }",
        "{ kind = \"scaled\", unit = \"percent\", zero_at = \"95.5\", full_at = \"10\" }",
        "{ kind = \"steps\", unit = \"percent\", steps = [{ below = \"30\", points = \"0\" }, { from = \"30\", to = \"70\", points = \"2\" }, { above = \"70\", points = \"0.7\" }] }",
    ];
    const MODES: [&str; 5] = ["half-up", "half-even", "half-down", "up", "down"];

    fn framework(rule: usize, mode: usize, at: &str) -> Framework {
        let text = format!(
            "id = \"test\"\ntitle = \"test\"\nunit = \"x\"\nstatus = \"draft\"\nbasis = \"assumed\"\n\
             rounding = {{ places = 2, mode = \"{}\", at = \"{at}\" }}\n\
             [criteria.\"1\"]\nname = \"leaf\"\nmax_points = \"2\"\nrule = {}\n",
            MODES[mode], RULES[rule]
        );
        text.parse().unwrap()
    }

    fn read(framework: &Framework, belief: &Belief) -> Leaf {
        Reader::new(framework, framework.criterion("1").unwrap()).read(belief).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// Counts fall on the same side of every edge and tie as in exact arithmetic.
        #[test]
        fn every_outcome_of_cases_to_come_is_scored_exactly(
            rule in 0..RULES.len(), mode in 0..MODES.len(),
            (good, so_far) in (0_u32..200).prop_flat_map(|so_far| (0..=so_far, Just(so_far))),
            coming in 1_u32..60,
        ) {
            let framework = framework(rule, mode, "leaf");
            let mut expected: Vec<f64> = Vec::new();
            for more in 0..=coming {
                let counts = Stated::Counts((good + more).into(), (so_far + coming).into());
                let Worth::Points(points) = framework.worth("1", &counts).unwrap() else { unreachable!() };
                expected.push(float(&points));
            }
            expected.dedup();
            let leaf = read(&framework, &Belief::BetaBinomial { good, so_far, coming });
            let found = match leaf {
                Leaf::Fixed(earned) => vec![earned.points()],
                Leaf::Points(table) => table.outcomes().to_vec(),
                _ => unreachable!(),
            };
            // Outcomes too rare for a word are left out.
            let mut rest = expected.iter();
            prop_assert!(found.iter().all(|points| rest.any(|other| other.to_bits() == points.to_bits())), "{:?} in {:?}", found, expected);
            prop_assert!(coming > 20 || so_far > 20 || found.len() == expected.len(), "{:?} of {:?}", found, expected);
        }

        /// The table of a stretch says what its quantile earns, but next to an edge.
        #[test]
        fn tables_agree_with_quantiles(
            rule in 0..RULES.len(), mode in 0..MODES.len(), word in any::<u32>(),
            mut ends in [0.0_f64..100.0, 0.0_f64..100.0, 0.0_f64..100.0], is_normal in any::<bool>(),
        ) {
            ends.sort_unstable_by(f64::total_cmp);
            let [low, mode_at, high] = ends;
            let belief = if is_normal {
                Belief::Normal { mean: mode_at, se: (high - low) / 4.0 + 0.1 }
            } else {
                Belief::Triangular { low, mode: mode_at, high }
            };
            let rounded = framework(rule, mode, "leaf");
            let reader = Reader::new(&rounded, rounded.criterion("1").unwrap());
            let table = reader.read(&belief).unwrap();
            let spread = match belief {
                Belief::Normal { mean, se } => Spread::normal(mean, se, 0.0, 100.0),
                _ => Spread::triangular(low, mode_at, high),
            };
            let scale = reader.scale("test").unwrap();
            let near = |by: f64| scale.at(spread.quantile((uniform(word) + by / WORDS).clamp(0.0, 1.0)));
            let points = table.at(word).points();
            prop_assert!([-8.0, 0.0, 8.0].iter().any(|by| near(*by).to_bits() == points.to_bits()), "{} for {}", points, near(0.0));
        }
    }

    /// Where nothing is rounded points are what the curve says.
    #[test]
    fn numbers_on_a_stretch_are_drawn_as_they_are() {
        let framework = framework(0, 0, "end");
        let leaf = read(&framework, &Belief::Triangular { low: 20.0, mode: 40.0, high: 80.0 });
        assert!(matches!(leaf, Leaf::Spread { .. }));
        // A third lies below the mode: (40 − 20) / (80 − 20).
        let Yield::Points(points) = leaf.at(u32::MAX / 3) else { panic!("points") };
        assert!((points - 0.8).abs() < 1e-7, "{points}");
        assert_eq!(framework.worth("1", &Stated::text("40")).unwrap(), Worth::Points(Exact::decimal(8, 1)));
    }
}
