"""`eddyline tables export`: what it prints for people and for programs, and one line for what goes wrong."""

import json
import sys
from pathlib import Path

import pytest

from eddyline.cli.app import run
from tests.lake.question_lake import append, empty_lake, row


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    append(empty_lake(home), "game.events", [row(number, "heal") for number in range(3)])
    monkeypatch.setenv("EDDYLINE_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    return home


def export(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        sys.exit(run(["tables", "export", *arguments]))
    return int(ended.value.code or 0)


def test_a_relative_folder_is_below_the_present_one_and_json_tells_what_was_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export("game.events", "--to", "out", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["destination"] == (tmp_path / "out").as_uri()
    assert (told["rows"], told["state"], told["format"]) == (3, "complete", "parquet")
    assert (tmp_path / "out" / "_SUCCESS").is_file()


def test_people_read_a_sentence_and_the_register_can_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert export("game.events", "--to", "out", "--format", "csv", "--layout", "single") == 0
    assert "game.events: 3 rows in 1 files at file:" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        sys.exit(run(["sql", "--format", "csv", "SELECT state, rows FROM ops.exports ORDER BY noted_at"]))
    assert capsys.readouterr().out.splitlines() == ["state,rows", "began,", "complete,3"]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["game.nothing", "--to", "out"], "there is no table game.nothing"),
        (["game", "--to", "out"], "there is no table game"),
        (["game.events", "--to", "."], "holds more than an export"),
        (["game.events", "--to", "taken"], "is not empty"),
        (["game.events", "--to", "taken/file"], "is a file"),
        (["game.events", "--to", "taken/file/below", "--replace"], "failed"),
        (["game.events", "--to", "s3a://bucket"], "no folder that can be exported to"),
    ],
)
def test_what_cannot_be_exported_is_one_line_and_exit_code_one(arguments: list[str], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").write_text("mine")
    assert export(*arguments) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("eddyline: ")
    assert why in line
    assert (tmp_path / "taken" / "file").read_text() == "mine"
