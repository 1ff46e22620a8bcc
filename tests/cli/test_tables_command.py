"""`eddyline tables`: what tables are made of, and what the upkeep would do, told without Spark."""

import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from eddyline.cli.app import run
from eddyline.lake.catalog import open_catalog
from eddyline.settings import load
from tests.lake.question_lake import NOW, append, empty_lake, row

EVENTS = "game.events"


@pytest.fixture(autouse=True)
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a lake with six files of one day and one of another."""
    monkeypatch.setenv("EDDYLINE_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    settings = empty_lake(tmp_path)
    for number in range(6):
        append(settings, EVENTS, [row(number, "log_in", user_id="ann", occurred_at=NOW)])
    append(settings, EVENTS, [row(6, "log_in", user_id="ann", occurred_at=NOW - timedelta(days=1))])


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        sys.exit(run(["tables", *arguments]))
    assert not ended.value.code
    return capsys.readouterr().out


def test_stats_tell_files_a_partition_snapshots_and_metadata(capsys):
    facts = {table["table"]: table for table in json.loads(answer(capsys, "stats", "--json"))}
    assert {name: facts[EVENTS][name] for name in ("rows", "files", "partitions", "most_files", "snapshots", "metadata_files")} == {
        "rows": 7,
        "files": 7,
        "partitions": 2,
        "most_files": 6,
        "snapshots": 7,
        "metadata_files": 8,
    }
    assert facts["ops.erased"]["most_files"] == 0
    days = json.loads(answer(capsys, "stats", EVENTS, "--partitions", "--json"))
    assert [(day["partition"], day["rows"], day["files"], day["small_files"]) for day in days] == [
        ("occurred_at_day=2026-11-22", 1, 1, 1),
        ("occurred_at_day=2026-11-23", 6, 6, 6),
    ]
    assert "occurred_at_day=2026-11-23" in answer(capsys, "stats", "--partitions")
    assert "most files in one" in answer(capsys, "stats")


def test_a_dry_run_names_the_crowded_days_and_counts_the_old_snapshots(capsys):
    crowded = json.loads(answer(capsys, "compact", "--dry-run", "--json", "--min-files", "3"))
    assert [day["partition"] for day in crowded] == ["occurred_at_day=2026-11-23"]
    assert "no day has enough small files" in answer(capsys, "compact", "--dry-run", "--min-files", "7")
    assert "2026-11-23" in answer(capsys, "compact", "--dry-run")
    old = json.loads(answer(capsys, "expire", EVENTS, "--dry-run", "--older-than", "0", "--keep", "4", "--json"))
    assert old == [{"table": EVENTS, "snapshots": 3}]
    assert f"{EVENTS}: 0 snapshots would be removed" in answer(capsys, "expire", "--dry-run")
    assert len(open_catalog(load().lake).load_table(EVENTS).snapshots()) == 7


def test_a_table_that_is_not_there_is_named_with_those_that_are(capsys):
    with pytest.raises(SystemExit) as ended:
        sys.exit(run(["tables", "stats", "game.nothing"]))
    assert ended.value.code == 1
    assert "there is no table game.nothing; there are game.events" in capsys.readouterr().err
