"""`eddyline backup` and `restore` as users run them: secrets stay out, keys come back, nothing is replaced unasked."""

import json
import os
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from eddyline.cli.app import run
from eddyline.lake.catalog import open_catalog
from eddyline.lake.lease import Lease, Owner
from eddyline.lake.tables import create_tables
from eddyline.settings import load
from eddyline.stack import state

PASSWORD = "hush-hush"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a lake without rows, a key's hash and some settings."""
    home = tmp_path / "home"
    monkeypatch.setenv("EDDYLINE_HOME", str(home))
    monkeypatch.setenv("EDDYLINE_KAFKA__SASL_PASSWORD", PASSWORD)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    Path("eddyline.toml").write_text('[landing]\ncores = 1\n[redis]\nurl = "redis://:hush-hush@localhost"\n')
    create_tables(open_catalog(load().lake))
    (home / "keys.json").write_text('{"keys": []}')
    return home


def exit_code(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        sys.exit(run(arguments))
    return int(ended.value.code or 0)


def test_a_lost_machine_gets_tables_settings_and_keys_back_but_no_secret(home, tmp_path, capsys):
    folder = tmp_path / "saved"
    assert exit_code("backup", str(folder)) == 0
    assert "not in it: EDDYLINE_KAFKA__SASL_PASSWORD" in capsys.readouterr().out
    assert [path for path in folder.rglob("*") if path.is_file() and PASSWORD.encode() in path.read_bytes()] == []
    for lost in ("catalog.db", "keys.json"):
        (home / lost).unlink()
    Path("eddyline.toml").unlink()
    assert exit_code("restore", str(folder), "--dry-run") == 0
    assert not (home / "keys.json").exists()
    assert exit_code("restore", str(folder)) == 0
    assert "say again: EDDYLINE_REDIS__URL" in capsys.readouterr().out
    assert (home / "keys.json").read_text() == '{"keys": []}'
    assert Path("eddyline.toml").read_text() == "[landing]\ncores = 1\n"
    assert open_catalog(load().lake).table_exists("game.events")


def test_what_is_there_is_replaced_only_when_told(home, tmp_path, capsys):
    folder = tmp_path / "saved"
    assert exit_code("backup", str(folder), "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["tables"]) >= 6
    assert exit_code("restore", str(folder)) == 1
    assert "say --replace" in capsys.readouterr().err
    (home / "keys.json").write_text("{}")
    assert exit_code("restore", str(folder), "--replace", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)) >= 6
    assert (home / "keys.json").read_text() == '{"keys": []}'


def test_a_restore_beneath_a_running_job_is_refused(home, tmp_path, capsys):
    folder = tmp_path / "saved"
    assert exit_code("backup", str(folder)) == 0
    database = create_engine(load().lake.catalog_uri)
    with Lease(database, ("game.events",), Owner.of(os.getpid()), 60):
        assert exit_code("restore", str(folder), "--replace") == 1
    database.dispose()
    assert "a job owns game.events" in capsys.readouterr().err
    (home / "run").mkdir()
    state.tell(home, state.RunningStack(os.getpid(), {"landing": 1, "broker": 2}, {}, ready=True))
    assert exit_code("restore", str(folder), "--replace") == 1
    assert "landing run on" in capsys.readouterr().err


def test_a_backup_does_not_lie_where_it_would_be_lost_with_the_rest(home, capsys):
    assert exit_code("backup", str(home / "saved")) == 1
    assert "choose a folder elsewhere" in capsys.readouterr().err
    assert exit_code("backup", str(home / ".." / "saved")) == 0
