"""Who stands where: units in order of rank, with the bands of the framework."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from parindex import labels, layout
from parindex.arguments import count, of, or_none, takes, text
from parindex.chart import look
from parindex.layout import Language, Say, speaker, written, written_column

if TYPE_CHECKING:
    from parindex._native import Assessment, Framework

Row = dict[str, Any]

BAND_COLOURS = (look.GREEN, look.BLUE, look.ORANGE, look.VERMILION, look.PURPLE)


@takes(assessment=of("Assessment"), code=text, within=text, top=or_none(count), lang=text)
def ranking(
    assessment: Assessment,
    *,
    code: str | None = None,
    within: Literal["level", "parent"] | None = None,
    top: int | None = 100,
    lang: Language = "vi",
) -> look.Chart:
    """Units in order of rank: a dot for the points, a line for what has no evidence yet.

    Points are those of the table, every digit; where units have different
    maxima the index stands on the axis, for ranks rest on it. Bands of the
    framework (A, B, …) are shaded and told by the shape of the dot.

    Parameters
    ----------
    assessment : Assessment
        What :func:`parindex.score` returns.
    code : str, optional
        Rank on one criterion instead of the whole.
    within : {"level", "parent"}, optional
        One chart for each level or parent, below each other.
    top : int, optional
        At most so many units of a group, 100 unless given; the chart says how many
        are left out. None for all.
    lang : {"vi", "en"}

    Returns
    -------
    altair.TopLevelMixin

    Raises
    ------
    ImportError
        Without Altair.
    ParIndexError
        ``bad-code``, ``unknown-criterion``.

    Examples
    --------
    >>> import parindex as pi
    >>> framework = pi.Framework.load("dvc-766/province")
    >>> rows = [{"unit": "H44", "code": "2.1", "numerator": 528684, "denominator": 597918}]
    >>> chart = pi.chart.ranking(pi.score(framework, rows), code="2.1")
    >>> chart.to_dict()["title"]["text"]
    ['Xếp hạng: 2.1 Tỷ lệ hồ sơ xử lý trước hạn, đúng hạn']
    """
    say = speaker(lang)
    alt = look.altair_module()
    rows = assessment.ranking(code=code, within=within).to_dicts()
    framework = assessment.framework
    groups = _groups(rows, within, lang)
    bands = _bands(framework) if code is None else []
    scale = Scale(rows, say)
    called = look.distinct([row["name"] for row in rows], [row["unit"] for row in rows])
    texts = scale.texts(rows, lang)
    for row, name, text in zip(rows, called, texts, strict=True):
        row["shown"] = f"{row['rank']}. {name}" if row["rank"] is not None else f"– {name}"
        missing = row["missing_points"]
        more = f"; {say('chưa có bằng chứng', 'no evidence')}: {written(missing, lang)}" if missing else ""
        row["text"] = (text if row["rank"] is not None else say("chưa xếp hạng", "not ranked")) + more

    parts, left_out = [], 0
    for group, members in groups.items():
        shown = members if top is None else members[:top]
        left_out += len(members) - len(shown)
        part = _dots(shown, scale, bands, say, lang)
        parts.append(part.properties(title=alt.TitleParams(layout.shown(group), fontSize=12.5)) if group else part)
    chart = parts[0] if len(parts) == 1 and not within else alt.vconcat(*parts).resolve_scale(x="shared")
    what = framework.title(lang) if code is None else f"{code} {framework[code].name(lang)}"
    notes = [
        scale.note,
        _assumed(rows, say, lang),
        say(f"Còn {written(left_out)} đơn vị không vẽ.", f"{written(left_out, 'en')} more units not drawn.")
        if left_out
        else "",
    ]
    return look.finished(chart, say(f"Xếp hạng: {what}", f"Ranking: {what}"), notes, lang)


class Scale:
    """What stands on the axis: points where all maxima are the same, else the index."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], say: Say) -> None:
        maxima = {row["max_points"] for row in rows if row["max_points"] is not None}
        self.maximum: Decimal | None = maxima.pop() if len(maxima) == 1 else None
        self.column = "index" if self.maximum is None else "points"
        self.top = self.maximum or Decimal(100)
        most = written_column([self.top], "vi" if say("vi", "en") == "vi" else "en")[0]
        self.title = say("Chỉ số, %", "Index, %") if self.maximum is None else say("Điểm", "Points")
        self.note = (
            say(
                "Điểm tối đa khác nhau: xếp theo chỉ số = điểm / tối đa × 100.",
                "Maxima differ: ranked on the index, points / maximum × 100.",
            )
            if self.maximum is None
            else say(f"Điểm tối đa {most}.", f"Maximum {most} points.")
        )

    def of(self, row: Mapping[str, Any]) -> Decimal | None:
        """Where a row of a ranking stands on the axis."""
        value: Decimal | None = row[self.column]
        return value

    def missing(self, row: Mapping[str, Any]) -> Decimal:
        """Where the row could still get to once evidence comes, as a length on the axis."""
        missing, most = row["missing_points"], row["max_points"]
        if not missing or not most:
            return Decimal(0)
        length: Decimal = missing if self.maximum is not None else missing / most * 100
        return length

    def texts(self, rows: Sequence[Mapping[str, Any]], lang: Language) -> list[str]:
        """The points as printed; beside the index, the maximum too."""
        points = written_column([row["points"] for row in rows], lang)
        if self.maximum is not None:
            return points
        maxima = written_column([row["max_points"] for row in rows], lang)
        indices = [None if row["index"] is None else look.rounded(row["index"]) for row in rows]
        return [
            f"{index} % ({got}/{most})"
            for index, got, most in zip(written_column(indices, lang), points, maxima, strict=True)
        ]


def _groups(rows: list[Row], within: str | None, lang: Language) -> dict[str, list[Row]]:
    if within is None:
        return {"": rows}
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(str(labels.word(within, row[within] or "–", lang)), []).append(row)
    return groups


def _bands(framework: Framework) -> list[tuple[str, Decimal]]:
    """Bands and the index from which they hold, best first."""
    bands = tomllib.loads(framework.to_toml()).get("bands", [])
    return [(band["name"], Decimal(band["from"])) for band in bands]


def _assumed(rows: Sequence[Row], say: Say, lang: Language) -> str:
    most = max((row["assumed_points"] for row in rows if row["assumed_points"] is not None), default=Decimal(0))
    text = written(most, lang)
    return (
        say(
            f"Có tới {text} điểm tối đa dựa trên dòng giả định, không phải văn bản chính thức.",
            f"Up to {text} of the maximum rest on assumed rows, not on an official text.",
        )
        if most
        else ""
    )


def _dots(rows: list[Row], scale: Scale, bands: list[tuple[str, Decimal]], say: Say, lang: Language) -> Any:
    alt = look.altair_module()
    placed = [row for row in rows if row["rank"] is not None]
    low, high = _ends(
        [scale.of(row) or Decimal(0) for row in placed], [scale.missing(row) for row in placed], scale.top
    )
    x_scale = alt.Scale(domain=[low, high], nice=False)
    x = alt.X("x:Q", scale=x_scale, title=scale.title)
    outside = say("không nhóm", "no band")
    points = [
        {
            "unit": row["unit"],
            "shown": row["shown"],
            "text": row["text"],
            "band": row["band"] or outside,
            "rank": row["rank"],
            "x": None if row["rank"] is None else float(scale.of(row) or 0),
            "reach": float((scale.of(row) or Decimal(0)) + scale.missing(row)),
            "is_missing": bool(row["missing_points"]),
        }
        for row in rows
    ]
    y = look.names_axis(points, "unit", "shown")
    base = alt.Chart(look.data(points)).encode(y=y)
    tips = [
        alt.Tooltip("shown:N", title=say("đơn vị", "unit")),
        alt.Tooltip("text:N", title=say("điểm", "points")),
    ]
    layers = _shades(bands, scale, (low, high), x_scale) if bands else []
    if any(point["is_missing"] for point in points):
        reach = base.transform_filter("datum.is_missing").mark_rule(strokeWidth=3, color=look.PALE, strokeDash=[3, 2])
        layers.append(reach.encode(x=x, x2="reach:Q", tooltip=tips))
    dots = base.mark_point(filled=True, size=60, opacity=1)
    if bands:
        names = [*(name for name, _ in bands), outside]
        colours = alt.Scale(domain=names, range=[*BAND_COLOURS[: len(bands)], look.GREY])
        shapes = alt.Scale(domain=names, range=list(look.SHAPES[: len(bands) + 1]))
        title = say("Nhóm", "Band")
        colour, shape = alt.Color("band:N", scale=colours, title=title), alt.Shape("band:N", scale=shapes, title=title)
        layers.append(dots.encode(x=x, tooltip=tips, color=colour, shape=shape))
    else:
        layers.append(dots.encode(x=x, tooltip=tips, color=alt.value(look.BLUE)))
    layers.append(
        base.mark_text(align="left", dx=8, color=look.INK, fontSize=11).encode(
            x=alt.X("reach:Q", scale=x_scale), text="text:N"
        )
    )
    return alt.layer(*layers).properties(width=440, height=look.row_height(points, "shown"))


def _ends(values: list[Decimal], missing: list[Decimal], top: Decimal) -> tuple[float, float]:
    """The axis: round numbers around the dots and what they may reach, within 0 to the maximum."""
    if not values:
        return 0.0, float(top)
    low = float(min(values))
    high = float(max(value + more for value, more in zip(values, missing, strict=True)))
    step = _step(max(high - low, float(top) / 50))
    return max(0.0, (low // step - 1) * step), min(float(top), (high // step + 1) * step)


def _step(span: float) -> float:
    """A round step of which a span has some ten."""
    for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50):
        if span / step <= 12:
            return step
    return 100


def _shades(bands: list[tuple[str, Decimal]], scale: Scale, ends: tuple[float, float], x_scale: Any) -> list[Any]:
    """The bands behind the dots, each with its name above."""
    alt = look.altair_module()
    low, high = ends
    starts = [float(start * scale.top / 100) for _, start in bands]
    shades = [
        {"band": name, "from": max(start, low), "to": min(stop, high)}
        for (name, _), start, stop in zip(bands, starts, [float(scale.top), *starts], strict=False)
        if max(start, low) < min(stop, high)
    ]
    base = alt.Chart(look.data(shades))
    x = alt.X("from:Q", scale=x_scale)
    tints = [
        base.transform_filter(alt.datum.band == name).mark_rect(opacity=0.08, color=colour).encode(x=x, x2="to:Q")
        for (name, _), colour in zip(bands, BAND_COLOURS, strict=False)
    ]
    named = base.mark_text(align="left", baseline="bottom", dx=3, dy=-3, fontWeight="bold", color=look.GREY)
    return [*tints, named.encode(x=x, y=alt.value(0), text="band:N")]
