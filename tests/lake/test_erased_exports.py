"""Exports that hold a player are found by reading them, and removed without anything that is not theirs."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from game_lake import make_lake

from eddyline.contracts.mentions import Subject
from eddyline.contracts.tables import GAME_EVENTS, QUARANTINE
from eddyline.lake.catalog import open_catalog
from eddyline.lake.erasure.exported import exports_about, remove
from eddyline.lake.exporting.export import Wish, export_table
from eddyline.lake.exports import Export, note
from eddyline.settings import Settings

TABLES = (GAME_EVENTS.identifier, QUARANTINE.identifier)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return make_lake(tmp_path_factory.mktemp("lake"), users=3, events=200, bad_share=0.2)


def found(lake: Settings, user: str) -> list[Export]:
    with closing(open_catalog(lake.lake)) as catalog:
        return exports_about(catalog, lake.lake, Subject("public", user), TABLES)


def some_user(lake: Settings) -> str:
    with closing(open_catalog(lake.lake)) as catalog:
        rows: list[dict[str, Any]] = catalog.load_table(GAME_EVENTS.identifier).scan(selected_fields=("user_id",)).to_arrow().to_pylist()
    return str(rows[0]["user_id"])


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_an_export_that_holds_the_player_is_removed_and_what_lies_beside_it_stays(lake, tmp_path, table, kind):
    user, folder = some_user(lake), tmp_path / "export"
    done = export_table(lake, Wish(table, str(folder), kind))
    assert [export.export_id for export in found(lake, user)] == [done.export_id]
    assert found(lake, "nobody") == []
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    with closing(open_catalog(lake.lake)) as catalog:
        remove(catalog, lake.lake, done)
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["notes.txt"]
    assert found(lake, user) == []


def test_what_a_killed_export_left_is_removed_as_nobody_can_say_whom_it_holds(lake, tmp_path):
    killed = Export(GAME_EVENTS.identifier, None, (tmp_path / "export").as_uri(), "parquet")
    part = tmp_path / f".export.{killed.export_id}.part" / "part-00000.parquet"
    part.parent.mkdir()
    part.write_bytes(b"PAR1 cut short")
    with closing(open_catalog(lake.lake)) as catalog:
        note(catalog, killed)
        assert found(lake, "nobody") == [killed]
        remove(catalog, lake.lake, killed)
    assert not Path(part.parent).exists()
    assert found(lake, "nobody") == []
