"""Satisfaction with its uncertainty: intervals, possible ranks, and who cannot be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from parindex.arguments import by_text, of, real, takes, text
from parindex.chart import look
from parindex.layout import Language, Say, shown, speaker, written

if TYPE_CHECKING:
    from parindex._native import Sipas

Row = dict[str, Any]


@takes(sipas=of("Sipas"), coverage=real, names=by_text(text), lang=text)
def sipas(
    sipas: Sipas, *, coverage: float = 0.95, names: dict[str, str] | None = None, lang: Language = "vi"
) -> look.Chart:
    """Estimates with intervals at the left, the ranks that are possible at the right.

    Units that share a letter have possible ranks in common: the survey does not tell
    them apart. The official figure, unweighted, is a hollow mark beside the estimate.

    Parameters
    ----------
    sipas : Sipas
        What :func:`parindex.sipas` returns.
    coverage : float
        Of the sets of ranks, all together, 0 to 1. Intervals have the coverage
        that the survey was estimated with.
    names : dict of unit to name, optional
        What units are called.
    lang : {"vi", "en"}

    Returns
    -------
    altair.TopLevelMixin

    Raises
    ------
    ParIndexError
        ``out-of-range`` for a coverage outside 0 to 1.
    """
    say = speaker(lang)
    alt = look.altair_module()
    index = {row["unit"]: row for row in sipas.index()}
    ranks = {row["unit"]: row for row in sipas.ranks(coverage=coverage)}
    called = names or {}
    order = sorted(index, key=lambda unit: (ranks[unit]["rank"] is None, -(index[unit]["estimate"] or 0), unit))
    letters = group_letters(
        {unit: (ranks[unit]["rank_low"], ranks[unit]["rank_high"]) for unit in order if ranks[unit]["rank"] is not None}
    )
    rows = [
        _row(unit, called.get(unit, unit), index[unit], ranks[unit], letters.get(unit, ""), say, lang) for unit in order
    ]
    y = look.names_axis(rows, "unit", "shown")
    left = _estimates(rows, y, say, lang)
    right = _ranks(rows, len(letters), say)
    sure = written(round(100 * coverage, 1), lang)
    notes = [
        say(
            "Chấm đặc: ước lượng theo thiết kế mẫu, vạch: khoảng tin cậy; vuông rỗng: số chính thức.",
            "Filled: design-based estimate, line: its interval; hollow square: the official figure.",
        ),
        say(
            f"Phải: các hạng có thể, mức {sure} % cho tất cả cùng lúc. Cùng chữ cái: chưa phân biệt được.",
            f"Right: possible ranks at {sure} % for all at once. Same letter: cannot be told apart.",
        ),
        *_unranked(rows, say),
    ]
    title = say("SIPAS: mức độ hài lòng và các hạng có thể", "SIPAS: satisfaction and possible ranks")
    return look.finished(alt.hconcat(left, right, spacing=14).resolve_scale(y="independent"), title, notes, lang)


def group_letters(sets: dict[str, tuple[int, int]]) -> dict[str, str]:
    """A letter for every largest group of units whose sets of ranks all overlap; a unit carries all of its letters.

    Examples
    --------
    >>> from parindex.chart.sipas import group_letters
    >>> group_letters({"A": (1, 2), "B": (1, 3), "C": (3, 4), "D": (5, 5)})
    {'A': 'a', 'B': 'ab', 'C': 'b', 'D': 'c'}
    """
    groups: list[frozenset[str]] = []
    for start in sorted({low for low, _ in sets.values()}):
        # Of intervals, those that overlap one another all hold some start.
        group = frozenset(unit for unit, (low, high) in sets.items() if low <= start <= high)
        if not any(group <= other for other in groups):
            groups = [other for other in groups if not other <= group] + [group]
    return {unit: "".join(_letter(at) for at, group in enumerate(groups) if unit in group) for unit in sets}


def _letter(at: int) -> str:
    letter = chr(ord("a") + at % 26)
    return letter if at < 26 else f"{letter}{at // 26 + 1}"


def _row(unit: str, name: str, index: Row, ranks: Row, letters: str, say: Say, lang: Language) -> Row:
    estimate = index["estimate"]
    is_known = index["ci_low"] is not None
    official = look.rounded(index["official"]) if index["official"] is not None else None
    text = "" if estimate is None else written(round(estimate, 2), lang)
    if is_known:
        text += f" ({written(round(index['ci_low'], 1), lang)} – {written(round(index['ci_high'], 1), lang)})"
    low, high = ranks["rank_low"], ranks["rank_high"]
    span = "" if low is None else f"{low}" if low == high else f"{low}–{high}"
    return {
        "unit": unit,
        "shown": name,
        "estimate": estimate,
        "low": index["ci_low"],
        "high": index["ci_high"],
        "official": None if official is None else float(official),
        "official_text": written(official, lang),
        "text": text,
        "rank_from": None if low is None else low - 0.35,
        "rank_to": None if high is None else high + 0.35,
        "rank": ranks["rank"],
        "ranks": f"{span}  {letters}",
        "letters": letters,
        "note": index["note"] or ranks["note"],
        "middle": None if low is None else (low + high) / 2,
    }


def _estimates(rows: Sequence[Row], y: Any, say: Say, lang: Language) -> Any:
    alt = look.altair_module()
    base = alt.Chart(look.data(rows)).encode(y=y)
    x = alt.X("estimate:Q", scale=alt.Scale(zero=False, nice=True, padding=6), title=say("Hài lòng, %", "Satisfied, %"))
    tips = [
        alt.Tooltip("shown:N", title=say("đơn vị", "unit")),
        alt.Tooltip("text:N", title=say("ước lượng", "estimate")),
        alt.Tooltip("official_text:N", title=say("chính thức", "official")),
    ]
    known = base.transform_filter("datum.low !== null")
    return alt.layer(
        known.mark_rule(strokeWidth=2, color=look.SKY).encode(x="low:Q", x2="high:Q"),
        base.mark_point(filled=True, size=70, opacity=1, color=look.BLUE).encode(x=x, tooltip=tips),
        base.mark_point(shape="square", size=60, strokeWidth=1.5, color=look.VERMILION).encode(
            x="official:Q", tooltip=tips
        ),
    ).properties(width=380, height=look.row_height(rows, "shown", 24))


def _ranks(rows: Sequence[Row], most: int, say: Say) -> Any:
    alt = look.altair_module()
    base = alt.Chart(look.data(rows)).encode(y=alt.Y("unit:N", sort=[shown(row["unit"]) for row in rows], axis=None))
    axis = alt.Axis(values=look.rank_ticks(max(most, 1), 10), format="d")
    x = alt.X(
        "rank_from:Q",
        scale=alt.Scale(domain=[0.5, max(most, 1) + 0.5], nice=False),
        axis=axis,
        title=say("Hạng có thể", "Possible ranks"),
    )
    ranked = base.transform_filter("datum.rank !== null")
    return alt.layer(
        ranked.mark_bar(height={"band": 0.3}, color=look.SKY, cornerRadius=3).encode(x=x, x2="rank_to:Q"),
        ranked.mark_point(filled=True, size=50, opacity=1, color=look.BLUE).encode(x="rank:Q"),
        base.mark_text(align="left", dx=8, fontSize=11, color=look.INK).encode(x=alt.value("width"), text="ranks:N"),
    ).properties(width=150, height=look.row_height(rows, "shown", 24))


def _unranked(rows: Sequence[Row], say: Say) -> list[str]:
    without = [str(row["shown"]) for row in rows if row["rank"] is None]
    if not without:
        return []
    return [
        say(
            f"Không xếp hạng vì không ước lượng được sai số: {', '.join(without)}.",
            f"Not ranked, for their error cannot be estimated: {', '.join(without)}.",
        )
    ]
