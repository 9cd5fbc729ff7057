"""Published figures, to the last digit, as the golden file has them."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import parindex as pi
from csv_files import read

Key = tuple[str, str, str, str]


def dvc_766(fixtures: Path) -> Iterator[tuple[Key, Decimal]]:
    """Every line of both periods."""
    folder = fixtures / "dvc-766-phu-tho-2026"
    for period, file in [("year", "evidence.csv"), ("year-formality", "evidence-one-procedure.csv")]:
        for name in ("province", "unit"):
            evidence = [row for row in read(folder / file) if (row["unit"] == "H44") == (name == "province")]
            framework = pi.Framework.load(f"dvc-766/{name}")
            for line in pi.score(framework, evidence, folder / "units.csv").lines():
                yield ("dvc-766", period, line["unit"], line["code"]), line["points"]


def par_index(fixtures: Path) -> Iterator[tuple[Key, Decimal]]:
    """Index and rank of each set of components."""
    components = read(fixtures / "par-index-published" / "components.csv")
    for year in sorted({row["year"] for row in components}):
        framework = pi.Framework.load("par-index/province-2022" if year >= "2022" else "par-index/components")
        for place in pi.score(framework, [row for row in components if row["year"] == year]).ranking():
            yield ("par-index", year, place["unit"], "index"), place["points"]
            yield ("par-index", year, place["unit"], "rank"), Decimal(place["rank"])


def test_every_line_of_the_golden_file(fixtures: Path) -> None:
    golden = read(fixtures / "golden" / "published-scores.csv")
    computed = dict([*dvc_766(fixtures), *par_index(fixtures)])
    assert len(golden) == 662 + 13 + 10
    changed = {}
    for row in golden:
        key = (row["index"], row["period"], row["unit"], row["code"])
        if computed[key] != Decimal(row["computed"]):
            changed[key] = (row["computed"], computed[key])
    assert changed == {}


def test_the_sentence_a_reviewer_checks() -> None:
    evidence = [{"unit": "H44", "code": "2.1", "numerator": 528_684, "denominator": 597_918}]
    card = pi.score(pi.Framework.load("dvc-766/province"), evidence)["H44"]
    sentence = card.explain("2.1")
    assert sentence.startswith(
        "2.1 Tỷ lệ hồ sơ xử lý trước hạn, đúng hạn: 528.684/597.918 = 88,42 %; "
        "20 × 528.684/597.918 = 17,684… → 17,68 điểm (làm tròn nửa lên, 2 chữ số thập phân), mất 2,32."
    )
    assert card.line("2.1").explain() == sentence
