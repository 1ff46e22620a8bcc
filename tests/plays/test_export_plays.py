"""A game's plays as CSV, JSON and Parquet."""

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from eddyline.plays.export import SCHEMA, Format, write
from tests.football.courses import course, record, short_game


@pytest.mark.parametrize("wanted", list(Format))
def test_every_format_has_a_row_a_play_and_the_same_columns(wanted: Format, tmp_path: Path) -> None:
    file = tmp_path / f"game.{wanted}"
    assert write(short_game(), file, wanted) == 6
    rows = read(file, wanted)
    assert len(rows) == 6
    assert {name for row in rows for name in row} == set(SCHEMA.names)
    assert [str(row["play_id"]) for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert float(rows[0]["home_wp_added"]) == pytest.approx(0.25)


def test_json_and_parquet_hold_the_same_values(tmp_path: Path) -> None:
    told = [read_after_writing(tmp_path / f"game.{wanted}", wanted) for wanted in (Format.JSON, Format.PARQUET)]
    assert told[0] == told[1]


def test_what_is_unknown_is_empty_and_players_are_readable_in_csv(tmp_path: Path) -> None:
    first = read_after_writing(tmp_path / "game.csv", Format.CSV)[0]
    assert (first["down"], first["confidence"], first["players"]) == ("", "", "A.Passer; B.Catcher")


def test_a_text_with_commas_quotes_and_lines_comes_back_from_csv(tmp_path: Path) -> None:
    nasty = 'said "go",\nthen went'
    write(course(record(1, 0.5, 0.6, description=nasty)), tmp_path / "game.csv", Format.CSV)
    assert read(tmp_path / "game.csv", Format.CSV)[0]["description"] == nasty


def test_a_game_without_plays_still_has_its_columns(tmp_path: Path) -> None:
    write(course(), tmp_path / "game.parquet", Format.PARQUET)
    write(course(), tmp_path / "game.csv", Format.CSV)
    assert pq.read_schema(tmp_path / "game.parquet").names == SCHEMA.names
    assert (tmp_path / "game.csv").read_text().strip() == ",".join(SCHEMA.names)


def read_after_writing(file: Path, wanted: Format) -> list[dict[str, object]]:
    write(short_game(), file, wanted)
    return read(file, wanted)


def read(file: Path, wanted: Format) -> list[dict[str, object]]:
    if wanted is Format.PARQUET:
        return list(pq.read_table(file).to_pylist())
    if wanted is Format.JSON:
        return list(json.loads(file.read_text(encoding="utf-8")))
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
