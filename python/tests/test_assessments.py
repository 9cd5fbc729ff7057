"""Stages, appraisal, comparison, agencies."""

from decimal import Decimal

import parindex as pi
import pytest

STAGES = [
    {"unit": "22", "code": "1", "points": "57", "documents": "BC-12"},
    {"unit": "22", "code": "1", "points": "55.25", "stage": "appraised-1"},
    {"unit": "22", "code": "1", "points": "56", "stage": "explained", "explanation": "Đã bổ sung"},
    {"unit": "22", "code": "1", "points": "55.5", "stage": "final"},
    {"unit": "22", "code": "2", "points": "6"},
]


@pytest.fixture(scope="module")
def components() -> pi.Framework:
    return pi.Framework.load("par-index/province-2022")


def test_a_row_counts_at_its_latest_stage_up_to_the_one_asked(components: pi.Framework) -> None:
    points = {stage: pi.score(components, STAGES, stage=stage)["22"].points for stage in ("self", "appraised-1", "explained", "appraised-2", "final")}
    assert points == {
        "self": Decimal(63),
        "appraised-1": Decimal("61.25"),
        "explained": Decimal(62),
        "appraised-2": Decimal(62),
        "final": Decimal("61.5"),
    }
    with pytest.raises(pi.ParIndexError) as caught:
        pi.score(components, STAGES, stage="last")  # type: ignore[arg-type]
    assert caught.value.code == "bad-value"


def test_appraisal_lists_the_difference_with_its_explanation(components: pi.Framework) -> None:
    assert pi.appraisal(components, STAGES).to_dicts() == [
        {
            "unit": "22",
            "code": "1",
            "self": Decimal(57),
            "appraised": Decimal("55.5"),
            "change": Decimal("-1.5"),
            "explanation": "Đã bổ sung",
            "documents": "BC-12",
        }
    ]


def test_compare_within_and_across_editions(components: pi.Framework) -> None:
    before = pi.score(components, STAGES, stage="self")
    after = pi.score(components, STAGES)
    same = pi.compare(before, after)
    assert same.columns == ["unit", "code", "before", "after", "change", "reason"]
    assert [row["change"] for row in same if row["code"] == "1"] == [Decimal("-1.5")]
    older = pi.score(pi.Framework.load("par-index/components"), [{"unit": "22", "code": "4", "points": "9.56"}])
    across = pi.compare(older, after, [{"old_code": "4", "new_code": "1"}], lang="en")
    assert [(row["before"], row["after"]) for row in across if row["code"] == "1" and row["after"] is not None] == [(Decimal("9.56"), Decimal("55.5"))]
    with pytest.raises(pi.ParIndexError) as caught:
        pi.compare(before, after, [{"old_code": "9", "new_code": "1"}])
    assert caught.value.code == "unknown-criterion"


def test_lost_points_by_agency(components: pi.Framework) -> None:
    assessment = pi.score(components, STAGES)
    table = assessment.lost_by([{"code": "1", "agency": "Sở Nội vụ"}, {"code": "2", "agency": "Sở Tài chính"}])
    assert table.columns == ["agency", "lost", "codes"]
    assert {row["agency"]: (row["lost"], row["codes"]) for row in table} == {
        None: (Decimal(32), "3, 4"),
        "Sở Nội vụ": (Decimal(6), "1"),
        "Sở Tài chính": (Decimal("0.5"), "2"),
    }
    card = assessment["22"]
    assert card.lost()["code"] == ["3", "4", "1", "2"]
    assert (card.line("1").lost, card.missing_points, card.assumed_points) == (Decimal(6), Decimal(32), Decimal(0))


def test_decimals_integers_and_texts_are_one(components: pi.Framework) -> None:
    for points in ("55", 55, Decimal(55), Decimal("5.5E+1"), Decimal("55.00"), " 55 "):
        assert pi.score(components, [{"unit": "22", "code": "1", "points": points}])["22"].points == Decimal(55)
