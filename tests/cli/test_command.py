"""The command's frame: what there is, and errors as one line."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from eddyline.cli.app import COMMANDS, run

PLAIN = {**os.environ, "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "200"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EDDYLINE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def exit_code(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        sys.exit(run(arguments))
    return int(ended.value.code or 0)


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("--help") == 0
    words = set(re.findall(r"[a-z]+", capsys.readouterr().out))
    assert set(COMMANDS) <= words


def test_the_module_runs_as_the_command_does() -> None:
    done = subprocess.run([sys.executable, "-m", "eddyline", "status"], capture_output=True, text=True, env=PLAIN, check=False)
    assert done.returncode == 1
    assert re.fullmatch(r"eddyline: nothing runs on .*; start it with `eddyline up`\n", done.stderr)


@pytest.mark.parametrize("command", ["status", "logs"])
def test_without_a_stack_one_line_says_how_to_start_it(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(command) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "eddyline up" in lines[0]


def test_wrong_settings_are_one_line_that_names_the_variable(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("EDDYLINE_API__PORT", "many")
    assert exit_code("status") == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "EDDYLINE_API__PORT" in lines[0]


def test_down_without_a_stack_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("down") == 0
    assert "nothing runs" in capsys.readouterr().out


def test_reset_asks_first(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "warehouse").mkdir(parents=True)
    assert exit_code("reset") != 0
    assert (home / "warehouse").is_dir()
    assert exit_code("reset", "--yes") == 0
    assert not (home / "warehouse").exists()


def test_doctor_says_what_is_wrong_and_what_mends_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home.mkdir()
    (home / "VERSION").write_text("0\n")
    assert exit_code("doctor", "--json") == 1
    findings = {finding["what"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert {name for name, finding in findings.items() if not finding["is_well"]} >= {"state folder"}
    assert "eddyline reset" in findings["state folder"]["seen"]
    assert findings["Java"]["is_well"]


def test_config_shows_where_a_value_comes_from_and_masks_secrets(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    Path("eddyline.toml").write_text("[landing]\ncores = 1\n")
    monkeypatch.setenv("EDDYLINE_KAFKA__SASL_PASSWORD", "hush-hush")
    monkeypatch.setenv("EDDYLINE_LAKE__CATALOG_URI", "postgresql://me:hush-hush@db/lake")
    assert exit_code("config", "show", "--json") == 0
    output = capsys.readouterr().out
    settings = {setting["name"]: setting for setting in json.loads(output)}
    assert "hush-hush" not in output
    assert settings["EDDYLINE_LANDING__CORES"] == {"name": "EDDYLINE_LANDING__CORES", "value": 1, "source": "eddyline.toml"}
    assert settings["EDDYLINE_KAFKA__SASL_PASSWORD"]["source"] == "environment"
    assert settings["EDDYLINE_API__PORT"]["source"] == "default"
