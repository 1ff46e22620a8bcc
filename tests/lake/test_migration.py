"""Tables of an older contract take rows of a newer one after one command."""

from dataclasses import replace
from pathlib import Path

import pytest

from eddyline.contracts.tables import GAME_EVENTS, Column
from eddyline.errors import LakeError
from eddyline.lake.catalog import open_catalog
from eddyline.lake.migration import migrate_tables, need_columns
from eddyline.lake.tables import create_tables
from eddyline.settings import load

NEWER = replace(GAME_EVENTS, columns=(*GAME_EVENTS.columns[:6], Column("mood", "string", "How it felt."), *GAME_EVENTS.columns[6:]))


def test_a_column_that_a_newer_contract_added_is_added_once(tmp_path: Path):
    catalog = open_catalog(load(home=tmp_path).lake)
    create_tables(catalog)
    with pytest.raises(LakeError, match="run `eddyline tables migrate`"):
        need_columns(catalog, [NEWER])
    assert migrate_tables(catalog, [NEWER]) == {"game.events": ["mood"]}
    need_columns(catalog, [NEWER])
    assert catalog.load_table("game.events").schema().find_field("mood").optional
    assert migrate_tables(catalog, [NEWER]) == {}


def test_a_column_whose_type_changed_is_refused(tmp_path: Path):
    catalog = open_catalog(load(home=tmp_path).lake)
    create_tables(catalog)
    changed = replace(GAME_EVENTS, columns=(Column("event_id", "long", "A number now.", required=True), *GAME_EVENTS.columns[1:]))
    with pytest.raises(LakeError, match=r"event_id of game\.events is string"):
        migrate_tables(catalog, [changed])
