"""The command: what it prints, where, and how it ends."""

import csv
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import office_files
import openpyxl
import parindex as pi
import pytest
from commands import run
from parindex import outputs
from parindex.cli import main

GOOD = "unit,code,numerator,denominator\nH44.100,2.1,7371,8253\nH44.101,2.1,91,100\n"
BAD = "unit,code,numerator,denominator\nH44.100,2.1,9000,8253\nH44.101,9.9,91,100\n\nH44.102,2.1,-1,1\n"


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    path = tmp_path / "evidence.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_the_command_is_installed() -> None:
    command = Path(sys.executable).with_name("parindex")
    done = subprocess.run([command, "--version"], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == f"parindex {pi.__version__}\n"


def test_help_speaks_both_languages() -> None:
    code, out, _ = run("--help")
    assert code == 0 and "Chấm điểm" in out and "Scores" in out
    for command in ("frameworks", "show", "check", "score", "import", "sipas", "tally", "forecast", "plan", "report", "demo"):
        code, out, _ = run(command, "--help")
        assert code == 0 and command in out
        assert "đối số / arguments" in out or command in ("frameworks", "demo")
        assert "tùy chọn / options" in out and "in hướng dẫn này / print this help" in out


def test_frameworks() -> None:
    code, out, err = run("frameworks")
    assert (code, err) == (0, "") and "dvc-766/province" in out
    assert out.split()[:2] == ["Mã", "Tên"] and " Cấp " in out.splitlines()[0] and "nháp" in out
    code, out, err = run("frameworks", "--json", "--lang", "en")
    assert (code, err) == (0, "")
    listed = json.loads(out)
    assert [row["id"] for row in listed] == pi.frameworks()["id"]
    assert listed[0]["max_points"] == "100"


def test_show() -> None:
    code, out, err = run("show", "par-index/local-example")
    assert (code, err) == (0, "")
    assert "kịp thời: 1; không kịp thời: 0,5; không ban hành: 0" in out
    code, out, err = run("show", "par-index/local-example", "--json", "--lang", "en")
    assert (code, err) == (0, "")
    assert [row["code"] for row in json.loads(out)["criteria"]] == ["1", "1.1", "1.2"]
    code, out, err = run("show", "no/such")
    assert (code, out) == (1, "") and err.endswith("[unknown-framework]\n")


def test_check_tells_every_fault_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "framework.toml"
    path.write_text(pi.Framework.load("dvc-766/unit").to_toml(), encoding="utf-8")
    code, out, err = run("check", str(path))
    assert (code, err) == (0, "") and str(path) in out
    text = path.read_text(encoding="utf-8").replace('max_points = "18"', 'max_points = "18.5"', 1)
    path.write_text(text + "\nnonsense = 1\n", encoding="utf-8")
    code, out, err = run("check", str(path))
    assert (code, out) == (1, "")
    lines = err.splitlines()
    assert len(lines) >= 2
    assert all(line.startswith(f"{path}:") and line.split(":")[1].isdigit() for line in lines)
    assert any("[maxima-do-not-add-up]" in line for line in lines)
    code, out, err = run("check", str(path), "--json")
    assert code == 1 and len(json.loads(out)["faults"]) == len(lines) == len(err.splitlines())
    code, out, err = run("check", str(tmp_path / "none.toml"))
    assert (code, out) == (1, "") and "[unreadable-file]" in err


def test_check_names_the_open_rows_of_an_outline(tmp_path: Path) -> None:
    path = tmp_path / "outline.toml"
    path.write_text(pi.Framework.load("par-index/province-2020-draft").to_toml(), encoding="utf-8")
    code, out, _ = run("check", str(path), "--json")
    assert code == 0 and "7.1.2" in json.loads(out)["open"]


def test_score_prints_and_writes(evidence: Path, tmp_path: Path) -> None:
    units = tmp_path / "units.csv"
    units.write_text("unit,name,level\nH44.100,Việt Trì,commune\nH44.101,Nông Trang,commune\n", encoding="utf-8")
    out_dir = tmp_path / "deep" / "out"
    code, out, err = run("score", "dvc-766/unit", str(evidence), "--units", str(units), "--out", str(out_dir))
    assert (code, err) == (0, "") and "Nông Trang" in out and "18,20" in out
    assert sorted(path.name for path in out_dir.iterdir()) == ["lines.csv", "ranking.csv"]
    with (out_dir / "ranking.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["rank"], row["name"], row["points"]) for row in rows] == [
        ("1", "Nông Trang", "18.2"),
        ("2", "Việt Trì", "17.86"),
    ]
    again = run("score", "dvc-766/unit", str(evidence), "--units", str(units), "--out", str(out_dir))
    assert again[0] == 0 and sorted(path.name for path in out_dir.iterdir()) == ["lines.csv", "ranking.csv"]


def test_score_as_json_prints_one_document(evidence: Path, tmp_path: Path) -> None:
    framework = tmp_path / "own.toml"
    framework.write_text(pi.Framework.load("dvc-766/unit").to_toml(), encoding="utf-8")
    code, out, err = run("score", str(framework), str(evidence), "--json", "--stage", "final")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["framework"] == "dvc-766/unit"
    assert [(row["unit"], row["points"]) for row in document["ranking"]] == [("H44.101", "18.2"), ("H44.100", "17.86")]
    assert {row["points"] for row in document["lines"] if row["code"] == "2.1"} == {"18.2", "17.86"}


def test_score_tells_all_faults_and_writes_nothing(evidence: Path, tmp_path: Path) -> None:
    evidence.write_text(BAD, encoding="utf-8")
    out_dir = tmp_path / "out"
    for more in ([], ["--json"]):
        code, out, err = run("score", "dvc-766/unit", str(evidence), "--out", str(out_dir), *more)
        assert (code, out) == (1, "")
        places = [(line.split(":")[1], line.rsplit("[", 1)[1]) for line in err.splitlines()]
        assert places == [
            ("2", "numerator-exceeds-denominator]"),
            ("3", "unknown-criterion]"),
            ("5", "negative-count]"),
        ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evidence.csv"]


def test_faults_name_the_file_they_stand_in(evidence: Path, tmp_path: Path) -> None:
    framework, units = tmp_path / "own.toml", tmp_path / "units.csv"
    framework.write_text("id = 3\n", encoding="utf-8")
    code, _, err = run("score", str(framework), str(evidence))
    assert code == 1 and all(line.startswith(f"{framework}:1:") for line in err.splitlines())
    units.write_text("unit,name\nH44.100,a\nH44.100,b\n", encoding="utf-8")
    code, _, err = run("score", "dvc-766/unit", str(evidence), "--units", str(units))
    assert code == 1 and err.startswith(f"{units}:3: ") and "[duplicate-unit]" in err
    units.write_text("unit,name\nH44.100,a\n", encoding="utf-8")
    code, _, err = run("score", "dvc-766/unit", str(evidence), "--units", str(units))
    assert code == 1 and err.startswith(f"{evidence}:3: ") and "[unknown-unit]" in err
    code, _, err = run("score", "dvc-766/none", str(evidence))
    assert code == 1 and err.startswith("no framework is called") and "[unknown-framework]" in err


def test_a_workbook_that_the_office_filled_in_is_scored_and_reported(tmp_path: Path) -> None:
    path = tmp_path / "tu-cham.xlsx"
    pi.evidence_template(pi.Framework.load("par-index/local-example"), path, ["Sở Nội vụ"])
    book = openpyxl.load_workbook(path)
    sheet = book["Sở Nội vụ"]
    assert [sheet["A6"].value, sheet["F4"].value, sheet["I4"].value] == ["1.1", "Giá trị", "Điểm tự đánh giá"]
    sheet["F6"], sheet["I6"], sheet["F7"] = "không kịp thời", 1, "92,5 %"
    book.save(path)
    asked = ("par-index/local-example", str(path))
    code, out, err = run("score", *asked)
    assert (code, out) == (1, "") and "Sở Nội vụ!I6" in err and err.endswith("[incomplete-row]\n")
    for cells, points in (("value", "2.5"), ("points", "3")):
        code, out, err = run("score", *asked, "--cells", cells, "--json")
        assert (code, err) == (0, "") and Decimal(json.loads(out)["ranking"][0]["points"]) == Decimal(points)
    code, out, err = run("report", *asked, "--cells", "value", "--out", str(tmp_path / "bao-cao.docx"))
    assert (code, err) == (0, "") and (tmp_path / "bao-cao.docx").is_file()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["score"],
        ["score", "dvc-766/unit"],
        ["frameworks", "--lang", "fr"],
        ["score", "a", "b", "--stage", "last"],
    ],
)
def test_wrong_usage(arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "") and "usage: parindex" in err


def test_a_folder_that_cannot_be_written_is_told(evidence: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, out, err = run("score", "dvc-766/unit", str(evidence), "--out", str(tmp_path / "file"))
    assert (code, out) == (1, "") and len(err.splitlines()) == 1 and err.startswith("parindex: ")


def test_files_are_written_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    outputs.write_folder(folder, {"a.csv": "1", "b.csv": "2"})
    (folder / "c.csv").mkdir()
    with pytest.raises(OSError):
        outputs.write_folder(folder, {"a.csv": "new", "c.csv": "3"})
    assert (folder / "a.csv").read_text(encoding="utf-8") == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_reader_that_leaves_early_is_no_fault() -> None:
    command = f"{sys.executable} -m parindex show dvc-766/unit | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.startswith("dvc-766/unit") and done.stderr == ""


def test_demo(tmp_path: Path) -> None:
    out_dir = tmp_path / "tables"
    code, out, err = run("demo", "--out", str(out_dir), "--lang", "en")
    assert code == 0 and err.startswith("Scoring")
    assert "660/662" in out
    assert "528,684/597,918 = 88.42 %" in out
    with (out_dir / "ranking-2.1.csv").open(encoding="utf-8", newline="") as file:
        ranking = list(csv.DictReader(file))
    assert {level: sum(row["level"] == level for row in ranking) for level in ("department", "commune")} == {
        "department": 15,
        "commune": 148,
    }
    with (out_dir / "published-check.csv").open(encoding="utf-8", newline="") as file:
        checked = list(csv.DictReader(file))
    assert len(checked) == 662
    assert sum(Decimal(row["published"]) == Decimal(row["computed"]) for row in checked) == 660
    code, out, err = run("demo", cwd=tmp_path)
    assert code == 0 and "17,684… → 17,68 điểm" in out
    assert (tmp_path / "parindex-demo" / "province-card.csv").is_file()


def test_sipas(tmp_path: Path, fixtures: Path) -> None:
    folder = fixtures / "survey"
    asked = [
        "sipas",
        str(folder / "sipas.csv"),
        "--questionnaire",
        str(folder / "questionnaire.toml"),
        "--weights",
        "w",
    ]
    drawn = [*asked, "--strata", "province", "--clusters", "district", "--fpc", "Nd"]
    code, out, err = run(*drawn, "--out", str(tmp_path / "out"))
    assert (code, err) == (0, "") and "18,79 – 86,43" in out and "46,15 – 109,53" in out and "không biết" in out
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "factors.csv", "index.csv", "items.csv", "ranks.csv",
    ]  # fmt: skip
    code, out, err = run(*drawn, "--json", "--lang", "en")
    read = json.loads(out)
    assert (code, err) == (0, "") and list(read) == ["questionnaire", "unit", "index", "factors", "items", "ranks"]
    assert [row["df"] for row in read["index"]] == [2, 2, 3, 2] and isinstance(read["index"][0]["official"], str)
    code, out, err = run(*drawn, "--method", "logit", "--json")
    assert all(0 < row["ci_low"] < row["ci_high"] < 100 for row in json.loads(out)["index"])
    code, out, err = run(
        "sipas",
        str(folder / "sipas.csv"),
        "--questionnaire",
        str(folder / "questionnaire.toml"),
        "--unit",
        "district",
        "--lang",
        "en",
    )
    assert code == 0 and err == "" and "No rank for" not in out
    lonely = [*asked, "--strata", "province", "--clusters", "district", "--unit", "district", "--lang", "en"]
    code, out, err = run(*lonely)
    assert code == 0 and out.count("No rank for") == 13 and "not-estimable-one-psu" in out
    plain = tmp_path / "questionnaire"
    plain.write_text((folder / "questionnaire.toml").read_text(encoding="utf-8"), encoding="utf-8")
    code, out, err = run("sipas", str(folder / "sipas.csv"), "--questionnaire", str(plain), "--json")
    assert code == 0 and json.loads(out)["questionnaire"] == "fixture/sipas"
    plain.write_text('id = "x"\ntitle = 3', encoding="utf-8")
    code, out, err = run("sipas", "no-such-table.csv", "--questionnaire", str(plain))
    assert code == 1 and err.startswith(f"{plain}:2:9: ") and "[bad-toml]" in err
    code, out, err = run("sipas", "no-such-table.csv")
    assert code == 1 and "no-such-table.csv" in err and "[unreadable-file]" in err
    code, out, err = run(*asked, "--strata", "district", "--clusters", "district", "--json")
    assert (code, out) == (1, "") and err.count("[single-psu]") == 13
    code, out, err = run("sipas", str(folder / "sipas.csv"), "--questionnaire", "sipas/1999")
    assert code == 1 and err.startswith("sipas/1999: ") and "sipas/2023" in err


def test_import(tmp_path: Path) -> None:
    table, out = office_files.ministry(tmp_path / "bang-2.xlsx"), tmp_path / "deep" / "framework.toml"
    code, printed, err = run("import", str(table), "--out", str(out), "--lang", "en")
    assert code == 0 and printed == f"{out}: 8 rows, 5 leaves, the rules of 3 understood, 2 take given points\n"
    assert (
        f"{table}: Bảng 2!B16: 1.2: the rule was not understood: Hội đồng xem xét từng trường hợp" in err.splitlines()
    )
    framework = pi.Framework.from_file(out)
    assert framework.max_points == Decimal("19.05") and framework.status == "draft"
    assert "# Bảng 2!B16: chưa hiểu" in out.read_text(encoding="utf-8")
    code, printed, err = run(
        "import", str(table), "--out", str(out), "--json", "--basis", "reported", "--id", "so/2026"
    )
    document = json.loads(printed)
    assert (code, err, document["framework"], document["given"]) == (0, "", "so/2026", ["1.2", "2"])
    assert {row["problem"] for row in document["report"]} >= {None, "trang tính ẩn: bỏ qua"}
    out.unlink()
    for named, message in ((tmp_path / "none.xlsx", "unreadable-file"), (tmp_path / "empty.xlsx", "missing-column")):
        office_files.filled(tmp_path / "empty.xlsx", "S", [["a"]])
        code, printed, err = run("import", str(named), "--out", str(out))
        assert (code, printed) == (1, "") and named.name in err and err.endswith(f"[{message}]\n")
    assert not out.exists()
    code, printed, err = run("import", str(table))
    assert code == 2 and "--out" in err


def test_a_missing_extra_is_one_sentence_with_its_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert main(["import", str(tmp_path / "bang-2.xlsx"), "--out", str(tmp_path / "ra.toml")]) == 1
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "parindex: reading .xlsx needs openpyxl: pip install 'parindex[excel]'\n")
