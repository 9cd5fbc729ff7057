//! From a tally to the rows a projection reads.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{MonthCounts, Projection, Projector};
use crate::error::{Error, Problem};
use crate::moment::Moment;
use crate::options::Part;
use crate::period::Every;
use crate::question::Population;
use crate::tally::{Row, Tally};

impl MonthCounts {
    /// The rows of a tally that keeps units and months apart, in the order of
    /// units and months; other columns are added up. What does not count is left
    /// out, and a unit that is missing is called by the empty text.
    ///
    /// Pending dossiers are those of the moment the tally saw:
    /// [`Projector::project_tally`] knows it.
    ///
    /// # Errors
    /// `missing-column` unless the tally keeps `unit` and months apart,
    /// `bad-value` unless it is of the dossiers received in its period.
    pub fn of_tally(tally: &Tally) -> Result<Vec<Self>, Error> {
        let question = tally.question();
        if question.population != Population::Received {
            let name = Population::NAMES.iter().find(|(_, known)| *known == question.population);
            return Err(Problem::BadValue {
                what: "the population of a projection".to_owned(),
                text: name.map(|(name, _)| (*name).to_owned()).unwrap_or_default(),
                allowed: "`received`".to_owned(),
            }
            .into());
        }
        let place = tally.place(Part::Unit)?;
        if question.every != Some(Every::Month) {
            let found = "every=\"month\" is not asked for".to_owned();
            return Err(Problem::MissingColumn { column: "month".to_owned(), found }.into());
        }
        let mut months = BTreeMap::<(String, Date), Self>::new();
        for Row { keys, step, counts, .. } in tally.rows().filter(|row| row.counts.received() > 0) {
            let Some(month) = step.and_then(|step| format!("{step}-01").parse::<Date>().ok()) else { continue };
            let unit = keys.get(place).and_then(Option::as_deref).unwrap_or_default().to_owned();
            let sum = months.entry((unit.clone(), month)).or_insert(Self {
                unit,
                month,
                received: 0,
                on_time: 0,
                late: 0,
                pending_in_time: 0,
                pending_late: 0,
            });
            sum.received = sum.received.saturating_add(counts.received());
            sum.on_time = sum.on_time.saturating_add(counts.on_time());
            sum.late = sum.late.saturating_add(counts.late());
            sum.pending_in_time = sum.pending_in_time.saturating_add(counts.pending_in_time());
            sum.pending_late = sum.pending_late.saturating_add(counts.pending_late());
        }
        Ok(months.into_values().collect())
    }
}

impl Projector {
    /// The projections of a tally that keeps units and months apart.
    ///
    /// Its counts were taken on its `as_of`, else on the last day of its period,
    /// unless [`Projector::as_of`] says otherwise.
    ///
    /// # Errors
    /// As [`MonthCounts::of_tally`] and [`Projector::project`]; `as-of-needed` for
    /// a tally without `as_of` whose period ends after the month of its last
    /// dossier, for it takes everything pending for overdue.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use parindex_dossiers::{Calendar, Every, Options, Projector, Question, Tallier};
    ///
    /// let question = Question::new("2026".parse()?).by(["unit"]).every(Every::Month);
    /// let calendar = Calendar::vietnam()?;
    /// let tally = Tallier::new(Options::new(question), &calendar)?.finish()?;
    /// let projector = Projector::new("0.90".parse()?, date(2026, 12, 31))?;
    /// assert_eq!(projector.project_tally(&tally)?, []); // no dossier, no unit
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn project_tally(&self, tally: &Tally) -> Result<Vec<Projection>, Error> {
        let months = MonthCounts::of_tally(tally)?;
        let (question, close) = (tally.question(), tally.question().period.to());
        let latest = months.iter().map(|counts| counts.month).max();
        if let Some(latest) = latest.filter(|latest| question.as_of.is_none() && close > latest.last_of_month()) {
            let latest = latest.strftime("%Y-%m").to_string();
            return Err(Problem::AsOfNeeded { judged: close, latest }.into());
        }
        let seen = question.as_of.map_or(close, |as_of: Moment| as_of.date().min(close));
        self.clone().as_of(self.as_of.unwrap_or(seen)).project(months)
    }
}
