//! The on-time rule of Decision 766, clause by clause.

use crate::calendar::Calendar;
use crate::dossier::{Dossier, Limit};
use crate::error::{Error, Problem};
use crate::moment::{DAY, MINUTE, Moment, date_of};
use crate::outcome::{Class, Outcome, Reason};
use crate::question::{BeforeReception, Compare, LimitDays, Population, Question, Reading, Repeated, Times};
use crate::status::Status;

mod facts;

pub(crate) use facts::{Facts, NONE};

/// What the rule makes of a dossier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Judged {
    pub(crate) outcome: Outcome,
    /// The moment that places it in a step of the period, or [`NONE`].
    pub(crate) anchor: i64,
    /// Whole minutes of processing, of dossiers that ended and count.
    pub(crate) minutes: Option<u64>,
}

/// The on-time rule, set up for a question.
///
/// A dossier is on time if its end is not later than its due date: equality
/// is on time. In this order:
///
/// 1. The end is the moment it was processed, else the result was returned,
///    else it was stopped or refused, else it was withdrawn.
/// 2. What happened after the period (or after `as_of`) is not seen.
/// 3. While it waits for a supplement asked for once, the request is its end;
///    asked for more than once, it is late.
/// 4. The time a dossier waited for the citizen, from request to answer and
///    not before reception, is taken off its end; time that several rounds
///    cover is taken off once.
/// 5. The due date is compared as recorded.
/// 6. Without a due date, the time from reception to the end without the
///    waiting must not exceed the procedure's limit. Days are counted by date,
///    the day of reception does not count; hours are hours of work.
/// 7. If it has not ended, the last day of the period (or `as_of`) stands in
///    for the end; waiting that is over is taken off here too.
///
/// Source: the portal's description of Decision 766/QĐ-TTg, in a third
/// party's extract (reported).
///
/// ```
/// use parindex_dossiers::{Calendar, Class, Dossier, Ends, Outcome, Question, Rule};
///
/// let calendar = Calendar::vietnam()?;
/// let question = Question::new("2026-H1".parse()?);
/// let rule = Rule::new(&question, &calendar)?;
/// let mut dossier = Dossier {
///     received: Some("2026-03-02 08:00".parse()?),
///     due: Some("2026-03-04 17:00".parse()?),
///     ends: Ends { finished: Some("2026-03-04 17:00".parse()?), ..Ends::default() },
///     ..Dossier::default()
/// };
/// assert_eq!(rule.judge(&dossier), Outcome::Counted(Class::OnTime));
/// dossier.ends.finished = Some("2026-03-04 17:01".parse()?);
/// assert_eq!(rule.judge(&dossier), Outcome::Counted(Class::Late));
/// # Ok::<(), parindex_dossiers::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Rule<'c> {
    start: i64,
    /// The last instant that is seen.
    close: i64,
    /// What stands in for the end of a dossier that has none.
    stand_in: i64,
    population: Population,
    reading: Reading,
    times: Option<Times>,
    calendar: &'c Calendar,
}

impl<'c> Rule<'c> {
    /// The rule for a question, with working days by a calendar.
    ///
    /// # Errors
    /// `out-of-range` if `as_of` lies before the period.
    pub fn new(question: &Question, calendar: &'c Calendar) -> Result<Self, Error> {
        let period = question.period;
        let last = Moment::from(period.to());
        let start = Moment::from(period.from()).earliest();
        let seen = question.as_of.filter(|moment| moment.latest() < last.latest()).unwrap_or(last);
        if seen.latest() < start {
            let allowed = format!("{} or later, the first day of the period", period.from());
            return Err(Problem::OutOfRange { value: seen.to_string(), allowed }.into());
        }
        Ok(Self {
            start,
            close: seen.latest(),
            stand_in: seen.earliest(),
            population: question.population,
            reading: question.reading,
            times: question.times,
            calendar,
        })
    }

    /// What the rule makes of `dossier`.
    #[must_use]
    pub fn judge(&self, dossier: &Dossier) -> Outcome {
        let moment = |moment: Option<Moment>| moment.map_or(NONE, Moment::earliest);
        let rounds = dossier.supplements.iter();
        let mut rounds: Vec<(i64, i64)> =
            rounds.map(|round| (moment(round.requested), moment(round.answered))).collect();
        rounds.sort_unstable();
        let facts = Facts {
            received: moment(dossier.received),
            due: dossier.due.map_or(NONE, Moment::latest),
            end: moment(dossier.ends.end()),
            is_stop: dossier.ends.is_stop(),
            status: dossier.status,
            rounds: &rounds,
            requests: dossier.supplement_requests.unwrap_or(0),
            limit: dossier.limit,
            unreadable: None,
        };
        self.judge_facts(&facts).outcome
    }

    /// What the rule makes of these facts.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "it is the body of the loop over all rows")]
    pub(crate) fn judge_facts(&self, facts: &Facts<'_>) -> Judged {
        let uncounted = |reason, anchor| Judged { outcome: Outcome::Uncounted(reason), anchor, minutes: None };
        let is_refused_first = facts.is_refused_first();
        let Some(anchor) = self.place(facts, is_refused_first) else { return uncounted(Reason::OutsidePeriod, NONE) };
        if let Some(reason) = facts.unreadable {
            return uncounted(reason, anchor);
        }
        let counted = if is_refused_first {
            self.count_refused_first(facts)
        } else if facts.received == NONE {
            let is_new = facts.status == Some(Status::Registered);
            Err(if is_new { Reason::NotReceived } else { Reason::MissingReceived })
        } else {
            facts.contradiction().map_or_else(|| self.count(facts), Err)
        };
        match counted {
            Ok((class, minutes)) => Judged { outcome: Outcome::Counted(class), anchor, minutes },
            Err(reason) => uncounted(reason, anchor),
        }
    }

    /// The moment that places a dossier in the period, nothing if it lies outside.
    /// What cannot be placed is kept, at [`NONE`], so that it is told.
    #[inline]
    fn place(&self, facts: &Facts<'_>, is_refused_first: bool) -> Option<i64> {
        let Facts { received, end, .. } = *facts;
        if received == NONE {
            let is_outside = end != NONE && (end < self.start || (is_refused_first && end > self.close));
            return (!is_outside).then_some(if is_refused_first { end } else { NONE });
        }
        let cannot_say_when = || facts.unreadable == Some(Reason::BadDate) || facts.status.is_some_and(Status::is_end);
        match self.population {
            Population::Received => (self.start <= received && received <= self.close).then_some(received),
            Population::Resolved if end == NONE => cannot_say_when().then_some(NONE),
            Population::Resolved => (self.start <= end && end <= self.close).then_some(end),
            Population::Handled => (received <= self.close && (end == NONE || end >= self.start)).then_some(received),
        }
    }

    /// Whether a dossier received between two moments can belong to the period.
    pub(crate) fn may_hold(&self, first: i64, last: i64) -> bool {
        match self.population {
            Population::Received => first <= self.close && last >= self.start,
            Population::Handled => first <= self.close,
            Population::Resolved => true,
        }
    }

    /// A dossier refused, stopped or withdrawn before it was received.
    #[cold]
    fn count_refused_first(&self, facts: &Facts<'_>) -> Result<(Class, Option<u64>), Reason> {
        if self.reading.before_reception == BeforeReception::NotCounted {
            return Err(Reason::BeforeReception);
        }
        match (facts.end, facts.due) {
            (NONE, _) => Err(Reason::MissingEnd),
            (_, NONE) => Err(Reason::NoDeadline),
            (end, due) => Ok((if self.is_by(end, due) { Class::OnTime } else { Class::Late }, None)),
        }
    }

    /// The class of a sound dossier of the period, and its minutes.
    #[inline]
    fn count(&self, facts: &Facts<'_>) -> Result<(Class, Option<u64>), Reason> {
        let has_ended = facts.end != NONE && facts.end <= self.close;
        let Waiting { requests, since } = if facts.rounds.is_empty() && facts.requests == 0 {
            Waiting { requests: 0, since: None }
        } else {
            self.waiting(facts)
        };
        let is_waiting = !has_ended
            && (since.is_some() || (facts.status == Some(Status::AwaitingSupplement) && facts.rounds.is_empty()));
        let is_repeated = requests > 1 && (is_waiting || self.reading.repeated == Repeated::Always);
        let end = match (has_ended, is_waiting) {
            (true, _) => facts.end,
            (false, false) => self.stand_in,
            (false, true) if is_repeated => return Ok((Class::Late, None)),
            (false, true) => since.ok_or(Reason::MissingRequest)?,
        };
        let is_in_time = self.is_in_time(facts, end)? && !is_repeated;
        let minutes = if has_ended && self.times.is_some() { Some(self.minutes(facts)?) } else { None };
        let class = match (has_ended || is_waiting, is_in_time) {
            (true, true) => Class::OnTime,
            (true, false) => Class::Late,
            (false, true) => Class::PendingInTime,
            (false, false) => Class::PendingLate,
        };
        Ok((class, minutes))
    }

    /// How often a supplement was asked for, as far as is seen, and since when
    /// the dossier waits, if it does.
    fn waiting(&self, facts: &Facts<'_>) -> Waiting {
        let is_seen = |(requested, _): &&(i64, i64)| *requested != NONE && *requested <= self.close;
        let seen = u32::try_from(facts.rounds.iter().filter(is_seen).count()).unwrap_or(u32::MAX);
        let unseen = u32::try_from(facts.rounds.len()).unwrap_or(u32::MAX) - seen;
        let last = facts.rounds.iter().rfind(is_seen);
        let is_open = |(_, answered): &&(i64, i64)| *answered == NONE || *answered > self.close;
        let resumed = facts.status == Some(Status::InProcess);
        let since = last.filter(is_open).filter(|(_, answered)| *answered != NONE || !resumed);
        Waiting {
            requests: seen.max(facts.requests.saturating_sub(unseen)),
            since: since.map(|(requested, _)| *requested),
        }
    }

    #[inline]
    fn is_in_time(&self, facts: &Facts<'_>, end: i64) -> Result<bool, Reason> {
        if facts.due == NONE {
            return self.is_within_limit(facts, end);
        }
        let waited = if facts.rounds.is_empty() { 0 } else { self.waited(facts, |from, to| Ok(to - from))? };
        Ok(self.is_by(end.saturating_sub(waited), facts.due))
    }

    #[inline]
    fn is_by(&self, end: i64, due: i64) -> bool {
        match self.reading.compare {
            Compare::AsRecorded => end <= due,
            Compare::ByDate => end.div_euclid(DAY) <= due.div_euclid(DAY),
        }
    }

    /// Clause 6: whether the time without the waiting keeps the procedure's limit.
    fn is_within_limit(&self, facts: &Facts<'_>, end: i64) -> Result<bool, Reason> {
        match facts.limit.ok_or(Reason::NoDeadline)? {
            Limit::Days(days) => {
                let waited = self.waited(facts, |from, to| self.days(from, to))?;
                Ok(self.days(facts.received, end)?.saturating_sub(waited) <= i64::from(days))
            }
            Limit::Hours(hours) => {
                let work = |from, to| self.working_minutes(from, to);
                Ok(work(facts.received, end)?.saturating_sub(self.waited(facts, work)?) <= i64::from(hours) * 60)
            }
        }
    }

    /// Whole minutes of processing without the waiting, as the question measures them.
    fn minutes(&self, facts: &Facts<'_>) -> Result<u64, Reason> {
        let minutes = if self.times == Some(Times::Working) {
            let work = |from, to| self.working_minutes(from, to);
            work(facts.received, facts.end)?.saturating_sub(self.waited(facts, work)?)
        } else {
            let waited = self.waited(facts, |from, to| Ok(to - from))?;
            (facts.end - facts.received).saturating_sub(waited).div_euclid(MINUTE)
        };
        Ok(u64::try_from(minutes).unwrap_or(0))
    }

    /// The waiting that is over, as far as it lies after reception, in the
    /// measure that `between` gives: what several rounds cover counts once.
    fn waited(&self, facts: &Facts<'_>, between: impl Fn(i64, i64) -> Result<i64, Reason>) -> Result<i64, Reason> {
        let is_over = |(requested, answered): &&(i64, i64)| {
            *requested != NONE && *answered > facts.received && *answered <= self.close
        };
        let (mut sum, mut reached) = (0_i64, facts.received);
        for (requested, answered) in facts.rounds.iter().filter(is_over) {
            let from = (*requested).max(reached);
            if from < *answered {
                sum = sum.saturating_add(between(from, *answered)?);
                reached = *answered;
            }
        }
        Ok(sum)
    }

    /// Days from one moment to another, by date: the first does not count.
    fn days(&self, from: i64, to: i64) -> Result<i64, Reason> {
        let (from, to) = (from.div_euclid(DAY), to.div_euclid(DAY));
        match self.reading.limit_days {
            LimitDays::Calendar => Ok(to - from),
            LimitDays::Working => {
                let days = self.calendar.working_days_between(date_of(from), date_of(to));
                days.map_err(|_| Reason::CalendarEnds)
            }
        }
    }

    fn working_minutes(&self, from: i64, to: i64) -> Result<i64, Reason> {
        let at = |micros| Moment::from_micros(micros).datetime();
        self.calendar.working_minutes_between(at(from), at(to)).map_err(|_| Reason::CalendarEnds)
    }
}

/// Requests for a supplement that are seen.
struct Waiting {
    requests: u32,
    /// The last request, if it is not answered.
    since: Option<i64>,
}
