"""Patterns that two libraries read: which groups always take part, and what a replacement says."""

import re
import warnings

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlglot import exp

from eddyline.errors import QueryError
from eddyline.lake.dialect.patterns import certain_group, json_path, replacement, same_in_both


def text(value: str) -> exp.Literal:
    return exp.Literal.string(value)


def group(pattern: str, number: int) -> int:
    return certain_group(text(pattern), [exp.Literal.number(number)])


@pytest.mark.parametrize(
    ("pattern", "number"), [("(a)", 1), ("(a|b)", 1), ("(a*)b", 1), ("((a|b)c)+", 1), ("(?:x)(a)", 1), (r"\((a)", 1), ("[(](a)", 1), ("(a)(b)", 2), ("(a)+", 1)]
)
def test_a_group_that_always_takes_part_may_be_asked_for(pattern, number):
    assert group(pattern, number) == number


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("(a)?", 1),
        ("(a)*", 1),
        ("(a){0,1}", 1),
        ("(a)|b", 1),
        ("b|(a)", 1),
        ("(?:(a)|b)", 1),
        ("(?:(a))?", 1),
        ("((a)|b)", 2),
        ("(a)", 2),
        ("a", 1),
        (r"\(a\)", 1),
    ],
)
def test_a_group_that_a_match_may_leave_out_is_refused(pattern, number):
    with pytest.raises(QueryError, match="--engine trino"):
        group(pattern, number)


@given(pattern=st.text("ab()|?*+[]\\^:", max_size=12), number=st.integers(1, 3), subject=st.text("ab()|", max_size=8))
def test_what_is_said_to_take_part_takes_part_in_every_match(pattern, number, subject):
    with warnings.catch_warnings(action="ignore"):
        try:
            compiled = re.compile(pattern)
        except re.error:
            assume(False)
    try:
        group(pattern, number)
    except QueryError:
        return
    assert all(match.group(number) is not None for match in compiled.finditer(subject))


@pytest.mark.parametrize("pattern", ["a(?=b)", "(?<!a)b", r"(a)\1", "a++", "a*+", r"\Ga", "[a&&b]", r"\h"])
def test_a_pattern_that_only_java_reads_is_refused(pattern):
    with pytest.raises(QueryError, match="--engine trino"):
        same_in_both(text(pattern))


@given(parts=st.lists(st.sampled_from([r"\$", "$1", "$0", "x", r"\\", "-"]), max_size=6))
def test_a_replacement_says_the_same_to_re2(parts):
    # Python's own templates have RE2's syntax for groups and backslashes.
    said = replacement(text("".join(parts))).replace(r"\0", r"\g<0>")
    meant = "".join({r"\$": "$", "$1": "b", "$0": "ab", r"\\": "\\"}.get(part, part) for part in parts)
    assert re.sub("a(b)", said, "ab") == meant


@pytest.mark.parametrize("path", ["$.*", "$..a", "$[*]", "a", "$.a b", "$['a']", "$.a[-1]"])
def test_a_json_path_with_more_than_names_and_indexes_is_refused(path):
    with pytest.raises(QueryError):
        json_path(text(path))


def test_a_json_path_is_quoted_for_duckdb():
    assert json_path(text('$.a["User-Agent"][0]')) == '$."a"."User-Agent"[0]'
