//! What the rule asks of a dossier, as plain numbers.

use crate::dossier::Limit;
use crate::moment::DAY;
use crate::outcome::Reason;
use crate::status::Status;

/// No moment is recorded.
pub(crate) const NONE: i64 = i64::MIN;

/// What the rule asks of a dossier, moments in microseconds since 1970-01-01
/// 00:00 or [`NONE`]. A day without a time is its first instant, but for
/// `due`, where it is its last: so the two compare by date.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) received: i64,
    pub(crate) due: i64,
    pub(crate) end: i64,
    /// Whether `end` is a stop, a refusal or a withdrawal.
    pub(crate) is_stop: bool,
    pub(crate) status: Option<Status>,
    /// Requests for a supplement and their answers, sorted.
    pub(crate) rounds: &'a [(i64, i64)],
    /// Requests that were counted, if they were.
    pub(crate) requests: u32,
    pub(crate) limit: Option<Limit>,
    /// What could not be read.
    pub(crate) unreadable: Option<Reason>,
}

impl Facts<'_> {
    /// Whether it was refused, stopped or withdrawn before it was received.
    #[inline]
    pub(super) fn is_refused_first(&self) -> bool {
        if self.status == Some(Status::NotAccepted) {
            return true;
        }
        let is_stop = self.is_stop || self.status.is_some_and(Status::is_stop);
        is_stop && (self.received == NONE || (self.end != NONE && precedes(self.end, self.received)))
    }

    /// What contradicts itself in a dossier that was received.
    #[inline]
    pub(super) fn contradiction(&self) -> Option<Reason> {
        let Self { received, due, end, .. } = *self;
        if due != NONE && due < received {
            return Some(Reason::DueBeforeReceived);
        }
        if end == NONE {
            if self.status.is_some_and(Status::is_end) {
                return Some(Reason::MissingEnd);
            }
        } else if precedes(end, received) {
            return Some(Reason::EndBeforeReceived);
        }
        self.rounds.iter().find_map(|(requested, answered)| match *answered {
            NONE => None,
            _ if *requested == NONE => Some(Reason::AnsweredWithoutRequest),
            answered if precedes(answered, *requested) => Some(Reason::AnsweredBeforeRequested),
            answered if end != NONE && precedes(end, answered) => Some(Reason::AnsweredAfterEnd),
            _ => None,
        })
    }
}

/// Whether one moment lies before another. The first instant of a day stands
/// for a day without a time, which lies before no moment of that day.
#[inline]
fn precedes(first: i64, second: i64) -> bool {
    first < second && !(first.rem_euclid(DAY) == 0 && first.div_euclid(DAY) == second.div_euclid(DAY))
}
