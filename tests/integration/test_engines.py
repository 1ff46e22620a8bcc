"""Trino and DuckDB on one lake: the same rows for every kept question and every expression, and the same refusals."""

from collections.abc import Iterator

import pytest
import trino.dbapi

from eddyline.errors import QueryError
from eddyline.lake.queries import run_query
from eddyline.lake.query_files import AUDITS, QUERIES, query_files
from eddyline.settings import Settings, load
from eddyline.stack import ports
from eddyline.stack.trino import TrinoServer
from tests.lake.expressions import Expression, described, expressions, same
from tests.lake.question_lake import append, question_lake, row

pytestmark = [pytest.mark.trino, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Fill a lake and start a real Trino on it."""
    lake = question_lake(tmp_path_factory.mktemp("lake"))
    server = TrinoServer(lake.model_copy(update={"trino": lake.trino.model_copy(update={"port": 0})})).start()
    yield server.settings
    server.stop()


def both(sql: str, settings: Settings) -> tuple[str, str]:
    return described(run_query(sql, settings, "trino")), described(run_query(sql, settings, "duckdb"))


@pytest.mark.parametrize("file", [*query_files(QUERIES), *query_files(AUDITS)], ids=lambda file: file.name)
def test_a_kept_question_has_the_same_rows_on_both(file, settings):
    from_trino, from_duckdb = both(file.sql, settings)
    assert same(from_trino, from_duckdb)
    assert ": []" not in from_trino or file.path.parent == AUDITS


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM game.events ORDER BY kafka_partition, kafka_offset",
        "SELECT * FROM ops.quarantine ORDER BY kafka_partition, kafka_offset",
        "SELECT * FROM ops.erased",
        "SHOW SCHEMAS",
        "SHOW TABLES FROM game",
        "DESCRIBE game.events",
        "SHOW COLUMNS FROM ops.quarantine",
        "SELECT USER_ID, e.Item_Type FROM game.events AS e ORDER BY kafka_partition, kafka_offset LIMIT 5",
        "SELECT user_id, guild_name FROM lake.game.events ORDER BY guild_name DESC, user_id, kafka_partition, kafka_offset LIMIT 300",
        "SELECT json_extract_scalar(headers, '$.Host') AS host, count(*) FROM game.events GROUP BY 1 ORDER BY 2 DESC, 1",
        "SELECT mood, item_type, avg(price), sum(price) / count(*), sum(quantity) / count(*) FROM game.events GROUP BY 1, 2 ORDER BY 1, 2",
        "SELECT date_format(occurred_at, '%Y-%m-%d %H:%i:%s'), upper(user_id) FROM game.events ORDER BY kafka_partition, kafka_offset",
        "SELECT hour(occurred_at AT TIME ZONE 'America/New_York') AS h, count(*) FROM game.events GROUP BY 1 ORDER BY 1",
    ],
)
def test_a_table_has_the_same_rows_on_both(sql, settings):
    assert same(*both(sql, settings))


@pytest.mark.parametrize("expression", [each for each in expressions() if each.expected not in {"error", "refused"}], ids=lambda each: each.text[:80])
def test_trino_still_answers_as_it_was_recorded(expression: Expression, settings):
    assert same(described(run_query(expression.sql, settings, "trino")), expression.expected)


@pytest.mark.parametrize("expression", [each for each in expressions() if each.expected == "error"], ids=lambda each: each.text[:80])
def test_trino_still_fails_where_it_failed(expression: Expression, settings):
    with pytest.raises(QueryError):
        run_query(expression.sql, settings, "trino")


def test_rows_that_trino_deletes_are_gone_on_duckdb_too(settings):
    append(settings, "game.events", [row(number, "log_in", user_id="to be deleted") for number in range(200_000, 200_010)])
    with trino.dbapi.Connection(settings.trino.host, settings.trino.port, user="test", catalog="lake") as connection:
        connection.cursor().execute("DELETE FROM game.events WHERE user_id = 'to be deleted' AND kafka_offset % 2 = 0").fetchall()
    files = run_query('SELECT content, count(*) AS files FROM game."events$files" GROUP BY content', settings, "trino").to_pylist()
    assert any(each["content"] > 0 for each in files), "Trino wrote no delete file, so nothing was shown"
    remaining = "SELECT kafka_partition, kafka_offset FROM game.events WHERE user_id = 'to be deleted' ORDER BY 1, 2"
    from_trino, from_duckdb = both(remaining, settings)
    assert same(from_trino, from_duckdb)
    assert 0 < run_query(remaining, settings).num_rows < 10


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT * FROM game.evnts", "evnts"),
        ("SELECT 1 / 0", "Division by zero"),
        ("DELETE FROM game.events", "DELETE is not allowed"),
        ("SELECT 1; SELECT 2", "2 statements"),
        ("SELECT INTERVAL '1' DAY", "cannot hold the type INTERVAL"),
    ],
)
def test_trino_refuses_in_one_line(sql, message, settings):
    with pytest.raises(QueryError, match=message) as caught:
        run_query(sql, settings, "trino")
    assert "\n" not in str(caught.value)


def test_without_a_server_the_message_says_how_to_start_one(tmp_path):
    with pytest.raises(QueryError, match="eddyline up --with trino"):
        run_query("SELECT 1", load(home=tmp_path, trino={"port": ports.free_port()}), "trino")
