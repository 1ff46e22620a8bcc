"""DuckDB gives what Trino gave: every expression of expressions.txt, and every function the tables know."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eddyline.lake.dialect.calls import CALLS
from eddyline.lake.dialect.functions import FUNCTIONS
from eddyline.lake.queries import run_query
from eddyline.settings import load
from tests.lake.expressions import Expression, answer, expressions, same

EXPRESSIONS = expressions()


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return load(home=tmp_path_factory.mktemp("no-lake"))


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=lambda each: each.text[:80])
def test_duckdb_answers_as_trino_did(expression: Expression, settings):
    got = answer(expression.sql, settings, "duckdb")
    if expression.expected == "error":
        assert got in {"error", "refused"}
    else:
        assert same(got, expression.expected), got


def test_there_is_an_expression_for_every_function_that_is_translated():
    texts = " ".join(each.text.lower() for each in EXPRESSIONS if each.expected not in {"error", "refused"})
    called = set(re.findall(r"\b([a-z_0-9]+)\(", texts)) | set(re.findall(r"extract\((\w+) from", texts))
    assert {key.partition("/")[0] for key in FUNCTIONS} | set(CALLS) <= called


def test_every_expression_was_recorded():
    assert [each.text for each in EXPRESSIONS if not each.expected] == []
    assert len(EXPRESSIONS) >= 400


integers = st.integers(min_value=-(2**53), max_value=2**53)


@given(pairs=st.lists(st.tuples(integers, integers.filter(bool)), min_size=1, max_size=20))
def test_whole_numbers_divide_towards_zero(pairs):
    rows = ", ".join(f"(BIGINT '{a}', BIGINT '{b}')" for a, b in pairs)
    got = run_query(f"SELECT a / b AS q, a % b AS r FROM (VALUES {rows}) t(a, b)", load(home="/nonexistent")).to_pylist()
    truncated = [(abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)) for a, b in pairs]
    assert [row["q"] for row in got] == truncated
    assert [row["q"] * b + row["r"] for row, (_, b) in zip(got, pairs, strict=True)] == [a for a, _ in pairs]
