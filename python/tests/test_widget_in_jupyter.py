"""The what-if widget in JupyterLab, moved by keyboard; what it shows is held against `pi.score`."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import parindex as pi
import pytest
from browsers import Lab, run_all
from csv_files import read
from playwright.sync_api import Locator, Page, expect

UNIT = "H44.100"
EVIL = "<script>window.taken = true</script><img src=x onerror='window.taken = true'>"


@pytest.fixture(scope="module")
def evidence(fixtures: Path) -> list[dict[str, Any]]:
    rows = read(fixtures / "dvc-766-phu-tho-2026" / "evidence.csv")
    return [row for row in rows if row["unit"] != "H44"]


@pytest.fixture(scope="module")
def units(fixtures: Path) -> list[dict[str, Any]]:
    rows = read(fixtures / "dvc-766-phu-tho-2026" / "units.csv")
    return [{**row, "name": EVIL} if row["unit"] == UNIT else row for row in rows]


@pytest.fixture
def widget(page: Page, lab: Lab, evidence: list[dict[str, Any]], units: list[dict[str, Any]]) -> Locator:
    """The notebook opened, all its cells run, the widget on the page."""
    address = lab.write(
        "thu-thay-doi.ipynb",
        f"import parindex as pi\nevidence = {evidence!r}\nunits = {units!r}",
        "assessment = pi.score(pi.Framework.load('dvc-766/unit'), evidence, units)",
        f"widget = pi.explore(assessment, unit={UNIT!r})\nwidget",
    )
    run_all(page, address)
    found = page.locator(".parindex-explore")
    expect(found).to_be_visible()
    return found


def scored(evidence: list[dict[str, Any]], **changed: str) -> tuple[Decimal, int, Decimal]:
    """Total, rank and points on 2.1, by the library itself."""
    others = [row for row in evidence if (row["unit"], row["code"]) != (UNIT, "2.1")]
    was = [row for row in evidence if (row["unit"], row["code"]) == (UNIT, "2.1")]
    rows = [*others, {"unit": UNIT, "code": "2.1", **changed}] if changed else [*others, *was]
    assessment = pi.score(pi.Framework.load("dvc-766/unit"), rows)
    ranking = assessment.ranking()
    rank = ranking["rank"][ranking["unit"].index(UNIT)]
    return assessment[UNIT].points, rank, assessment[UNIT].line("2.1").points


def comma(number: Decimal) -> str:
    return str(number).replace(".", ",")


def expect_scored(widget: Locator, expected: tuple[Decimal, int, Decimal], mark: str) -> None:
    points, rank, line = (str(number).replace(".", mark) for number in expected)
    expect(widget.locator('[data-code="2.1"].leaf .points')).to_have_text(f"{line}/20")
    expect(widget.locator(".total.points strong")).to_have_text(points)
    expect(widget.locator(".total.rank strong")).to_have_text(rank)


def test_a_slider_moves_points_and_place(
    widget: Locator, page: Page, evidence: list[dict[str, Any]], screenshots: Path, tmp_path: Path
) -> None:
    start = scored(evidence)
    expect_scored(widget, start, ",")
    expect(widget.locator("h2")).to_have_text("Thử thay đổi")
    expect(widget.locator("select").first.locator("option:checked")).to_have_text(f"{UNIT} – {EVIL}")
    assert page.evaluate("window.taken") is None

    leaf = widget.locator('[data-code="2.1"].leaf')
    slider, text = leaf.locator("input[type=range]"), leaf.locator("input[type=text]")
    expect(text).to_have_value("7.368/8.253")
    slider.focus()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    typed = text.input_value()
    assert typed == "90,0"  # 7368 of 8253 is 89.28 %, the slider stands at 89.3
    moved = scored(evidence, value=typed.replace(",", "."))
    assert moved != start
    expect_scored(widget, moved, ",")
    expect(widget.locator(".total.points .change")).to_have_text(f"+{comma(moved[0] - start[0])}")
    expect(widget.get_by_role("status")).to_contain_text(f"{comma(moved[0])} điểm")
    expect(widget.locator(".why")).to_contain_text("20 × 90,0 % = 18 điểm")
    widget.screenshot(path=screenshots / "explore-vi.png")

    page.keyboard.press("End")
    best = scored(evidence, value="100")
    expect_scored(widget, best, ",")

    widget.get_by_label("Ngôn ngữ").select_option("en")
    expect(widget.locator("h2")).to_have_text("What if")
    expect_scored(widget, best, ".")
    expect(text).to_have_value("100.0")
    widget.screenshot(path=screenshots / "explore-en.png")

    with page.expect_download() as started:
        widget.get_by_role("button", name="Download CSV").press("Enter")
    saved = tmp_path / started.value.suggested_filename
    started.value.save_as(saved)
    again = pi.score(pi.Framework.load("dvc-766/unit"), saved)
    assert again[UNIT].points == best[0]

    text.fill("150")
    expect(leaf.get_by_role("alert")).to_contain_text("out of range")
    expect_scored(widget, best, ".")
    widget.get_by_role("button", name="Reset all").press("Enter")
    expect_scored(widget, start, ".")
    expect(text).to_have_value("7,368/8,253")
    expect(leaf.get_by_role("alert")).to_have_text("")
