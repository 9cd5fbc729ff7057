//! Invented dossiers that behave like real ones: for tests, benches and teaching.

use std::ops::Range;

use jiff::civil::Date;
use parindex::Stop;

use crate::dossier::Dossier;
use crate::error::{Error, Fault, Problem};
use crate::project::MonthCounts;

mod draw;
mod life;
mod world;

use life::Life;
use world::World;

/// Draws dossiers of one calendar year, the same for the same seed.
///
/// Nothing in it is measured; the shapes are those registers show. Units are of
/// unequal size (log-normal) and each has a late rate of its own (logit-normal);
/// each month of a unit draws its rate around that (beta). Months have a season
/// with a dip at Tết. Procedures are unequal (Zipf), each with a limit in working
/// days; most dossiers end well before they are due, late ones some days after.
/// Some wait for a supplement once or twice, some of these for ever; some are
/// refused or withdrawn, and some carry no due date.
///
/// A row depends on the seed and its number only: chunks, threads and order do
/// not matter.
///
/// ```
/// use jiff::civil::date;
/// use parindex_dossiers::Generator;
///
/// let generator = Generator::new(7).units(3).rows(500).as_of(date(2026, 6, 30));
/// let months = generator.months()?;
/// let received: u64 = months.iter().map(|month| month.received).sum();
/// assert!(received < 500); // the rest comes after June
/// assert_eq!(generator.months()?, months);
/// # Ok::<(), parindex_dossiers::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Generator {
    seed: u64,
    units: u32,
    rows: u64,
    year: i16,
    as_of: Option<Date>,
    on_time: f64,
    spread: f64,
    precision: f64,
    bad: f64,
}

impl Generator {
    /// Most dossiers that are made at once; pieces make more.
    pub const MAX_ROWS: u64 = 5_000_000;
    /// Most units.
    pub const MAX_UNITS: u32 = 1_000_000;

    /// Dossiers of 2026 in 50 units, 100,000 rows, for a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            units: 50,
            rows: 100_000,
            year: 2026,
            as_of: None,
            on_time: 0.9,
            spread: 0.8,
            precision: 60.0,
            bad: 0.0,
        }
    }

    /// How many units there are: 1 to [`Generator::MAX_UNITS`], 50 unless said.
    #[must_use]
    pub fn units(self, units: u32) -> Self {
        Self { units, ..self }
    }

    /// How many dossiers the year holds.
    #[must_use]
    pub fn rows(self, rows: u64) -> Self {
        Self { rows, ..self }
    }

    /// The calendar year they are received in.
    #[must_use]
    pub fn year(self, year: i16) -> Self {
        Self { year, ..self }
    }

    /// The day the register is read, at its close: what happens later is not in
    /// it. Else everything that will ever happen is.
    #[must_use]
    pub fn as_of(self, day: Date) -> Self {
        Self { as_of: Some(day), ..self }
    }

    /// The on-time rate of the unit in the middle, 0 to 1; 0.9 unless said.
    #[must_use]
    pub fn on_time(self, rate: f64) -> Self {
        Self { on_time: rate, ..self }
    }

    /// How far units lie apart: the standard deviation of the log odds of their
    /// late rates, 0 to 10; 0.8 unless said.
    #[must_use]
    pub fn spread(self, spread: f64) -> Self {
        Self { spread, ..self }
    }

    /// How steady months are: the two parameters of the beta of a month's rate
    /// together, 1 to 10⁹; 60 unless said.
    #[must_use]
    pub fn precision(self, precision: f64) -> Self {
        Self { precision, ..self }
    }

    /// The share of rows that contradict themselves or cannot be read, 0 to 1;
    /// none unless said.
    #[must_use]
    pub fn bad_rows(self, share: f64) -> Self {
        Self { bad: share, ..self }
    }

    /// Every setting that lies outside what it allows.
    fn check(&self) -> Result<(), Error> {
        let settings = [
            ("units", f64::from(self.units), 1.0, f64::from(self.units.max(1))),
            ("on_time", self.on_time, 0.0, 1.0),
            ("spread", self.spread, 0.0, 10.0),
            ("precision", self.precision, 1.0, 1e9),
            ("bad_rows", self.bad, 0.0, 1.0),
        ];
        let outside = settings.into_iter().filter(|(_, value, least, most)| !(*least..=*most).contains(value));
        let outside = outside.map(|(name, value, least, most)| {
            let allowed = if name == "units" { "1 or more".to_owned() } else { format!("{least} to {most}") };
            Problem::OutOfRange { value: value.to_string(), allowed: format!("{name} of {allowed}") }.into()
        });
        let many = (self.units > Self::MAX_UNITS).then(|| too_large("the number of units", Self::MAX_UNITS.into()));
        Error::check(outside.chain(many))
    }

    /// The late rate of a unit in a month of the year (1 to 12), before chance.
    ///
    /// Units are counted from 0; there is none beyond [`Generator::units`].
    #[must_use]
    pub fn late_rate(&self, unit: u32, month: i8) -> Option<f64> {
        let known = unit < self.units && (1..=12).contains(&month);
        known.then(|| draw::late_rate(self, unit, month))
    }

    /// The records with these numbers, of those received by the day the register is
    /// read; see [`Generator::rows`] for how many there are.
    ///
    /// # Errors
    /// `calendar-ends` for a year that the bundled calendar does not reach,
    /// `out-of-range` for a setting outside what it allows, `too-large` for more
    /// than [`Generator::MAX_UNITS`] or [`Generator::MAX_ROWS`].
    pub fn dossiers(&self, rows: Range<u64>) -> Result<Vec<Dossier>, Error> {
        let rows = rows.start..rows.end.min(self.rows);
        if rows.end.saturating_sub(rows.start) > Self::MAX_ROWS {
            Error::check([too_large("the number of dossiers made at once", Self::MAX_ROWS)])?;
        }
        let world = World::new(self)?;
        let mut dossiers = Vec::new();
        for row in rows {
            Stop::point();
            dossiers.extend(Life::draw(self, &world, row)?.record(self.as_of));
        }
        Ok(dossiers)
    }

    /// The truth of each unit and month: what became of its dossiers to the
    /// close of the day the register is read, bad rows left out. In the order of
    /// units and months; months of nothing are left out.
    ///
    /// # Errors
    /// `calendar-ends` for a year that the bundled calendar does not reach,
    /// `out-of-range` and `too-large` as [`Generator::dossiers`].
    pub fn months(&self) -> Result<Vec<MonthCounts>, Error> {
        let world = World::new(self)?;
        let mut counts = vec![[0_u64; 4]; self.units as usize * 12];
        for row in 0..self.rows {
            Stop::point();
            let life = Life::draw(self, &world, row)?;
            if let Some(class) = life.class(self.as_of)
                && let Some(cell) = counts.get_mut(life.unit as usize * 12 + month_of(life.received.date()))
                && let Some(count) = cell.get_mut(class as usize)
            {
                *count += 1;
            }
        }
        let named = counts.into_iter().enumerate().filter(|(_, counts)| counts.iter().sum::<u64>() > 0);
        Ok(named.map(|(at, counts)| self.month(at, counts)).collect())
    }

    fn month(&self, at: usize, [on_time, late, pending_in_time, pending_late]: [u64; 4]) -> MonthCounts {
        let month = i8::try_from(at % 12 + 1).unwrap_or(1);
        MonthCounts {
            unit: world::unit_name(at / 12),
            month: Date::new(self.year, month, 1).unwrap_or(Date::MIN),
            received: on_time + late + pending_in_time + pending_late,
            on_time,
            late,
            pending_in_time,
            pending_late,
        }
    }
}

fn too_large(what: &str, limit: u64) -> Fault {
    Problem::TooLarge { what: what.to_owned(), limit: limit.to_string() }.into()
}

fn month_of(date: Date) -> usize {
    usize::try_from(date.month() - 1).unwrap_or(0)
}
