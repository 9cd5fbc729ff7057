"""The HTML report as a browser shows it: its numbers, its charts, its widths, and no script run."""

from decimal import Decimal
from pathlib import Path

import parindex as pi
import pytest
from csv_files import read
from playwright.sync_api import ConsoleMessage, Page, expect

EVIL = "<script>window.taken = true</script><img src=x onerror='window.taken = true'>"


@pytest.fixture(scope="module")
def assessment(fixtures: Path, province: pi.Framework) -> pi.Assessment:
    rows = read(fixtures / "dvc-766-phu-tho-2026" / "evidence.csv")
    return pi.score(province, [row for row in rows if row["unit"] == "H44"], [{"unit": "H44", "name": EVIL}])


def row(page: Page, code: str) -> list[str]:
    """The cells of the rows that begin with the code."""
    rows = page.locator("tr").evaluate_all("rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))")
    return [cell for cells in rows if cells[:1] == [code] for cell in cells]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_shows_the_numbers_of_the_assessment(
    page: Page, assessment: pi.Assessment, tmp_path: Path, screenshots: Path, lang: str, width: int
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if _is_wrong(message) else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    path = tmp_path / "bao-cao.html"
    pi.report(assessment, path, unit="H44", lang=lang, today="2026-09-26")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path.as_uri())
    expect(page.locator("h1")).to_contain_text(EVIL)
    assert page.locator("html").get_attribute("lang") == lang
    assert page.evaluate("window.taken") is None
    card = assessment["H44"]
    for code in ("2.1", "4.1", "5.4"):
        assert written(card.line(code).points, lang) in row(page, code)
    assert written(card.points, lang) in page.locator("body").inner_text()

    for chart in page.locator("svg").all():
        box = chart.bounding_box()
        assert box is not None and box["width"] > 200 and box["height"] > 40
        assert box["x"] >= 0
    # Wide tables scroll in a box of their own, the page does not.
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Noto Sans Parindex\"', 'ộẫỹ'))")
    page.screenshot(path=screenshots / f"report-{lang}-{width}.png", full_page=True)
    assert said == []


def _is_wrong(message: ConsoleMessage) -> bool:
    return message.type in {"error", "warning"}


def written(number: Decimal, lang: str) -> str:
    return str(number).replace(".", ",") if lang == "vi" else str(number)
