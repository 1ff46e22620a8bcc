"""`eddyline sql`: what it prints for people and for programs, and one line for what goes wrong."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from eddyline.cli.app import run
from tests.lake.question_lake import append, empty_lake, row

WITH_ALL = """
    SELECT 1 AS n, 1.5e0 AS d, 1.25 AS e, 'ä,"' AS t, CAST(NULL AS varchar) AS nothing, true AS b, DATE '2020-01-02' AS day,
           TIMESTAMP '2020-01-02 03:04:05.5 UTC' AS at, ARRAY['x', NULL] AS xs, to_utf8('a') AS bytes, nan() AS no_number
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EDDYLINE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def sql(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        sys.exit(run(["sql", *arguments]))
    return int(ended.value.code or 0)


def test_json_keeps_every_value(capsys):
    assert sql(WITH_ALL, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out) == [
        {
            "n": 1,
            "d": 1.5,
            "e": "1.25",
            "t": 'ä,"',
            "nothing": None,
            "b": True,
            "day": "2020-01-02",
            "at": "2020-01-02T03:04:05.500000Z",
            "xs": ["x", None],
            "bytes": "YQ==",
            "no_number": "nan",
        }
    ]


def test_csv_can_be_read_back(capsys):
    assert sql(WITH_ALL, "--format", "csv") == 0
    [values] = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (values["n"], values["t"], values["nothing"], values["b"], values["xs"]) == ("1", 'ä,"', "", "true", '["x", null]')


def test_parquet_is_written_to_a_file(tmp_path):
    assert sql(WITH_ALL, "--output", str(tmp_path / "answer.parquet")) == 0
    assert pq.read_table(tmp_path / "answer.parquet").to_pylist()[0]["n"] == 1


@pytest.mark.parametrize(("name", "begins"), [("a.csv", "n,d,e"), ("a.json", "[\n"), ("a.txt", "┏")])
def test_the_name_of_the_output_says_the_format(name, begins, tmp_path):
    assert sql(WITH_ALL, "-o", str(tmp_path / name)) == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


def test_a_table_shows_null_and_disarms_what_players_typed(capsys):
    assert sql("SELECT '[bold]x' || chr(27) || '[2J' AS name, CAST(NULL AS bigint) AS nothing") == 0
    printed = capsys.readouterr().out
    assert r"[bold]x\x1b[2J" in printed
    assert "NULL" in printed
    assert "\x1b[2J" not in printed


def test_a_kept_question_is_asked_by_its_bare_name(home, capsys):
    append(empty_lake(home), "game.events", [row(1, "log_in"), row(2, "log_in"), row(3, "heal", amount=1.0)])
    assert sql("-f", "most_popular_events", "--format", "json", "--limit", "1") == 0
    assert json.loads(capsys.readouterr().out) == [{"event_type": "log_in", "events": 2, "players": 1, "percent_of_events": 66.67}]


def test_a_query_is_read_from_a_file_and_from_standard_input(tmp_path, capsys, monkeypatch):
    (tmp_path / "mine.sql").write_text("-- Question: mine?\nSELECT 7 / 2 AS n;\n", encoding="utf-8")
    assert sql("-f", "mine.sql", "--format", "csv") == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("SELECT 7 / 2 AS n"))
    assert sql("-f", "-", "--format", "csv") == 0
    assert capsys.readouterr().out == "n\n3\nn\n3\n"


def test_the_list_names_every_question(capsys):
    assert sql("--list") == 0
    printed = capsys.readouterr().out
    assert "guild_growth" in printed
    assert "event_id_twice" in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give either a query or -f FILE"),
        (["SELECT 1", "-f", "revenue"], "give either a query or -f FILE"),
        (["-f", "no_such_question"], "most_popular_events"),
        (["SELECT 1", "--format", "parquet"], "add --output FILE"),
        (["SELECT 1", "-o", "no/such/folder.csv"], "cannot be written"),
        (["SELECT count(*) FROM game.events"], "there is no lake"),
        (["SELECT 1 FROM WHERE"], "cannot be read"),
        (["SELECT nope"], "nope"),
        (["SELECT 1 / 0"], "Division by zero"),
        (["SELECT format('%d', 3)"], "format with 2 arguments"),
        (["DROP TABLE game.events"], "DROP is not allowed"),
    ],
)
def test_what_goes_wrong_is_one_line_on_standard_error(arguments, message, capsys):
    assert sql(*arguments) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert message in printed.err


def test_a_reader_that_stops_early_ends_it_quietly(tmp_path):
    many = "SELECT a * 1000 + b AS n FROM UNNEST(sequence(1, 300)) AS t(a) CROSS JOIN UNNEST(sequence(1, 1000)) AS u(b)"
    command = [sys.executable, "-m", "eddyline", "sql", many, "--format", "csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"EDDYLINE_HOME": str(tmp_path)}) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"n\n"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0
