"""Bytes that are no UTF-8 become text as in Trino (recorded in expressions.txt): nothing is lost that was text."""

from hypothesis import given
from hypothesis import strategies as st

from eddyline.lake.mending import REPLACEMENT, mended


@given(text=st.text())
def test_text_stays_as_it_is(text):
    assert mended(text.encode()) == text


@given(value=st.binary(max_size=12), text=st.text(max_size=3))
def test_text_behind_broken_bytes_is_kept(value, text):
    assert mended(value + b"|" + text.encode()) == mended(value) + "|" + text


@given(value=st.binary(max_size=12))
def test_every_broken_sequence_is_one_replacement_character(value):
    parts = value.decode("utf-8", "replace").replace(REPLACEMENT, "")
    assert mended(value).replace(REPLACEMENT, "") == parts
    assert mended(value).count(REPLACEMENT) <= value.decode("utf-8", "replace").count(REPLACEMENT)
