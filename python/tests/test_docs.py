"""The documentation site builds without a warning: every example on it runs, every link leads somewhere."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))


def test_the_site_builds_and_its_examples_run(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", str(DOCS), str(tmp_path)]
    build = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert build.returncode == 0, build.stderr
    page = (tmp_path / "tutorial" / "gio-dau-tien.html").read_text(encoding="utf-8")
    assert "20 × 7.368/8.253 = 17,855… → 17,86 điểm" in page
    book = (tmp_path / "notebooks" / "01-cham-diem.html").read_text(encoding="utf-8")
    assert "565 trên 567 khớp đến chữ số cuối" in book


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_opens_without_a_question_and_holds_no_results(path: Path) -> None:
    book = json.loads(path.read_text(encoding="utf-8"))
    assert book["metadata"]["kernelspec"]["name"] == "python3"
    cells = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert cells and all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)
