"""The on-time rule of Decision 766 once more, in plain Python, one dossier at a time.

Written from the description of the rule and of its options, not from the library, to be
compared with it: slow, and without any of its data types.
"""

import calendar
import datetime
from collections.abc import Iterable
from typing import Any

OFF_2024_TO_2026 = {
    # Tết, holidays and swapped days that the cases touch; weekends are counted below.
    *(datetime.date(2024, 2, day) for day in range(8, 15)),
    datetime.date(2024, 4, 18), datetime.date(2024, 4, 29), datetime.date(2024, 4, 30), datetime.date(2024, 5, 1),
    datetime.date(2024, 9, 2), datetime.date(2024, 9, 3), datetime.date(2024, 1, 1),
    datetime.date(2025, 1, 1), *(datetime.date(2025, 1, day) for day in range(25, 32)),
    datetime.date(2025, 2, 1), datetime.date(2025, 2, 2), datetime.date(2025, 4, 7), datetime.date(2025, 4, 30),
    datetime.date(2025, 5, 1), datetime.date(2025, 5, 2), datetime.date(2025, 9, 1), datetime.date(2025, 9, 2),
    datetime.date(2026, 1, 1), datetime.date(2026, 1, 2), *(datetime.date(2026, 2, day) for day in range(14, 23)),
    datetime.date(2026, 4, 26), datetime.date(2026, 4, 27), datetime.date(2026, 4, 30), datetime.date(2026, 5, 1),
    datetime.date(2026, 8, 31), datetime.date(2026, 9, 1), datetime.date(2026, 9, 2), datetime.date(2026, 11, 24),
}  # fmt: skip
WORKED = {
    datetime.date(2024, 5, 4),
    datetime.date(2025, 4, 26),
    datetime.date(2026, 1, 10),
    datetime.date(2026, 8, 22),
}
ENDED = {"stopped", "refused", "withdrawn", "processed", "returned"}

Moment = tuple[datetime.datetime, bool]
"""A moment and whether only its day is known."""


class _Bad(Exception):
    """The row cannot be read or contradicts itself; the reason."""


def _moment(text: str) -> Moment | None:
    text = text.strip()
    if not text:
        return None
    day = text.replace("T", " ").partition(" ")[0]
    try:
        if "/" in day:
            text = text.replace(day, "-".join(reversed(day.split("/"))), 1)
        read = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise _Bad("bad-date") from None
    if read.tzinfo is not None:
        read = read.astimezone(datetime.timezone(datetime.timedelta(hours=7))).replace(tzinfo=None)
    return read, ":" not in text


def _last(moment: Moment) -> datetime.datetime:
    """The last instant of a moment: the end of its day if only that is known."""
    return moment[0] + datetime.timedelta(days=1, microseconds=-1) if moment[1] else moment[0]


def _whole(text: str, reason: str) -> int | None:
    if not text:
        return None
    if not text.isdigit():
        raise _Bad(reason)
    return int(text)


def _period(name: str) -> tuple[datetime.date, datetime.date]:
    year, _, part = name.partition("-")
    first = int(year)
    edges = {"Q1": (12, 15, 3, 14), "H1": (12, 15, 6, 14), "Q3": (6, 15, 9, 14), "Y": (12, 15, 12, 14)}
    if not part:
        return datetime.date(first, 1, 1), datetime.date(first, 12, 31)
    if part.isdigit():
        return datetime.date(first, int(part), 1), datetime.date(
            first, int(part), calendar.monthrange(first, int(part))[1]
        )
    month, day, last_month, last_day = edges[part]
    return datetime.date(first - (month == 12), month, day), datetime.date(first, last_month, last_day)


def _is_working(day: datetime.date) -> bool:
    if day.year not in range(2020, 2027):
        raise _Bad("calendar-ends")
    return day in WORKED or (day.weekday() < 5 and day not in OFF_2024_TO_2026)


def _days(start: datetime.datetime, end: datetime.datetime, counted: str) -> int:
    """Days after the first up to and including the last."""
    if counted == "calendar":
        return (end.date() - start.date()).days
    day, last, count = start.date(), end.date(), 0
    _is_working(day)
    while day < last:
        day += datetime.timedelta(days=1)
        count += _is_working(day)
    return count


def _minutes(start: datetime.datetime, end: datetime.datetime) -> float:
    """Minutes of work, 08:00 to 12:00 and 13:00 to 17:00."""
    day, total = start.date(), 0.0
    while day <= end.date():
        if _is_working(day):
            for opens, closes in ((8, 12), (13, 17)):
                opening = datetime.datetime(day.year, day.month, day.day, opens)
                closing = opening.replace(hour=closes)
                total += max(0.0, (min(end, closing) - max(start, opening)).total_seconds() / 60)
        day += datetime.timedelta(days=1)
    return total


STATUSES = {"": None, "đã xử lý xong": "processed"}
KNOWN = {"registered", "not-accepted", "in-process", "awaiting-supplement", *ENDED}


def classed(row: dict[str, str], options: dict[str, Any]) -> str:
    """The class of a dossier, or why it does not count."""
    try:
        return _classed(row, options)
    except _Bad as bad:
        return str(bad)


def _classed(row: dict[str, str], options: dict[str, Any]) -> str:
    first, last = _period(row["period"])
    close: Moment = (datetime.datetime(last.year, last.month, last.day), True)
    as_of = _moment(row.get("as_of", ""))
    if as_of is not None and _last(as_of) < _last(close):
        close = as_of
    opening, seen = datetime.datetime(first.year, first.month, first.day), _last(close)
    word = row["status"].lower()
    status = STATUSES.get(word, word)

    # What can be read; a row that cannot be placed is told, one outside is not looked at.
    received = _moment(row["received"])
    ends = [_moment(row[name]) for name in ("finished", "processed", "returned", "stopped", "withdrawn")]
    end = next((moment for moment in ends if moment), None)
    is_stop = not any(ends[:3]) and any(ends[3:])
    is_refused_first = status == "not-accepted" or (
        (is_stop or status in ("stopped", "refused", "withdrawn"))
        and (received is None or (end is not None and _last(end) < received[0]))
    )
    if not _belongs(received, end, is_refused_first, opening, seen, options.get("population", "received")):
        return "outside-period"
    due = _moment(row["due"])
    asked = [_moment(text) for text in row["supplement_requested"].split(";")] if row["supplement_requested"] else []
    answers = [_moment(text) for text in row["supplement_answered"].split(";")] if row["supplement_answered"] else []
    rounds = [
        (asked[at] if at < len(asked) else None, answers[at] if at < len(answers) else None)
        for at in range(max(len(asked), len(answers)))
    ]
    never = datetime.datetime.min
    rounds.sort(key=lambda round: [moment[0] if moment else never for moment in round])
    requests = _whole(row["supplement_requests"], "bad-count") or 0
    days, hours = _whole(row["limit_days"], "bad-limit"), _whole(row["limit_hours"], "bad-limit")
    if status is not None and status not in KNOWN:
        return "unknown-status"

    if is_refused_first:
        if options.get("before_reception") != "counted":
            return "before-reception"
        assert end and due
        return "on_time" if end[0] <= _last(due) else "late"
    if received is None:
        return "not-received" if status == "registered" else "missing-received"
    _check(received, due, end, status, rounds)

    has_ended = end is not None and end[0] <= seen
    known = [(ask, answer) for ask, answer in rounds if ask and ask[0] <= seen]
    unseen = len(rounds) - len(known)
    waits_since = None
    if known:
        ask, answer = known[-1]
        is_open = answer is None or answer[0] > seen
        if is_open and not (answer is None and status == "in-process"):
            waits_since = ask
    is_waiting = not has_ended and (waits_since is not None or (status == "awaiting-supplement" and not rounds))
    times = max(len(known), requests - unseen)
    is_repeated = times > 1 and (is_waiting or options.get("repeated") == "always")
    if has_ended:
        assert end
        at: Moment = end
    elif is_waiting:
        if is_repeated:
            return "late"
        if waits_since is None:
            return "missing-request"
        at = waits_since
    else:
        at = (close[0], close[1])
    over = _joined(
        (max(ask[0], received[0]), answer[0])
        for ask, answer in rounds
        if ask and answer and answer[0] > received[0] and answer[0] <= seen
    )
    if due is not None:
        adjusted = at[0] - sum((stop - start for start, stop in over), datetime.timedelta())
        if options.get("compare") == "by-date":
            is_in_time = adjusted.date() <= due[0].date()
        else:
            is_in_time = adjusted <= _last(due)
    elif days is not None:
        counted = options.get("limit_days", "working")
        waited = sum(_days(start, stop, counted) for start, stop in over)
        is_in_time = _days(received[0], at[0], counted) - waited <= days
    elif hours is not None:
        is_in_time = _minutes(received[0], at[0]) - sum(_minutes(start, stop) for start, stop in over) <= hours * 60
    else:
        return "no-deadline"
    is_in_time = is_in_time and not is_repeated
    if has_ended or is_waiting:
        return "on_time" if is_in_time else "late"
    return "pending_in_time" if is_in_time else "pending_late"


def _joined(spans: Iterable[tuple[datetime.datetime, datetime.datetime]]) -> list[list[datetime.datetime]]:
    """Spans of time without what they share, sorted."""
    joined: list[list[datetime.datetime]] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], stop)
        elif start < stop:
            joined.append([start, stop])
    return joined


def _belongs(
    received: Moment | None,
    end: Moment | None,
    is_refused_first: bool,
    opening: datetime.datetime,
    seen: datetime.datetime,
    population: str,
) -> bool:
    if received is None:
        return end is None or not (end[0] < opening or (is_refused_first and end[0] > seen))
    if population == "resolved":
        return end is not None and opening <= end[0] <= seen
    if population == "handled":
        return received[0] <= seen and (end is None or end[0] >= opening)
    return opening <= received[0] <= seen


def _check(
    received: Moment,
    due: Moment | None,
    end: Moment | None,
    status: str | None,
    rounds: list[tuple[Moment | None, Moment | None]],
) -> None:
    if due is not None and _last(due) < received[0]:
        raise _Bad("due-before-received")
    if end is not None and _last(end) < received[0]:
        raise _Bad("end-before-received")
    if end is None and status in ENDED:
        raise _Bad("missing-end")
    for ask, answer in rounds:
        if answer and not ask:
            raise _Bad("answered-without-request")
        if ask and answer and _last(answer) < ask[0]:
            raise _Bad("answered-before-requested")
        if answer and end and _last(end) < answer[0]:
            raise _Bad("answered-after-end")
