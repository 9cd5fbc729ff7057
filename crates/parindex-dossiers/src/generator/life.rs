//! One dossier's life, from its reception to its end.

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, ToSpan};
use rand_core::Rng;
use rand_distr::{Beta, Distribution};

use super::Generator;
use super::draw::{Address, days, happens, stream, uniform, whole};
use super::world::{World, days_used, field_name, level_name, limit, procedure_name, unit_name};
use crate::dossier::{Dossier, Ends, Limit, Supplement};
use crate::error::Problem;
use crate::outcome::Class;
use crate::status::Status;

/// Chances of what can befall a dossier.
const SUPPLEMENT: f64 = 0.06;
const SECOND_SUPPLEMENT: f64 = 0.15;
const NEVER_ANSWERED: f64 = 0.08;
const REFUSED: f64 = 0.015;
const WITHDRAWN: f64 = 0.007;
const WITHOUT_DUE: f64 = 0.01;
/// Means of the days from due to a late end, and from request to answer.
const DAYS_LATE: f64 = 4.0;
const DAYS_WAITED: f64 = 6.0;

/// How a dossier ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Result,
    Refused,
    Withdrawn,
}

/// Everything that will ever happen to a dossier.
#[derive(Debug)]
pub(super) struct Life {
    row: u64,
    pub(super) unit: u32,
    procedure: usize,
    channel: &'static str,
    pub(super) received: DateTime,
    /// The last moment in time.
    due: DateTime,
    /// Whether the citizen was told; else only the procedure's limit is known.
    is_promised: bool,
    ending: Ending,
    /// Nothing if the citizen never answers.
    end: Option<DateTime>,
    returned: Option<DateTime>,
    /// Rounds of waiting for the citizen: request and answer.
    rounds: Vec<(DateTime, Option<DateTime>)>,
    /// Which contradiction the row holds, if it is a bad one.
    bad: Option<u64>,
}

impl Life {
    /// The row with this number.
    pub(super) fn draw(generator: &Generator, world: &World, row: u64) -> Result<Self, Problem> {
        let mut random = stream(generator.seed, Address::Row(row));
        let unit = u32::try_from(world.units.pick(uniform(&mut random))).unwrap_or(0);
        let month = world.season.pick(uniform(&mut random));
        let is_late = happens(world.late_rate(unit, month), &mut random);
        let procedure = world.procedures.pick(uniform(&mut random));
        let channel = ["online", "desk", "post"]
            [usize::from(happens(0.4, &mut random)) + usize::from(happens(0.05, &mut random))];
        let received = reception(world, month, channel == "online", &mut random);
        let limit = limit(procedure);
        let due = world.calendar.add_working_days(received.date(), limit)?;
        let mut end = if is_late {
            at_work(world.calendar.add_working_days(due, days(DAYS_LATE, &mut random))?, &mut random)
        } else {
            let share = Beta::new(1.6, 1.2).map_or(0.5, |beta| beta.sample(&mut random));
            on_time(world, received, limit, share, &mut random)?
        };
        let mut rounds = Vec::new();
        let mut is_answered = true;
        let is_promised = !happens(WITHOUT_DUE, &mut random);
        if is_promised && happens(SUPPLEMENT, &mut random) {
            let count = 1 + usize::from(happens(SECOND_SUPPLEMENT, &mut random));
            let mut asked_after = received;
            for _ in 0..count {
                let asked = between(asked_after, end, &mut random);
                is_answered = !happens(NEVER_ANSWERED, &mut random);
                let waited = SignedDuration::from_hours(24 * i64::from(days(DAYS_WAITED, &mut random)));
                let answered = asked.saturating_add(waited);
                rounds.push((asked, is_answered.then_some(answered)));
                if !is_answered {
                    break;
                }
                // What comes after the request comes later by the time waited.
                end = end.saturating_add(waited);
                asked_after = answered;
            }
        }
        let ending = match uniform(&mut random) {
            chance if chance < REFUSED => Ending::Refused,
            chance if chance < REFUSED + WITHDRAWN => Ending::Withdrawn,
            _ => Ending::Result,
        };
        let due = if is_promised {
            due.at(17, 0, 0, 0)
        } else {
            // Days off after the last day add nothing to the days it took.
            world.calendar.add_working_days(due, 1)?.at(0, 0, 0, 0).saturating_sub(1.minute())
        };
        let returned = end.saturating_add(i64::from(days(2.0, &mut random)).days());
        let bad = happens(generator.bad, &mut random).then(|| whole(4, &mut random));
        Ok(Self {
            row,
            unit,
            procedure,
            channel,
            received,
            due,
            is_promised,
            ending,
            end: is_answered.then_some(end),
            returned: (is_answered && ending == Ending::Result).then_some(returned),
            rounds,
            bad,
        })
    }

    /// What it counts as at the close of a day, or at last; nothing for a bad
    /// row, or before it is received.
    ///
    /// It is late if it took longer than promised without the time the citizen
    /// took. While the citizen is asked, the request is its end, and a second
    /// request is late.
    pub(super) fn class(&self, as_of: Option<Date>) -> Option<Class> {
        let is_seen = |moment: &DateTime| as_of.is_none_or(|day| moment.date() <= day);
        if self.bad.is_some() || !is_seen(&self.received) {
            return None;
        }
        let asked: Vec<_> = self.rounds.iter().filter(|(asked, _)| is_seen(asked)).collect();
        let mut waited = SignedDuration::ZERO;
        for (number, (asked, answered)) in asked.iter().enumerate() {
            match answered.filter(is_seen) {
                Some(answered) => waited += answered.duration_since(*asked),
                None if number > 0 => return Some(Class::Late),
                None => return Some(if self.is_in_time(*asked, waited) { Class::OnTime } else { Class::Late }),
            }
        }
        let pending = |day: Date| {
            let is_in_time = self.is_in_time(day.at(0, 0, 0, 0), waited);
            if is_in_time { Class::PendingInTime } else { Class::PendingLate }
        };
        match (self.end.filter(is_seen), as_of) {
            (Some(end), _) => Some(if self.is_in_time(end, waited) { Class::OnTime } else { Class::Late }),
            (None, Some(day)) => Some(pending(day)),
            (None, None) => None,
        }
    }

    fn is_in_time(&self, end: DateTime, waited: SignedDuration) -> bool {
        end.saturating_sub(waited) <= self.due
    }

    /// The record of it at the close of a day, or at last; nothing before it is received.
    pub(super) fn record(&self, as_of: Option<Date>) -> Option<Dossier> {
        let is_seen = |moment: &DateTime| as_of.is_none_or(|day| moment.date() <= day);
        if !is_seen(&self.received) {
            return None;
        }
        let ended = self.end.filter(is_seen).map(Into::into);
        let rounds: Vec<Supplement> = self
            .rounds
            .iter()
            .filter(|(asked, _)| is_seen(asked))
            .map(|(asked, answered)| Supplement {
                requested: Some((*asked).into()),
                answered: answered.filter(is_seen).map(Into::into),
            })
            .collect();
        let ends = match self.ending {
            Ending::Result => {
                Ends { processed: ended, returned: self.returned.filter(is_seen).map(Into::into), ..Ends::default() }
            }
            Ending::Refused => Ends { stopped: ended, ..Ends::default() },
            Ending::Withdrawn => Ends { withdrawn: ended, ..Ends::default() },
        };
        let status = match (self.ending, ended) {
            (_, None) if rounds.last().is_some_and(|round| round.answered.is_none()) => Status::AwaitingSupplement,
            (_, None) => Status::InProcess,
            (Ending::Result, _) if ends.returned.is_some() => Status::Returned,
            (Ending::Result, _) => Status::Processed,
            (Ending::Refused, _) => Status::Refused,
            (Ending::Withdrawn, _) => Status::Withdrawn,
        };
        let mut dossier = Dossier {
            id: Some(format!("H00-{:09}", self.row)),
            unit: Some(unit_name(self.unit as usize)),
            procedure: Some(procedure_name(self.procedure)),
            field: Some(field_name(self.procedure).to_owned()),
            level: Some(level_name(self.unit as usize).to_owned()),
            channel: Some(self.channel.to_owned()),
            status: Some(status),
            received: Some(self.received.into()),
            due: self.is_promised.then(|| self.due.into()),
            limit: Some(Limit::Days(limit(self.procedure))),
            ends,
            supplements: rounds,
            supplement_requests: None,
        };
        self.spoil(&mut dossier);
        Some(dossier)
    }

    /// Puts the contradiction of a bad row into its record.
    fn spoil(&self, dossier: &mut Dossier) {
        let before = Some(self.received.saturating_sub(3.days()).into());
        match self.bad {
            None => {}
            Some(0) => {
                (dossier.received, dossier.status, dossier.ends) = (None, Some(Status::InProcess), Ends::default());
            }
            Some(1) => dossier.due = before,
            Some(2) => {
                dossier.status = Some(Status::Processed);
                dossier.ends = Ends { processed: before, ..Ends::default() };
            }
            Some(_) => {
                dossier.supplements = vec![Supplement { requested: Some(self.received.into()), answered: before }];
            }
        }
    }
}

/// When it is received: at the desk in working hours, online at any hour and
/// now and then on a day off.
fn reception(world: &World, month: usize, is_online: bool, random: &mut impl Rng) -> DateTime {
    let working = world.working.get(month).map_or(&[][..], Vec::as_slice);
    let at = usize::try_from(whole(working.len() as u64, random)).unwrap_or(0);
    let day = working.get(at).copied().unwrap_or_default();
    if is_online && happens(0.2, random) {
        let day = if happens(0.3, random) { day.first_of_month().saturating_add(whole_days(day, random)) } else { day };
        return day.at(0, 0, 0, 0).saturating_add(SignedDuration::from_mins(minutes(24 * 60, random)));
    }
    day.at(8, 0, 0, 0).saturating_add(SignedDuration::from_mins(minutes(8 * 60, random)))
}

/// Days from the first of a month to any day of it.
fn whole_days(month: Date, random: &mut impl Rng) -> jiff::Span {
    i64::try_from(whole(month.days_in_month().unsigned_abs().into(), random)).unwrap_or(0).days()
}

fn minutes(below: u64, random: &mut impl Rng) -> i64 {
    i64::try_from(whole(below, random)).unwrap_or(0)
}

/// A moment of the working hours of a day.
fn at_work(day: Date, random: &mut impl Rng) -> DateTime {
    day.at(8, 0, 0, 0).saturating_add(SignedDuration::from_mins(minutes(9 * 60, random)))
}

/// An end within the limit, not before reception.
fn on_time(
    world: &World,
    received: DateTime,
    limit: u32,
    share: f64,
    random: &mut impl Rng,
) -> Result<DateTime, Problem> {
    let day = received.date();
    let used = days_used(limit, share);
    let close = day.at(17, 0, 0, 0);
    if used == 0 && received < close && world.calendar.is_working(day)? {
        return Ok(between(received, close, random));
    }
    Ok(at_work(world.calendar.add_working_days(day, used.max(1))?, random))
}

/// A moment from `from` to `to`, in whole minutes.
fn between(from: DateTime, to: DateTime, random: &mut impl Rng) -> DateTime {
    let span = to.duration_since(from).as_mins();
    from.saturating_add(SignedDuration::from_mins(minutes(u64::try_from(span).unwrap_or(0), random)))
}
