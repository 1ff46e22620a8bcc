import json
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from game_documents import ANY_DOCUMENT, JSON, NOW, TEXTS
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from sqlglot import exp

from eddyline.contracts import render
from eddyline.contracts.decode import Accepted, decode, encode
from eddyline.contracts.events import GAME_EVENT_TYPES, event_type
from eddyline.contracts.json_schema import components, event_schema, events_schema
from eddyline.contracts.spark_schema import spark_ddl
from eddyline.contracts.tables import GAME_EVENTS, TABLES, Column, Table
from eddyline.contracts.trino_ddl import create_schema, create_table

ANY_EVENT = Draft202012Validator(events_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)
EVENT = {event_type(kind): Draft202012Validator(event_schema(kind), format_checker=Draft202012Validator.FORMAT_CHECKER) for kind in GAME_EVENT_TYPES}


def test_the_committed_renderings_are_current() -> None:
    assert render.stale_files(render.PROJECT_ROOT) == []


def test_check_names_what_is_stale_and_rendering_mends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(render, "PROJECT_ROOT", tmp_path)
    assert render.main([]) == 0
    assert render.main(["--check"]) == 0
    (tmp_path / "schemas/events.schema.json").write_text("{}")
    (tmp_path / "schemas/events/log_in.schema.json").unlink()
    (tmp_path / "sql/ddl/game_gone.sql").write_text("")
    (tmp_path / "sql/ddl/README.md").write_text("kept")
    assert render.main(["--check"]) == 1
    assert capsys.readouterr().err.splitlines()[1:] == ["schemas/events.schema.json", "schemas/events/log_in.schema.json", "sql/ddl/game_gone.sql"]
    assert render.main([]) == 0
    assert render.main(["--check"]) == 0
    assert (tmp_path / "sql/ddl/README.md").exists()
    assert render.main(["--help"]) == 2


@pytest.mark.parametrize("schema", [events_schema(), *map(event_schema, GAME_EVENT_TYPES)], ids=lambda schema: schema["$id"])
def test_every_schema_is_valid_json_schema(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)


def test_the_components_make_a_valid_openapi_document() -> None:
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/GameEvent"}}}}
    path = {"/events": {"post": {"requestBody": body, "responses": {"202": {"description": "Accepted"}}}}}
    OpenAPIV31SpecValidator({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": path, "components": components()}).validate()


@given(TEXTS)
def test_what_the_decoder_accepts_and_encodes_fits_the_schemas(text: bytes) -> None:
    decoded = decode(text, "made-here", NOW)
    assert isinstance(decoded, Accepted)
    for document in (json.loads(text), json.loads(encode(decoded.event))):
        ANY_EVENT.validate(document)
        fitting = [name for name, schema in EVENT.items() if schema.is_valid(document)]
        assert fitting == [document["event_type"]]


@given(ANY_DOCUMENT, st.sampled_from(GAME_EVENTS.column_names), JSON)
def test_what_does_not_fit_the_schema_the_decoder_refuses(document: dict[str, Any], field: str, value: Any) -> None:
    changed = document | {field: value}
    fits = ANY_EVENT.is_valid(changed)
    assert fits or not isinstance(decode(json.dumps(changed).encode(), "made-here", NOW), Accepted)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.identifier)
def test_trinos_ddl_says_what_the_table_says(table: Table) -> None:
    created = sqlglot.parse_one(create_table(table), read="trino")
    assert isinstance(created, exp.Create)
    assert created.find(exp.Table).sql() == f"lake.{table.identifier}"
    assert columns_of(created, "trino") == table.columns
    assert (f"ARRAY['day({table.days_of})']" in create_table(table)) == bool(table.days_of)
    assert sqlglot.parse_one(create_schema(table.namespace), read="trino").sql("trino") == f"CREATE SCHEMA IF NOT EXISTS lake.{table.namespace}"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.identifier)
def test_sparks_ddl_says_what_the_table_says(table: Table) -> None:
    assert columns_of(sqlglot.parse_one(f"CREATE TABLE t ({spark_ddl(table)})", read="spark"), "spark") == table.columns


COLUMN_TYPES = {
    "trino": {"VARCHAR": "string", "INTEGER": "int", "BIGINT": "long", "DOUBLE": "double", "TIMESTAMP(6) WITH TIME ZONE": "timestamptz", "VARBINARY": "binary"},
    "spark": {"STRING": "string", "INT": "int", "BIGINT": "long", "DOUBLE": "double", "TIMESTAMP": "timestamptz", "BINARY": "binary"},
}


def columns_of(created: exp.Expression, dialect: str) -> tuple[Column, ...]:
    return tuple(
        Column(
            column.name,
            COLUMN_TYPES[dialect][column.kind.sql(dialect)],
            column.find(exp.CommentColumnConstraint).this.name,
            required=column.find(exp.NotNullColumnConstraint) is not None,
        )
        for column in created.find_all(exp.ColumnDef)
    )
