"""One statement, and one that only reads."""

import pytest

from eddyline.errors import QueryError
from eddyline.lake.dialect.statements import read_statement


@pytest.mark.parametrize(
    ("sql", "kind", "text"),
    [
        ("select 1;", "query", "select 1"),
        ("-- why\nselect ';' -- ;\n;;", "query", "select ';'"),
        ('WITH a AS (SELECT 1 AS ";") SELECT * FROM a', "query", 'WITH a AS (SELECT 1 AS ";") SELECT * FROM a'),
        ("(SELECT 1)", "query", "(SELECT 1)"),
        ("VALUES 1", "query", "VALUES 1"),
        ("show tables from game;", "show", "show tables from game"),
        ("DESCRIBE game.events", "describe", "DESCRIBE game.events"),
        ("explain analyze verbose select 1;", "explain", "explain analyze verbose select 1"),
    ],
)
def test_a_reading_statement_is_taken_without_its_semicolon(sql, kind, text):
    statement = read_statement(sql)
    assert (statement.kind, statement.text) == (kind, text)


def test_explain_tells_what_it_explains():
    assert read_statement("EXPLAIN (TYPE LOGICAL) SELECT 1").explained == "SELECT 1"


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("", "empty"),
        ("-- nothing\n;", "empty"),
        ("SELECT 1; SELECT 2", "2 statements"),
        ("SHOW SCHEMAS; DROP TABLE game.events", "2 statements"),
        ("EXPLAIN SELECT 1; DROP TABLE x", "2 statements"),
        ("DROP TABLE game.events", "DROP is not allowed"),
        ("INSERT INTO game.events SELECT 1", "INSERT is not allowed"),
        ("CALL system.x()", "CALL is not allowed"),
        ("SET SESSION a = 1", "SET is not allowed"),
        ("EXPLAIN ANALYZE DELETE FROM game.events", "DELETE is not allowed"),
        ("EXPLAIN /* ; */ ANALYZE DELETE FROM game.events", "ANALYZE is not allowed"),
        ("EXPLAIN EXPLAIN SELECT 1", "only a query"),
        ("SELECT 'open", "cannot be read"),
    ],
)
def test_anything_else_is_refused_with_its_reason(sql, message):
    with pytest.raises(QueryError, match=message):
        read_statement(sql)
