"""Charts: what they show is what was computed, in one typeface, in both languages."""

import re
import sys
import unicodedata
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import altair
import parindex as pi
import pytest
from csv_files import read
from fontTools.ttLib import TTFont
from parindex.chart import look, provinces
from parindex.chart.on_time import share_text
from parindex.chart.rank_curve import scored
from parindex.chart.sipas import group_letters

FACE = "Noto Sans Parindex"
SVG = "{http://www.w3.org/2000/svg}"


def rows_of(chart: Any, *names: str) -> list[dict[str, Any]]:
    """The rows of the chart's data that have these columns."""
    found = [rows for rows in chart.to_dict()["datasets"].values() if rows and set(names) <= set(rows[0])]
    assert found, names
    rows: list[dict[str, Any]] = found[0]
    return rows


@pytest.fixture(scope="module")
def phu_tho(fixtures: Path) -> tuple[pi.Assessment, pi.Assessment]:
    """The province and its units on Decision 766."""
    folder = fixtures / "dvc-766-phu-tho-2026"
    evidence, units = read(folder / "evidence.csv"), read(folder / "units.csv")
    own = [row for row in evidence if row["unit"] == "H44"]
    below = [row for row in evidence if row["unit"] != "H44"]
    province, unit = pi.Framework.load("dvc-766/province"), pi.Framework.load("dvc-766/unit")
    return pi.score(province, own, units), pi.score(unit, below, units)


@pytest.fixture(scope="module")
def banded(fixtures: Path) -> pi.Assessment:
    """Three provinces in bands A and B and none, one of them with a component missing."""
    points = {"22": ("61", "6", "18", "9"), "31": ("55", "5", "14", "8"), "01": ("50", "5", None, "8")}
    rows = [
        {"unit": unit, "code": str(code), "points": value}
        for unit, values in points.items()
        for code, value in enumerate(values, start=1)
        if value is not None
    ]
    names = [
        {"unit": "22", "name": "Quảng Ninh"},
        {"unit": "31", "name": "Hải Phòng"},
        {"unit": "01", "name": "Hà Nội"},
    ]
    return pi.score(pi.Framework.load("par-index/province-2022"), rows, names)


@pytest.fixture(scope="module")
def known(fixtures: Path) -> pi.History:
    rows = read(fixtures / "par-index-published" / "known.csv")
    units = [row for row in read(fixtures / "units-vietnam" / "provinces.csv") if row["valid_to"] == "2025-06-30"]
    kept = [{name: row[name] for name in ("unit", "year", "score", "rank")} for row in rows]
    return pi.History(kept, units=[{"unit": row["unit"], "name": row["name"]} for row in units])


@pytest.fixture(scope="module")
def future(known: pi.History) -> pi.Forecast:
    return pi.forecast(known, year=2025, draws=2_000, seed=7, progress=False)


@pytest.fixture(scope="module")
def satisfaction(fixtures: Path) -> pi.Sipas:
    folder = fixtures / "survey"
    survey = pi.Survey(folder / "sipas.csv", weights="w", strata="province", clusters=["district"], fpc=["Nd"])
    return pi.sipas(survey, folder / "questionnaire.toml", unit="province")


@pytest.fixture(scope="module")
def register() -> pi.Table:
    return pi.dossiers.generate(4_000, units=5, seed=1, as_of="2026-06-30")


Draw = Callable[[str], Any]

_PICTURES: dict[tuple[str, str], str] = {}


def picture(drawn: dict[str, Draw], name: str, lang: str) -> str:
    """The chart as SVG, drawn once."""
    if (name, lang) not in _PICTURES:
        _PICTURES[name, lang] = pi.chart.svg(drawn[name](lang), with_font=False)
    return _PICTURES[name, lang]


@pytest.fixture(scope="module")
def drawn(
    phu_tho: tuple[pi.Assessment, pi.Assessment],
    banded: pi.Assessment,
    known: pi.History,
    future: pi.Forecast,
    satisfaction: pi.Sipas,
    register: pi.Table,
) -> dict[str, Draw]:
    """Every chart, by name, as a function of the language."""
    province, children = phu_tho
    card = province["H44"]
    tally = pi.dossiers.tally(register, period="2026", as_of="2026-06-30")
    months = pi.dossiers.tally(register, period="2026", every="month", as_of="2026-06-30")
    chart: Any = pi.chart
    return {
        "ranking": lambda lang: chart.ranking(banded, lang=lang),
        "ranking of levels": lambda lang: chart.ranking(children, code="2.1", within="level", top=15, lang=lang),
        "lost": lambda lang: chart.lost(card, lang=lang),
        "lost by agency": lambda lang: chart.lost(card, by="agency", agencies={"2": "Sở Nội vụ"}, lang=lang),
        "waterfall": lambda lang: chart.waterfall(card, lang=lang),
        "score to rank": lambda lang: chart.score_to_rank(children, "H44.100", code="2.1", lang=lang),
        "curve": lambda lang: chart.curve(pi.Framework.load("par-index/local-example"), "1.2", lang=lang),
        "history": lambda lang: chart.history(known, units=["22", "31"], forecast=future, lang=lang),
        "history of ranks": lambda lang: chart.history(
            known, units=["22", "31"], forecast=future, measure="rank", lang=lang
        ),
        "forecast": lambda lang: chart.forecast(future, units=["22", "31", "01"], lang=lang),
        "sipas": lambda lang: chart.sipas(satisfaction, lang=lang),
        "on time": lambda lang: chart.on_time(tally, lang=lang),
        "on time by month": lambda lang: chart.on_time(months, lang=lang),
        "tiles": lambda lang: chart.tiles({"22": Decimal("92.18"), "31": Decimal("91.87")}, provinces=63, lang=lang),
        "indices": lambda lang: chart.indices({"PAR INDEX": known, "SIPAS": known}, unit="22", lang=lang),
    }


CHARTS = [
    "ranking",
    "ranking of levels",
    "lost",
    "lost by agency",
    "waterfall",
    "score to rank",
    "curve",
    "history",
    "history of ranks",
    "forecast",
    "sipas",
    "on time",
    "on time by month",
    "tiles",
    "indices",
]


def glyphs() -> set[str]:
    """Characters that both faces have."""
    faces = [TTFont(look.FONTS / f"NotoSans-{weight}.ttf") for weight in ("Regular", "Bold")]
    regular, bold = ({chr(code) for code in face.getBestCmap()} for face in faces)
    assert [face["name"].getDebugName(1) for face in faces] == [FACE, FACE]
    return regular & bold


GLYPHS = glyphs()


def texts(svg: str) -> Iterator[tuple[str, str]]:
    """Every text of an SVG and the family it is set in."""

    def walk(element: ElementTree.Element, family: str) -> Iterator[tuple[str, str]]:
        own = element.get("font-family", family)
        if element.tag in {f"{SVG}text", f"{SVG}tspan"} and element.text:
            yield element.text, own
        for child in element:
            yield from walk(child, own)

    yield from walk(ElementTree.fromstring(svg), "")


def test_every_chart_is_tried(drawn: dict[str, Draw]) -> None:
    assert list(drawn) == CHARTS


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_set_in_one_face(drawn: dict[str, Draw], name: str, lang: str) -> None:
    shown = list(texts(picture(drawn, name, lang)))
    assert len(shown) > 5
    assert {family.split(",")[0].strip("\"'") for _, family in shown} == {FACE}
    assert {char for text, _ in shown for char in text} - GLYPHS == set()
    assert pi.chart.png(drawn[name](lang), scale=0.5).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", CHARTS)
def test_languages_differ_in_words_and_decimal_marks(drawn: dict[str, Draw], name: str) -> None:
    vi, en = ([text for text, _ in texts(picture(drawn, name, lang))] for lang in ("vi", "en"))
    assert vi[-1] != en[-1] or vi != en
    marked = re.compile(r"^[−-]?\d+([.,])\d{1,2}( %)?$")  # not 4.061, a count with a thousands mark
    marks = [{found[1] for text in shown if (found := marked.match(text))} for shown in (vi, en)]
    assert marks[0] <= {","} and marks[1] <= {"."}


def test_the_face_covers_every_vietnamese_text_that_is_bundled() -> None:
    bundled = [
        criterion.name("vi") + (criterion.describe("vi") or "") + (criterion.source or "")
        for id in pi.frameworks()["id"]
        for framework in [pi.Framework.load(id)]
        for criterion in (framework[code] for code in framework)
    ]
    bundled += pi.frameworks()["title"] + pi.questionnaires()["title"]
    bundled += [name for id in pi.questionnaires()["id"] for name in pi.Questionnaire.load(id).table()["name"]]
    bundled += [name for names in provinces.NAMES.values() for name in names.values()]
    assert {char for text in bundled for char in text or ""} - GLYPHS - {"\n"} == set()
    vowels = "aăâeêioôơuưy"
    tones = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    whole = {unicodedata.normalize("NFC", vowel + tone) for vowel in vowels + vowels.upper() for tone in tones} | {
        "đ",
        "Đ",
    }
    assert len(whole) == 146 and whole <= GLYPHS


def test_images_use_the_bundled_face() -> None:
    chart = pi.chart.tiles({"22": 1}, provinces=63)
    plain = chart.to_dict()
    plain["config"]["font"] = "no such face, serif"
    assert pi.chart.png(chart, scale=1) != pi.chart.png(altair.Chart.from_dict(plain), scale=1)


def test_a_ranking_shows_exact_points_in_order_with_bands(banded: pi.Assessment) -> None:
    rows = rows_of(pi.chart.ranking(banded), "rank", "text")
    assert [row["shown"] for row in rows] == ["1. Quảng Ninh", "2. Hải Phòng", "3. Hà Nội"]
    assert [row["x"] for row in rows] == [94.0, 82.0, 63.0]
    assert [row["band"] for row in rows] == ["A", "B", "không nhóm"]
    assert rows[2]["reach"] == 85.0 and rows[2]["text"] == "63; chưa có bằng chứng: 22"
    shades = rows_of(pi.chart.ranking(banded), "from", "to")
    assert [(shade["band"], shade["from"]) for shade in shades] == [("A", 90.0), ("B", 80.0)]


def test_ties_share_a_rank_and_units_of_one_name_stay_two(province: pi.Framework) -> None:
    counts = {"numerator": 1, "denominator": 3}
    rows = [{"unit": unit, "code": "2.1", **counts} for unit in ("1", "2")]
    a = pi.score(province, rows, [{"unit": "1", "name": "Tân Phú"}, {"unit": "2", "name": "Tân Phú"}])
    shown = rows_of(pi.chart.ranking(a, code="2.1"), "rank", "text")
    assert [row["shown"] for row in shown] == ["1. Tân Phú (1)", "1. Tân Phú (2)"]
    assert [row["text"] for row in shown] == ["6,67", "6,67"]  # 20/3 half-up


def test_what_a_ranking_leaves_out_is_told(phu_tho: tuple[pi.Assessment, pi.Assessment]) -> None:
    chart = pi.chart.ranking(phu_tho[1], code="2.1", top=10)
    assert len(rows_of(chart, "rank", "text")) == 10
    assert "Còn 153 đơn vị không vẽ." in chart.to_dict()["title"]["subtitle"]
    with pytest.raises(pi.ParIndexError, match="unknown-criterion"):
        pi.chart.ranking(phu_tho[1], code="9.9")


def test_different_maxima_are_ranked_on_the_index() -> None:
    framework = pi.Framework.load("par-index/province-2017")
    rows = [{"unit": unit, "code": "1", "points": points} for unit, points in (("A", "8"), ("B", "7"))]
    rows.append({"unit": "B", "code": "8", "value": "n/a"})
    shown = rows_of(pi.chart.ranking(pi.score(framework, rows)), "rank", "text")
    assert [row["unit"] for row in shown] == ["B", "A"]  # 7 of 84.5 is more than 8 of 100
    assert [row["text"].split(";")[0] for row in shown] == ["8,28 % (7/84,5)", "8,00 % (8/100,0)"]


def test_lost_points_are_the_card_s(phu_tho: tuple[pi.Assessment, pi.Assessment]) -> None:
    card = phu_tho[0]["H44"]
    rows = rows_of(pi.chart.lost(card, top=None), "lost", "code")
    assert sum(Decimal(row["text"].replace(",", ".")) for row in rows) == 100 - card.points == Decimal("38.11")
    assert [row["lost"] for row in rows] == sorted((row["lost"] for row in rows), reverse=True)
    chart = pi.chart.lost(card, top=3)
    assert "Không vẽ 15 tiêu chí khác, mất 24,11." in chart.to_dict()["title"]["subtitle"]  # 38.11 − 6 − 4 − 4


def test_lost_for_want_of_evidence_is_told_apart(banded: pi.Assessment) -> None:
    rows = rows_of(pi.chart.lost(banded["01"], lang="en"), "lost", "code")
    assert [(row["code"], row["text"], row["kind"]) for row in rows] == [
        ("3", "22.0", "no evidence"),
        ("1", "11.5", "scored below the maximum"),
        ("4", "2.0", "scored below the maximum"),
        ("2", "1.5", "scored below the maximum"),
    ]


def test_lost_by_agency_adds_up(phu_tho: tuple[pi.Assessment, pi.Assessment]) -> None:
    agencies = {"1": "Văn phòng", "4": "Sở KH&CN", "4.4": "Công an"}
    sums = rows_of(pi.chart.lost(phu_tho[0]["H44"], by="agency", agencies=agencies), "total")
    # 6 + 4 + 0.04; group 4 lost 12.41, of which 4.4 lost 4; the rest of 38.11
    assert {row["agency"]: row["text"] for row in sums} == {
        "chưa giao": "15,66",
        "Văn phòng": "10,04",
        "Sở KH&CN": "8,41",
        "Công an": "4,00",
    }


def test_the_waterfall_goes_from_the_maximum_to_the_points(phu_tho: tuple[pi.Assessment, pi.Assessment]) -> None:
    steps = rows_of(pi.chart.waterfall(phu_tho[0]["H44"]), "from", "to", "kind")
    assert steps[0]["to"] == 100 and steps[-1]["to"] == 61.89
    falls = steps[1:-1]
    assert [step["to"] for step in falls] == [100.0, *(step["from"] for step in falls[:-1])]
    assert falls[-1]["from"] == 61.89 and falls[0]["text"] == "−10,04"
    pci = pi.Framework.load("pci/2013")
    weighted = pi.score(pci, [{"unit": "1", "code": code, "points": "5"} for code in pci])
    with pytest.raises(ValueError, match="do not add up"):
        pi.chart.waterfall(weighted["1"])


@pytest.mark.parametrize("points", ["0", "59.99", "60", "60.01", "75", "75.5", "100"])
def test_the_rank_at_a_score_is_the_rank_that_scoring_gives(points: str) -> None:
    framework = pi.Framework.from_toml(
        'id = "test/hundred"\ntitle = { vi = "Thử", en = "Test" }\nunit = "province"\nrounds = [2026]\n'
        'status = "draft"\nbasis = "assumed"\nmax_points = "100"\n[criteria."1"]\nname = { vi = "Một", en = "One" }\n'
        'max_points = "100"\nrule = { kind = "given" }\n'
    )
    others = {"A": "75", "B": "60", "C": "60", "D": "10.25"}

    def assessed(own: str) -> pi.Assessment:
        rows = [{"unit": unit, "code": "1", "points": value} for unit, value in {**others, "X": own}.items()]
        return pi.score(framework, rows)

    line = rows_of(pi.chart.score_to_rank(assessed("50"), "X"), "x", "rank", "text")
    reached = [row for row in line if row["x"] <= float(points)]
    truth = {row["unit"]: row["rank"] for row in assessed(points).ranking()}["X"]
    if reached and line[0]["x"] <= float(points) <= line[-1]["x"]:
        assert reached[-1]["rank"] == truth
    else:
        assert truth == (1 if float(points) > line[-1]["x"] else 5)


def test_a_curve_is_what_scoring_gives() -> None:
    framework = pi.Framework.load("dvc-766/province")
    values = [Decimal(value) for value in ("0", "45", "89.99", "90", "100")]
    assert [points for _, points in scored(framework, "5.4", values)] == [
        Decimal(text) for text in ("0", "3", "6", "6", "6")
    ]
    steps = rows_of(pi.chart.curve(pi.Framework.load("par-index/local-example"), "1.2"), "x", "points")
    at = {row["at"]: row["points"] for row in steps}
    assert (at["69,999"], at["70"], at["90"], at["90,001"]) == (0.0, 1.0, 1.0, 2.0)
    with pytest.raises(ValueError, match="no curve"):
        pi.chart.curve(pi.Framework.load("par-index/local-example"), "1.1")
    with pytest.raises(ValueError, match="must be larger"):
        pi.chart.curve(framework, "5.4", domain=(5, 5))


def test_histories_break_at_gaps_and_where_a_code_passes_on() -> None:
    units = [
        {"unit": "15", "name": "Yên Bái", "valid_to": "2025-06-30"},
        {"unit": "15", "name": "Lào Cai", "valid_from": "2025-07-01"},
    ]
    rows = [
        {"unit": "15", "year": year, "score": score} for year, score in ((2021, 80), (2022, 81), (2024, 83), (2025, 84))
    ]
    history = pi.History(rows, units=units)
    back = rows_of(pi.chart.history(history), "line", "year")
    named = [
        points for points in pi.chart.history(history).to_dict()["datasets"].values() if points[0]["name"] == "Lào Cai"
    ]
    assert [point["year"] for point in named[0]] == [2025]
    assert [(point["year"], point["line"]) for point in back if point["name"] == "Yên Bái"] == [
        (2021, "15 Yên Bái 0"),
        (2022, "15 Yên Bái 0"),
        (2024, "15 Yên Bái 1"),
    ]


def test_the_fan_is_the_forecast(known: pi.History, future: pi.Forecast) -> None:
    fan = rows_of(pi.chart.history(known, units=["22"], forecast=future), "is_forecast")
    told = next(row for row in future.table(progress=False) if row["unit"] == "22")
    start, end = fan
    assert start["value"] == start["low"] == start["high"] == 92.18 and start["year"] == 2023  # published
    assert (end["low"], end["value"], end["high"]) == (told["q05"], told["q50"], told["q95"])
    with pytest.raises(ValueError, match="no score of 99"):
        pi.chart.history(known, units=["99"])


def test_the_heat_map_is_the_distribution(future: pi.Forecast) -> None:
    chart = pi.chart.forecast(future, units=["22", "31", "01"])
    cells = rows_of(chart, "chance")
    for unit in ("22", "31", "01"):
        assert abs(sum(cell["chance"] for cell in cells if cell["unit"] == unit) - 1) < 63 * 0.0005
    lines = rows_of(chart, "middle", "low", "high")
    told = {row["unit"]: row for row in future.table(progress=False)}
    assert [line["middle"] for line in lines] == sorted(line["middle"] for line in lines)
    assert all(
        (line["low"], line["high"]) == (told[line["unit"]]["rank_q05"], told[line["unit"]]["rank_q95"])
        for line in lines
    )
    with pytest.raises(ValueError, match="no 99"):
        pi.chart.forecast(future, units=["99"])


def test_letters_join_units_that_cannot_be_told_apart() -> None:
    assert group_letters({"A": (1, 1), "B": (2, 4), "C": (3, 3), "D": (4, 5)}) == {
        "A": "a",
        "B": "bc",
        "C": "b",
        "D": "c",
    }
    assert group_letters({"A": (1, 3), "B": (1, 3), "C": (1, 3)}) == {"A": "a", "B": "a", "C": "a"}
    assert group_letters({}) == {}


def test_satisfaction_is_shown_as_estimated(satisfaction: pi.Sipas) -> None:
    rows = rows_of(pi.chart.sipas(satisfaction), "estimate", "official")
    told = {row["unit"]: row for row in satisfaction.index()}
    assert [row["unit"] for row in rows] == ["P04", "P02", "P03", "P01"]
    for row in rows:
        index = told[row["unit"]]
        assert (row["estimate"], row["low"], row["high"]) == (index["estimate"], index["ci_low"], index["ci_high"])
        assert row["official_text"] == f"{Decimal(100 * index['satisfied']) / index['valid']:.2f}".replace(".", ",")
        assert row["ranks"].split() == ["1–4", "a"]


def test_on_time_is_decided_on_counts() -> None:
    day = {"received": "02/03/2026", "due": "04/03/2026"}
    good, late = {**day, "finished": "04/03/2026"}, {**day, "finished": "05/03/2026"}
    register = (
        [{"unit": "A", **good}] * 9 + [{"unit": "A", **late}] + [{"unit": "B", **good}] * 8 + [{"unit": "B", **late}]
    )
    rows = rows_of(pi.chart.on_time(pi.dossiers.tally(register, period="2026-H1"), lang="en"), "kind", "ratio")
    assert [(row["unit"], row["text"], row["kind"]) for row in rows] == [
        ("A", "90.00 % (9/10)", "at the target or above"),
        ("B", "88.89 % (8/9)", "below the target"),
    ]
    as_float: Any = 0.9  # no float is nine tenths: the digits are meant
    again = rows_of(
        pi.chart.on_time(pi.dossiers.tally(register, period="2026-H1"), threshold=as_float, lang="en"), "kind", "ratio"
    )
    assert [row["kind"] for row in again] == [row["kind"] for row in rows]


def test_a_share_below_the_target_never_reads_as_the_target() -> None:
    assert share_text(899_999, 1_000_000, Fraction(9, 10), "vi") == "89,9999 %"
    assert share_text(9, 10, Fraction(9, 10), "vi") == "90,00 %"
    assert share_text(2, 3, Fraction(9, 10), "en") == "66.67 %"


@pytest.mark.parametrize("count", [63, 34])
def test_the_tiles_are_the_provinces(fixtures: Path, count: provinces.Count) -> None:
    rows = read(fixtures / "units-vietnam" / "provinces.csv")
    ends = "2025-06-30" if count == 63 else None
    assert provinces.NAMES[count] == {row["unit"]: row["name"] for row in rows if row["valid_to"] == ends}
    cells = provinces.cells(count)
    assert set(cells) == set(provinces.NAMES[count]) and len(set(cells.values())) == count
    down = [cells[code][1] for code in ("04", "01", "38", "40", "42", "46", "48", "51", "66", "68", "79", "96")]
    assert down == sorted(down)  # from north to south
    assert cells["12"][0] < cells["20"][0] and cells["91"][0] < cells["79"][0]  # from west to east


def test_tiles_take_tables_and_refuse_codes_of_other_years() -> None:
    values = {"22": Decimal("92.18"), "31": Decimal("91.870"), "48": None}
    rows = rows_of(pi.chart.tiles(values, provinces=34), "text")
    assert {row["unit"]: row["text"] for row in rows if row["text"] != "–"} == {"22": "92,180", "31": "91,870"}
    with pytest.raises(pi.ParIndexError) as caught:
        pi.chart.tiles({"02": 1, "17": 2, "01": 3}, provinces=34)
    assert [(fault["code"], fault["unit"]) for fault in caught.value.faults] == [
        ("unknown-unit", "02"),
        ("unknown-unit", "17"),
    ]
    with pytest.raises(ValueError, match="no province has a value"):
        pi.chart.tiles({"01": None}, provinces=63)
    with pytest.raises(ValueError, match="63 or 34"):
        pi.chart.tiles({"01": 1}, provinces=64)  # type: ignore[arg-type]


def test_indices_stand_below_each_other_and_say_what_is_missing(known: pi.History) -> None:
    other = pi.History([{"unit": "31", "year": 2023, "score": 90}])
    chart = pi.chart.indices({"PAR INDEX": known, "PCI": other}, unit="22").to_dict()
    assert [row["title"]["text"] for row in chart["vconcat"]] == ["PAR INDEX"]
    assert "Chưa có số liệu: PCI." in chart["title"]["subtitle"]
    with pytest.raises(ValueError, match="no history knows 99"):
        pi.chart.indices({"PAR INDEX": known}, unit="99")


@pytest.mark.parametrize(
    ("draw", "slug"),
    [
        (lambda a, t: pi.chart.on_time(t, threshold="90"), "out-of-range"),
        (lambda a, t: pi.chart.on_time(t, threshold="chín"), "bad-number"),
        (lambda a, t: pi.chart.on_time(t, threshold="NaN"), "bad-number"),
        (lambda a, t: pi.chart.lost(a["22"], by="unit"), "bad-value"),
        (lambda a, t: pi.chart.score_to_rank(a, "99"), "unknown-unit"),
        (lambda a, t: pi.chart.curve(a.framework, "1"), "bad-value"),
        (lambda a, t: pi.chart.curve(pi.Framework.load("dvc-766/province"), "2.1", domain=("x", 1)), "bad-number"),
        (lambda a, t: pi.chart.tiles({"01": float("inf")}, provinces=63), "bad-number"),
        (lambda a, t: pi.chart.tiles({"01": float("nan")}, provinces=63), "bad-value"),
        (
            lambda a, t: pi.chart.history(pi.History([{"unit": "1", "year": 2020, "score": 5}]), measure="rank"),
            "not-enough-history",
        ),
        (
            lambda a, t: pi.chart.history(pi.History([{"unit": "1", "year": 2020, "score": 5}]), units=[]),
            "out-of-range",
        ),
    ],
)
def test_what_cannot_be_drawn_says_why(banded: pi.Assessment, register: pi.Table, draw: Any, slug: str) -> None:
    tally = pi.dossiers.tally(register, period="2026", as_of="2026-06-30")
    with pytest.raises(pi.ParIndexError) as caught:
        draw(banded, tally)
    assert caught.value.code == slug


def test_nothing_lost_and_nothing_ranked_are_still_charts() -> None:
    framework = pi.Framework.load("par-index/province-2017")
    full = pi.score(
        framework, [{"unit": "A", "code": code, "points": str(framework[code].max_points)} for code in framework]
    )
    none = pi.score(framework, [{"unit": "A", "code": code, "value": "n/a"} for code in framework])
    assert "Tổng điểm mất: 0." in [text for text, _ in texts(pi.chart.svg(pi.chart.lost(full["A"])))]
    assert "chưa xếp hạng" in [text for text, _ in texts(pi.chart.svg(pi.chart.ranking(none)))]


MARKUP = "</script><script>alert(1)</script>&<b>"


def test_files_hold_their_typeface_and_no_markup_of_ours(tmp_path: Path, province: pi.Framework) -> None:
    rows = [{"unit": MARKUP, "code": "2.1", "numerator": 1, "denominator": 4}]
    chart = pi.chart.ranking(pi.score(province, rows))
    for kind in ("png", "svg", "html", "json"):
        pi.chart.save(chart, tmp_path / f"bang.{kind}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bang.html", "bang.json", "bang.png", "bang.svg"]
    svg = (tmp_path / "bang.svg").read_text(encoding="utf-8")
    assert any(MARKUP in text for text, _ in texts(svg)) and "<script" not in svg
    assert svg.count("@font-face") == 2
    html = (tmp_path / "bang.html").read_text(encoding="utf-8")
    assert "<script>alert" not in html and "\\u003cscript>alert(1)" in html and html.count("@font-face") >= 2
    assert not re.search(r"<(script|link)[^>]+(src|href)=", html)
    saved = altair.Chart.from_json((tmp_path / "bang.json").read_text(encoding="utf-8"))
    assert saved.to_dict()["config"]["font"].startswith(FACE)


def test_what_altair_saves_is_set_in_the_face_too(tmp_path: Path, banded: pi.Assessment) -> None:
    pi.chart.ranking(banded).save(str(tmp_path / "bang.svg"))
    families = {
        family.split(",")[0].strip("\"'") for _, family in texts((tmp_path / "bang.svg").read_text(encoding="utf-8"))
    }
    assert families == {FACE}


def test_saving_refuses_what_it_cannot_do(tmp_path: Path, banded: pi.Assessment) -> None:
    chart = pi.chart.ranking(banded)
    with pytest.raises(ValueError, match="saved as"):
        pi.chart.save(chart, tmp_path / "bang.doc")
    with pytest.raises(ValueError, match="above 0"):
        pi.chart.save(chart, tmp_path / "bang.png", scale=0)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "bang.svg").mkdir()
    with pytest.raises(OSError):
        pi.chart.save(chart, tmp_path / "bang.svg")
    assert [path.name for path in tmp_path.iterdir()] == ["bang.svg"]
    with pytest.raises(ValueError, match="'vi' or 'en'"):
        pi.chart.ranking(banded, lang="fr")  # type: ignore[arg-type]


def test_offline_notebooks_get_svg_with_the_face(banded: pi.Assessment) -> None:
    before = altair.renderers.active
    try:
        pi.chart.offline()
        bundle: Any = pi.chart.ranking(banded)._repr_mimebundle_()  # type: ignore[attr-defined]
        shown = bundle[0] if isinstance(bundle, tuple) else bundle
        assert list(shown) == ["image/svg+xml"] and "@font-face" in shown["image/svg+xml"]
    finally:
        altair.renderers.enable(before)


def test_without_altair_one_sentence_says_what_to_install(
    banded: pi.Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(ImportError, match=r"^pi.chart needs altair: pip install 'parindex\[charts\]'$"):
        pi.chart.ranking(banded)
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(ImportError, match=r"^saving a chart needs vl_convert: pip install 'parindex\[charts\]'$"):
        pi.chart.png(pi.chart.ranking(banded))


def test_the_how_to_page_runs(
    how_to: Callable[[str], list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    known: dict[str, Any] = {}
    for block in how_to("charts.md"):
        exec(compile(block, "charts.md", "exec"), known)
    assert (tmp_path / "diem-mat.png").read_bytes().startswith(b"\x89PNG")
    assert known["plan"].points_lacking == Decimal("9.10")
    assert known["plan"].due_soon()["task"] == ["Rà soát tài chính công"]
    page = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "charts.md"
    text = page.read_text(encoding="utf-8")
    charts = set(pi.chart.__all__) - {"font_face", "html", "offline", "png", "save", "svg"}
    assert all(f"`{name}(" in text for name in charts)
