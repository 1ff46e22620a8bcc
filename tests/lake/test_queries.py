"""The lake's tables through DuckDB: every file of every snapshot, whatever its age, its columns and its path."""

from collections import Counter, defaultdict
from datetime import timedelta

import duckdb
import pyarrow as pa
import pytest
from pyiceberg.types import IntegerType, LongType, StringType

from eddyline.contracts.tables import TABLES
from eddyline.errors import QueryError
from eddyline.lake import duckdb_engine
from eddyline.lake.catalog import open_catalog
from eddyline.lake.queries import run_query
from eddyline.lake.query_files import AUDITS, QUERIES, find_query, query_files
from eddyline.settings import load
from tests.lake.expressions import described, same
from tests.lake.question_lake import ADDED_LATER, append, empty_lake, question_lake
from tests.lake.question_lake import row as event_row


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return question_lake(tmp_path_factory.mktemp("lake"))


@pytest.fixture(scope="module")
def rows(settings):
    """Every row as PyIceberg itself reads it."""
    return open_catalog(settings.lake).load_table("game.events").scan().to_arrow().to_pylist()


def ask(name, settings):
    return run_query(find_query(name).sql, settings).to_pylist()


def test_every_row_of_every_file_is_seen_with_the_present_columns(settings, rows):
    answer = run_query("SELECT * FROM game.events ORDER BY kafka_partition, kafka_offset", settings)
    table = open_catalog(settings.lake).load_table("game.events")
    assert answer.column_names == [field.name for field in table.schema().fields]
    assert answer.to_pylist() == sorted(rows, key=lambda row: (row["kafka_partition"], row["kafka_offset"]))
    assert Counter(row[ADDED_LATER] for row in rows).keys() == {None, "froh 🦦"}
    assert len(table.inspect.files()) > 3


def test_integers_are_int64_and_instants_are_utc_with_microseconds(settings):
    answer = run_query("SELECT kafka_partition, count(*) AS n, sum(quantity) AS q, min(occurred_at) AS t FROM game.events GROUP BY 1", settings)
    assert [str(kind) for kind in answer.schema.types] == ["int64", "int64", "int64", "timestamp[us, tz=UTC]"]


@pytest.mark.parametrize("name", ["lake.game.events", "game.events", "GAME.Events", '"game"."events"'])
def test_a_table_is_found_by_each_of_its_names(name, settings, rows):
    assert run_query(f"SELECT count(*) AS n FROM {name}", settings).to_pylist() == [{"n": len(rows)}]


def test_an_empty_table_has_its_columns_and_no_rows(tmp_path):
    answer = run_query("SELECT * FROM ops.erased", empty_lake(tmp_path))
    assert (answer.num_rows, [str(kind) for kind in answer.schema.types][-1]) == (0, "timestamp[us, tz=UTC]")


def test_a_folder_with_blanks_brackets_and_percent_signs_is_read(tmp_path):
    settings = empty_lake(tmp_path / "a [1] * %20 ß's?")
    append(settings, "game.events", [event_row(1, "log_in")])
    assert run_query("SELECT user_id FROM game.events", settings).to_pylist() == [{"user_id": "user1"}]


def test_renamed_dropped_and_widened_columns_are_read_by_their_ids(tmp_path):
    settings = empty_lake(tmp_path)
    catalog = open_catalog(settings.lake)
    table = catalog.create_table("game.changing", pa.schema([pa.field("a", pa.int32()), pa.field("b", pa.string()), pa.field("c", pa.string())]))
    table.append(pa.table({"a": pa.array([1], pa.int32()), "b": ["old b"], "c": ["old c"]}))
    with table.update_schema() as update:
        update.rename_column("b", "renamed")
        update.delete_column("c")
        update.update_column("a", LongType())
    with table.update_schema() as update:
        update.add_column("c", StringType())
        update.add_column("d", IntegerType())
    table.append(pa.table({"a": [2**40], "renamed": ["new b"], "c": ["new c"], "d": pa.array([4], pa.int32())}, schema=table.schema().as_arrow()))
    assert run_query("SELECT a, renamed, c, d FROM game.changing ORDER BY a", settings).to_pylist() == [
        {"a": 1, "renamed": "old b", "c": None, "d": None},
        {"a": 2**40, "renamed": "new b", "c": "new c", "d": 4},
    ]


def test_a_table_with_nested_columns_is_read_through_pyiceberg(tmp_path):
    settings = empty_lake(tmp_path)
    table = open_catalog(settings.lake).create_table("game.nested", pa.schema([pa.field("tags", pa.list_(pa.string()))]))
    table.append(pa.table({"tags": [["a", "b"], []]}, schema=table.schema().as_arrow()))
    assert run_query("SELECT cardinality(tags) AS n FROM game.nested ORDER BY n", settings).to_pylist() == [{"n": 0}, {"n": 2}]


def test_a_file_that_compaction_took_away_between_planning_and_reading_is_planned_anew(tmp_path, monkeypatch):
    settings = empty_lake(tmp_path)
    append(settings, "game.events", [event_row(1, "log_in")])
    taken = []
    seal = duckdb_engine._seal

    def take_a_file(connection, files):
        seal(connection, files)
        if not taken:
            table = open_catalog(settings.lake).load_table("game.events")
            table.overwrite(table.scan().to_arrow())
            taken.append([file.unlink() for file in map(type(tmp_path), files)])

    monkeypatch.setattr(duckdb_engine, "_seal", take_a_file)
    assert run_query("SELECT count(*) AS n FROM game.events", settings).to_pylist() == [{"n": 1}]
    assert taken


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT * FROM game.evnts", "there is no table game.evnts; the tables are: game.events, "),
        ("SELECT * FROM events", "write for example game.events"),
        ("SELECT * FROM hive.game.events", "there is no catalog hive"),
        ('SELECT * FROM game."events$files"', "--engine trino"),
        ("SELECT * FROM information_schema.tables", "SHOW and DESCRIBE"),
        ("SELECT * FROM read_csv('/etc/passwd')", "lacks its namespace|not known to mean the same"),
        ("SELECT * FROM '/etc/passwd'", "cannot be read|lacks its namespace|not known"),
        ("SELECT no_such_function(1)", "no_such_function with 1 arguments is not known"),
        ("SELECT nope FROM game.events", "nope"),
        ("SELECT user_id FROM game.events FOR VERSION AS OF 1", "not known to mean the same"),
        ("DELETE FROM game.events", "DELETE is not allowed"),
        ("CREATE TABLE game.x AS SELECT 1 AS a", "CREATE is not allowed"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(sql, message, settings):
    with pytest.raises(QueryError, match=message) as caught:
        run_query(sql, settings)
    assert "\n" not in str(caught.value)


def test_duckdb_is_sealed_from_files_network_and_extensions():
    with duckdb_engine._connect() as connection:
        duckdb_engine._seal(connection, [])
        for sql in (
            "SELECT * FROM read_csv('/etc/passwd')",
            "COPY (SELECT 1) TO '/tmp/eddyline-leak'",
            "INSTALL httpfs",
            "LOAD httpfs",
            "SET TimeZone = 'Asia/Tokyo'",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(sql)


def test_asking_makes_no_lake_where_there_is_none(tmp_path):
    with pytest.raises(QueryError, match="there is no lake"):
        run_query("SELECT 1 FROM game.events", load(home=tmp_path / "none"))
    assert not (tmp_path / "none").exists()


def test_show_and_describe_say_what_there_is(settings):
    assert run_query("SHOW SCHEMAS", settings).column("Schema").to_pylist() == ["game", "information_schema", "ops", "system"]
    tables = [table.name for table in TABLES if table.namespace == "ops"]
    assert run_query("show tables from lake.ops;", settings).column("Table").to_pylist() == sorted(tables)
    described = run_query("DESCRIBE game.events", settings).to_pylist()
    assert described[4] == {"Column": "occurred_at", "Type": "timestamp(6) with time zone", "Extra": "", "Comment": "When it happened."}
    assert run_query("SHOW COLUMNS FROM game.events", settings).to_pylist() == described
    with pytest.raises(QueryError, match="there is no namespace nope"):
        run_query("SHOW TABLES FROM nope", settings)


def test_explain_says_a_plan(settings):
    assert "READ_PARQUET" in run_query("EXPLAIN SELECT user_id FROM game.events", settings).column("Query Plan")[0].as_py()


@pytest.mark.parametrize("file", [*query_files(QUERIES), *query_files(AUDITS)], ids=lambda file: file.name)
def test_every_kept_question_says_what_it_asks_and_is_answered_in_one_order(file, settings):
    assert [word in file.sql for word in ("-- Question:", "-- Grain:", "-- Reader:")] == [True] * 3
    assert file.question.endswith("?")
    assert same(*(described(run_query(file.sql, settings)) for _ in range(2)))


def test_there_are_the_questions_that_were_promised():
    names = {file.name for file in query_files(QUERIES)}
    assert names >= {"most_popular_events", "provider_by_event", "purchases_by_item_and_hour", "revenue", "guild_growth"}
    assert names >= {"level_difficulty", "sessions_by_day", "retention_by_day", "top_players"}


def test_the_most_popular_events_are_counted(settings, rows):
    expected = sorted(Counter(row["event_type"] for row in rows).items(), key=lambda pair: (-pair[1], pair[0]))
    assert [(each["event_type"], each["events"]) for each in ask("most_popular_events", settings)] == expected


def test_a_provider_is_recognised_as_a_whole_name_in_the_host(settings):
    logins = {row["provider"]: row["events"] for row in ask("provider_by_event", settings) if row["event_type"] == "log_in"}
    odd = run_query("SELECT host FROM game.events WHERE user_id LIKE 'spieler%' ORDER BY kafka_offset", settings).column("host").to_pylist()
    assert len(odd) == 9
    assert logins.keys() == {"comcast", "att", "google", "frontier", "cox", "earthlink", "other"}


def test_revenue_is_the_gold_of_all_purchases(settings, rows):
    bought = sum(row["price"] * row["quantity"] for row in rows if row["event_type"] == "purchase_item")
    assert sum(row["revenue"] for row in ask("revenue", settings)) == pytest.approx(bought)
    assert sum(row["gold"] for row in ask("purchases_by_item_and_hour", settings)) == pytest.approx(bought)


def test_guilds_grow_by_those_who_are_in_them(settings, rows):
    members, guild_of = Counter(), {}
    for row in sorted(rows, key=lambda row: (row["occurred_at"], row["kafka_partition"], row["kafka_offset"])):
        if row["event_type"] not in {"join_guild", "leave_guild"}:
            continue
        player = row["tenant"], row["user_id"]
        members[guild_of.get(player)] -= 1
        guild_of[player] = row["guild_name"] if row["event_type"] == "join_guild" else None
        members[guild_of[player]] += 1
    last = {row["guild_name"]: row["members"] for row in ask("guild_growth", settings)}
    assert last == {guild: count for guild, count in members.items() if guild is not None} | {guild: 0 for guild in last if not members[guild]}


def test_sessions_end_after_half_an_hour_of_nothing(settings, rows):
    by_player = defaultdict(list)
    for row in rows:
        by_player[row["tenant"], row["user_id"]].append(row["occurred_at"])
    began = Counter()
    for times in by_player.values():
        for previous, at in zip([None, *sorted(times)], sorted(times), strict=False):
            if previous is None or at - previous > timedelta(minutes=30):
                began[at.date()] += 1
    assert {row["day"]: row["sessions"] for row in ask("sessions_by_day", settings)} == began


def test_retention_counts_the_players_of_each_first_day(settings, rows):
    days = defaultdict(set)
    for row in rows:
        days[row["tenant"], row["user_id"]].add(row["occurred_at"].date())
    expected = Counter((min(each), (day - min(each)).days) for each in days.values() for day in each)
    assert {(row["first_day"], row["days_since"]): row["players"] for row in ask("retention_by_day", settings)} == expected
