"""The JSON Schema that editors read fits the frameworks that are bundled."""

import json
import tomllib
from pathlib import Path

import jsonschema
import parindex as pi
import pytest


@pytest.mark.parametrize("id", pi.frameworks()["id"])
def test_bundled_files_and_what_is_written_fit(root: Path, id: str) -> None:
    folder = root / "crates" / "parindex" / "frameworks"
    schema = json.loads((folder / "framework.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for text in ((folder / f"{id}.toml").read_text(encoding="utf-8"), pi.Framework.load(id).to_toml()):
        document = json.loads(json.dumps(tomllib.loads(text), default=str))
        assert [error.message for error in validator.iter_errors(document)] == []


def test_a_file_with_a_key_too_many_does_not_fit(root: Path) -> None:
    schema = json.loads((root / "crates/parindex/frameworks/framework.schema.json").read_text(encoding="utf-8"))
    document = tomllib.loads(pi.Framework.load("par-index/local-example").to_toml())
    document["criteria"]["1.1"]["rule"]["points"] = "1"
    document["nonsense"] = 1
    assert len(list(jsonschema.Draft202012Validator(schema).iter_errors(document))) >= 2
