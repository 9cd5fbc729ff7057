"""Everything goes through pickle as data and comes back equal."""

import io
import pickle
import pickletools
from typing import Any

import parindex as pi
import pytest

EVIDENCE = [
    {"unit": "H44", "code": "2.1", "numerator": 528_684, "denominator": 597_918, "note": "từ Cổng"},
    {"unit": "H44", "code": "4.6", "value": "có"},
    {"unit": "H44.100", "code": "5.4", "points": "5.5", "stage": "appraised-1"},
]
UNITS = [{"unit": "H44", "name": "Phú Thọ", "level": "province"}, {"unit": "H44.100", "name": "Việt Trì"}]


ALLOWED = {("_codecs", "encode"), ("builtins", "getattr"), ("__builtin__", "getattr"), ("copyreg", "__newobj__")}


class Watched(pickle.Unpickler):
    """Loads nothing but our classes and what finds their readers."""

    def find_class(self, module: str, name: str) -> Any:
        assert module.startswith("parindex") or (module, name) in ALLOWED
        return super().find_class(module, name)


def again(thing: Any, protocol: int) -> Any:
    return Watched(io.BytesIO(pickle.dumps(thing, protocol=protocol))).load()


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_round_trips(protocol: int) -> None:
    framework = pi.Framework.load("dvc-766/province")
    assessment = pi.score(framework, EVIDENCE, UNITS, stage="appraised-2")
    assert again(framework, protocol) == framework
    assert repr(again(framework["2.1"], protocol)) == repr(framework["2.1"])
    back = again(assessment, protocol)
    assert back.lines().to_dicts() == assessment.lines().to_dicts()
    assert back.ranking().to_dicts() == assessment.ranking().to_dicts()
    assert back.stage == "appraised-2" and back.framework == framework
    assert again(assessment["H44"], protocol).explain("2.1") == assessment["H44"].explain("2.1")
    assert again(assessment["H44"].line("2.1"), protocol).points == assessment["H44"].line("2.1").points
    for table in (assessment.lines(), assessment.ranking(), pi.frameworks()):
        assert again(table, protocol).to_dicts() == table.to_dicts()


def test_errors_keep_their_faults() -> None:
    with pytest.raises(pi.ParIndexError) as caught:
        pi.score(pi.Framework.load("dvc-766/unit"), [{"unit": "1", "code": "9.9", "value": "1"}])
    back = pickle.loads(pickle.dumps(caught.value))
    assert type(back) is pi.ParIndexError
    assert (str(back), back.faults, back.location) == (str(caught.value), caught.value.faults, "line 1")


def test_what_is_made_of_others_says_what_to_keep() -> None:
    framework = pi.Framework.load("dvc-766/province")
    assessment = pi.score(framework, EVIDENCE[:2])
    rows = [
        {"unit": unit, "year": year, "score": 80 + place + year % (place + 2)}
        for year in (2023, 2024)
        for place, unit in enumerate("abcd")
    ]
    forecast = pi.forecast(pi.History(rows), 2025, draws=500, model="random-walk")
    survey = pi.Survey([{"unit": "a", "A1": 4}, {"unit": "a", "A1": 2}])
    kept = {
        "history": forecast,
        "seed": forecast.bar("a", top=2),
        "card, the actions": pi.plan(assessment["H44"], [{"code": "2.1", "value": "95", "cost": 1}], budget=1),
        "assessment": pi.robustness(assessment, draws=100),
        "table, the design": survey,
    }
    for keep, thing in kept.items():
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            with pytest.raises(TypeError, match=f"is not pickled: keep .*{keep}"):
                pickle.dumps(thing, protocol)


class Recording(pickle.Unpickler):
    """Notes what is looked up."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))
        self.found: set[tuple[str, str]] = set()

    def find_class(self, module: str, name: str) -> Any:
        self.found.add((module, name))
        return super().find_class(module, name)


def test_nothing_but_our_own_constructors_is_called() -> None:
    """What pickles of ours name, by their opcodes: loading one runs nothing else."""
    framework = pi.Framework.load("dvc-766/province")
    assessment = pi.score(framework, EVIDENCE, UNITS)
    card = assessment["H44"]
    dossier = {"unit": "a", "received": "02/03/2026", "due": "04/03/2026", "finished": None}
    tally = pi.dossiers.tally([dossier], period="2026")
    history = pi.History([{"unit": unit, "year": 2024, "score": "90"} for unit in ("01", "22")])
    with pytest.raises(pi.ParIndexError) as caught:
        pi.Framework.load("none")
    things = [
        framework, framework["2.1"], assessment, card, card.line("2.1"), assessment.lines(), tally, history,
        pi.Calendar.vietnam(), pi.Questionnaire.load("sipas/2017"), caught.value,
    ]  # fmt: skip
    called: set[tuple[str, str]] = set()
    for thing in things:
        written = pickle.dumps(thing)
        opcodes = {opcode.name for opcode, _, _ in pickletools.genops(written)}
        assert not opcodes & {"GLOBAL", "INST", "OBJ", "EXT1", "EXT2", "EXT4", "PERSID", "BINPERSID", "NEWOBJ_EX"}
        loading = Recording(written)
        loading.load()
        called |= loading.found
    assert called == {
        ("builtins", "getattr"),
        ("parindex", "Assessment"),
        ("parindex", "Calendar"),
        ("parindex", "Framework"),
        ("parindex", "History"),
        ("parindex", "ParIndexError"),
        ("parindex", "Questionnaire"),
        ("parindex", "Table"),
        ("parindex._native", "Table"),
        ("parindex.dossiers", "Tally"),
    }
