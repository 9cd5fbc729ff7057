//! Steps of a period as small numbers.

use crate::cells::bits;
use crate::moment::{DAY, date_of, day_number};
use crate::period::Every;
use crate::question::{Population, Question};
use crate::rule::NONE;

/// Turns moments into the numbers of their steps and back; 0 is no step.
#[derive(Clone, Debug)]
pub(crate) struct Steps {
    every: Option<Every>,
    /// The number of the step before the first.
    base: u32,
    last: u32,
    /// The step of each day of the period.
    table: Vec<u32>,
    first_day: i64,
}

impl Steps {
    pub(crate) fn new(question: &Question) -> Self {
        let period = question.period;
        let Some(every) = question.every else {
            return Self { every: None, base: 0, last: 0, table: Vec::new(), first_day: 0 };
        };
        // Dossiers handled in a period may have been received long before it.
        let base = match question.population {
            Population::Handled => 0,
            Population::Received | Population::Resolved => every.step(period.from()).saturating_sub(1),
        };
        let (first_day, last_day) = (day_number(period.from()), day_number(period.to()));
        // Two hundred years of days; later ones are worked out.
        let days = first_day..=last_day.min(first_day + 73_000);
        let table = days.map(|day| every.step(date_of(day)).saturating_sub(base)).collect();
        Self { every: Some(every), base, last: every.step(period.to()).saturating_sub(base), table, first_day }
    }

    /// Bits that hold every step.
    pub(crate) fn width(&self) -> u32 {
        bits(self.last)
    }

    /// The number of the last step.
    pub(crate) fn last(&self) -> u32 {
        self.last
    }

    /// The step of a moment.
    #[inline]
    pub(crate) fn number(&self, moment: i64) -> u32 {
        let Some(every) = self.every else { return 0 };
        if moment == NONE {
            return 0;
        }
        let day = moment.div_euclid(DAY);
        let known = usize::try_from(day - self.first_day).ok().and_then(|day| self.table.get(day));
        known.copied().unwrap_or_else(|| every.step(date_of(day)).saturating_sub(self.base).min(self.last))
    }

    /// What a step is called.
    pub(crate) fn label(&self, number: u32) -> Option<String> {
        let every = self.every.filter(|_| number > 0)?;
        Some(every.label(number.saturating_add(self.base)))
    }
}
