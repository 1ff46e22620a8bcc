"""docs/sql.md says what is true: its queries run, its rewrites give what it says, its refusals refuse."""

import re

import pytest

from eddyline.errors import QueryError
from eddyline.lake.queries import run_query
from eddyline.settings import PROJECT_ROOT, load
from tests.lake.question_lake import question_lake

PAGE = (PROJECT_ROOT / "docs/sql.md").read_text("utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE, flags=re.DOTALL)
REFUSED = [
    "1.0 / 3",
    "(SELECT avg(x) FROM (VALUES 1.5) t(x))",
    "round(1.25, 1)",
    "map(ARRAY['key'], ARRAY[1])['key']",
    "ARRAY[1][1]",
    "CAST(1e0 AS varchar)",
    "CAST(now() AS timestamp)",
    "DATE '2020-01-02' - DATE '2020-01-01'",
    "now() AT TIME ZONE 'Europe/Berlin'",
    "regexp_extract('a', '(a)|(b)', 2)",
    "format('%d', 1)",
    "typeof(1)",
    "random()",
    "uuid()",
    "row(1)",
]
REWRITTEN = {
    "7 / 2": 3,
    "regexp_extract('abc', 'x')": None,
    "regexp_replace('abc', '(b)', '[$1]')": "a[b]c",
    "split_part('a,b', ',', 3)": None,
    "greatest(1, NULL)": None,
    "substr('abc', 0)": "",
    "CAST(2.5e0 AS bigint)": 3,
    "sequence(3, 1)": [3, 2, 1],
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return question_lake(tmp_path_factory.mktemp("lake"), users=5, events=200)


@pytest.mark.parametrize("sql", QUERIES)
def test_a_query_of_the_page_has_rows(sql, settings):
    assert run_query(sql, settings).num_rows > 0


@pytest.mark.parametrize("expression", REWRITTEN)
def test_what_is_said_to_be_rewritten_gives_what_is_said(expression, tmp_path):
    assert f"`{expression}`" in PAGE
    assert run_query(f"SELECT {expression} AS x", load(home=tmp_path)).to_pylist() == [{"x": REWRITTEN[expression]}]


@pytest.mark.parametrize("expression", REFUSED)
def test_what_is_said_to_be_refused_is_refused_and_sent_to_trino(expression, tmp_path):
    with pytest.raises(QueryError, match="--engine trino"):
        run_query(f"SELECT {expression}", load(home=tmp_path))
