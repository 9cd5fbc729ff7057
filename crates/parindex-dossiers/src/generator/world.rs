//! What all rows of a generator share.

use jiff::ToSpan;
use jiff::civil::Date;
use rand_distr::{Distribution, StandardNormal};

use super::Generator;
use super::draw::{Address, late_rate, stream};
use crate::calendar::Calendar;
use crate::error::{Error, Problem};
use crate::number::real;

/// Dossiers of the months of a year, January to December; February is short and
/// holds Tết.
const SEASON: [f64; 12] = [0.95, 0.65, 1.10, 1.05, 1.05, 1.10, 1.10, 1.00, 1.00, 1.05, 1.05, 0.90];
const MONTHS: [i8; 12] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
/// Procedures, the first the commonest.
const PROCEDURES: u32 = 120;
/// Limits in working days, the commonest more than once.
const LIMITS: [u32; 12] = [1, 1, 2, 3, 3, 3, 5, 5, 7, 10, 15, 30];

/// Shares of a whole, cumulated.
#[derive(Debug)]
pub(super) struct Shares(Vec<f64>);

impl Shares {
    fn new(weights: impl Iterator<Item = f64>) -> Self {
        let mut sum = 0.0;
        let cumulated: Vec<f64> = weights
            .map(|weight| {
                sum += weight;
                sum
            })
            .collect();
        Self(cumulated.into_iter().map(|part| part / sum).collect())
    }

    /// The part in which a number from 0 to 1 falls.
    pub(super) fn pick(&self, at: f64) -> usize {
        self.0.partition_point(|share| *share <= at).min(self.0.len().saturating_sub(1))
    }
}

/// Units, months, procedures and days, as the seed made them.
#[derive(Debug)]
pub(super) struct World {
    pub(super) calendar: Calendar,
    pub(super) units: Shares,
    pub(super) season: Shares,
    pub(super) procedures: Shares,
    /// Late rates of each unit, by month.
    late: Vec<[f64; 12]>,
    /// The working days of each month.
    pub(super) working: Vec<Vec<Date>>,
}

impl World {
    pub(super) fn new(generator: &Generator) -> Result<Self, Error> {
        generator.check()?;
        let calendar = Calendar::vietnam()?;
        let mut working = Vec::with_capacity(12);
        for month in MONTHS {
            let first = Date::new(generator.year, month, 1).map_err(|_| Problem::OutOfRange {
                value: generator.year.to_string(),
                allowed: "a year from -9999 to 9999".to_owned(),
            })?;
            let mut days = Vec::with_capacity(23);
            for day in first.series(1.day()).take_while(|day| *day <= first.last_of_month()) {
                if calendar.is_working(day)? {
                    days.push(day);
                }
            }
            working.push(days);
        }
        let size = |unit: u32| {
            let normal: f64 = StandardNormal.sample(&mut stream(generator.seed, Address::Size(unit)));
            normal.exp()
        };
        Ok(Self {
            // Dossiers received late in the year end in the next.
            calendar: calendar.weekends_beyond(),
            units: Shares::new((0..generator.units).map(size)),
            season: Shares::new(SEASON.into_iter()),
            procedures: Shares::new((1..=PROCEDURES).map(|rank| 1.0 / f64::from(rank))),
            late: (0..generator.units).map(|unit| MONTHS.map(|month| late_rate(generator, unit, month))).collect(),
            working,
        })
    }

    /// The late rate of a unit in a month, both counted from 0.
    pub(super) fn late_rate(&self, unit: u32, month: usize) -> f64 {
        self.late.get(unit as usize).and_then(|months| months.get(month)).copied().unwrap_or(0.0)
    }
}

/// What a unit is called, counted from 0.
pub(super) fn unit_name(unit: usize) -> String {
    format!("H00.{}", unit + 1)
}

/// What a procedure is called, counted from 0.
pub(super) fn procedure_name(procedure: usize) -> String {
    format!("1.{:06}", procedure + 1)
}

/// The field a procedure belongs to.
pub(super) fn field_name(procedure: usize) -> &'static str {
    ["Đất đai", "Hộ tịch", "Thành lập doanh nghiệp", "Xây dựng", "Bảo trợ xã hội"][procedure % 5]
}

/// The level a unit works at: one in ten is a department of the province.
pub(super) fn level_name(unit: usize) -> &'static str {
    if unit.is_multiple_of(10) { "province" } else { "commune" }
}

/// How long a procedure may take, in working days.
pub(super) fn limit(procedure: usize) -> u32 {
    LIMITS[procedure * 5 % LIMITS.len()]
}

/// The number of working days to the end, from the share of the limit used.
pub(super) fn days_used(limit: u32, share: f64) -> u32 {
    u32::try_from(crate::number::count((share * real(limit.into())).floor())).map_or(limit, |days| days.min(limit))
}
