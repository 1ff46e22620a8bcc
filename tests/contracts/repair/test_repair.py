"""Mappings: what they may say, what they do, and what is suggested where a record is no event."""

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eddyline.contracts.decode import Accepted, Rejected, decode, encode
from eddyline.contracts.reasons import Reason
from eddyline.contracts.repair.apply import apply, read_document, repair, write_document
from eddyline.contracts.repair.fields import FIELDS, KINDS, OF_THE_DOOR
from eddyline.contracts.repair.mapping import Mapping, Rule, mapping_schema, read_mapping, write_mapping
from eddyline.contracts.repair.suggestion import suggest
from eddyline.errors import SettingsError
from eddyline.game.spoiling import WAYS
from eddyline.settings import PROJECT_ROOT

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
EVENT = {"event_type": "purchase_item", "event_id": "e", "user_id": "u", "item_type": "sword", "price": 5.0, "occurred_at": NOW.isoformat()}
OWN_FIELDS = sorted(set(KINDS) - OF_THE_DOOR - {"event_type"})
scalars = st.one_of(st.text(max_size=8), st.integers(-(2**40), 2**40), st.booleans(), st.floats(allow_nan=False, allow_infinity=False))
names = st.one_of(st.sampled_from(OWN_FIELDS), st.text(min_size=1, max_size=6))
documents = st.dictionaries(names, st.one_of(scalars, st.none(), st.lists(scalars, max_size=2)))
rules = st.builds(
    Rule,
    rename=st.dictionaries(st.text(min_size=1, max_size=6), st.sampled_from(OWN_FIELDS), max_size=3),
    cast=st.dictionaries(st.sampled_from(OWN_FIELDS), st.sampled_from(["text", "int", "float", "utc", "unix_seconds", "unix_milliseconds"]), max_size=3),
    drop=st.lists(st.text(min_size=1, max_size=6), max_size=2).map(tuple),
    default=st.dictionaries(st.sampled_from(OWN_FIELDS), scalars, max_size=3),
)


def decide(value: bytes) -> Accepted | Rejected:
    return decode(value, "default", NOW)


def read(document: dict) -> dict:
    return json.loads(write_document(document))


@given(documents, rules)
def test_a_rule_invents_no_field_and_forgets_none_that_it_does_not_name(document, rule):
    before = read_document(json.dumps(document).encode())
    after = read(apply(rule, before))
    assert set(after) <= set(document) | set(rule.rename.values()) | set(rule.default)
    assert set(document) - set(rule.rename) - set(rule.drop) <= set(after) | set(rule.drop)


@given(documents, rules)
def test_what_no_rule_names_keeps_its_bytes(document, rule):
    before = read_document(json.dumps(document).encode())
    after = apply(rule, before)
    named = set(rule.rename) | set(rule.rename.values()) | set(rule.cast) | set(rule.drop) | set(rule.default)
    assert {name: bytes(value) for name, value in before.items() if name not in named} == {
        name: bytes(value) for name, value in after.items() if name not in named
    }


@given(documents, rules)
def test_a_default_never_replaces_a_value(document, rule):
    before = read_document(json.dumps(document).encode())
    only = Rule(default=rule.default)
    after = read(apply(only, before))
    assert all(after[name] == value for name, value in document.items() if value is not None)


@given(st.lists(rules, min_size=1, max_size=3))
def test_an_event_stays_as_it_is_whatever_the_mapping(made):
    value = json.dumps(EVENT).encode()
    assert encode(repair(value, Mapping(rule=tuple(made)), decide).event) == encode(decide(value).event)


@given(st.binary(max_size=200), st.lists(rules, max_size=2))
def test_no_bytes_make_a_repair_raise(value, made):
    assert isinstance(repair(value, Mapping(rule=tuple(made)), decide), Accepted | Rejected)


@pytest.mark.parametrize(
    ("spoiled", "expected"),
    [
        ({"item_type": None, "itemType": "sword"}, {"item_type": "sword"}),
        ({"quantity": "2"}, {"quantity": 2}),
        ({"quantity": 2.0}, {"quantity": 2}),
        ({"price": "5.50"}, {"price": 5.5}),
        ({"occurred_at": "2026-11-23T12:00:00"}, {"occurred_at": NOW}),
        ({"occurred_at": NOW.timestamp()}, {"occurred_at": NOW}),
        ({"occurred_at": int(NOW.timestamp() * 1000)}, {"occurred_at": NOW}),
        ({"event_type": "purchaseItem"}, {}),
        ({"user_id": None, "userId": "u7"}, {"user_id": "u7"}),
        ({"colour": "red"}, {}),
    ],
)
def test_what_was_probably_meant_is_suggested_and_makes_an_event(spoiled, expected):
    document = {name: value for name, value in (EVENT | spoiled).items() if value is not None}
    value = json.dumps(document).encode()
    rejected = decide(value)
    assert isinstance(rejected, Rejected)
    mapping = suggest(value, rejected, decide)
    assert mapping is not None
    repaired = repair(value, read_mapping(write_mapping(mapping).encode(), toml=True), decide)
    assert isinstance(repaired, Accepted)
    assert {name: getattr(repaired.event, name) for name in expected} == expected


def test_no_value_is_invented_where_one_is_missing():
    value = json.dumps({name: each for name, each in EVENT.items() if name != "item_type"}).encode()
    assert suggest(value, decide(value), decide) is None


@pytest.mark.parametrize("way", [way for way in WAYS if way[1] in {Reason.MALFORMED_JSON, Reason.NOT_AN_EVENT, Reason.DUPLICATE_KEY}], ids=lambda way: way[0])
def test_nothing_is_suggested_for_what_cannot_be_read(way):
    value = way[2](dict(EVENT))
    assert suggest(value, decide(value), decide) is None


@given(documents)
def test_a_suggestion_always_helps_and_can_be_written_and_read(document):
    value = json.dumps(EVENT | document).encode()
    rejected = decide(value)
    if isinstance(rejected, Rejected) and (mapping := suggest(value, rejected, decide)):
        assert read_mapping(write_mapping(mapping).encode(), toml=True) == mapping
        assert isinstance(repair(value, mapping, decide), Accepted)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "cannot be read"),
        ("[[rule]]\nrenam = {}", "cannot be read"),
        ("[[rule]]\n", "changes nothing"),
        ('[[rule]]\nrename = { itm = "item" }', "no event type has a field `item`"),
        ('[[rule]]\ndefault = { tenant = "other" }', "set by the door"),
        ('[[rule]]\ncast = { quantity = "utc" }', "which a cast to utc does not give"),
        ('[[rule]]\nevent_type = "log_in"\ndefault = { price = 1.0 }', "log_in has no field `price`"),
        ('[[rule]]\nrename = { a = "price", b = "price" }', "two fields get one name"),
        ("[[rule]]\nnew_event_id = true", "new_event_id stands alone"),
        ('[[rule]]\nreplace = { quantity = { "2" = 3, "3" = 4 } }', "replace again"),
    ],
)
def test_a_mapping_file_that_is_wrong_says_what_is(text, problem):
    with pytest.raises(SettingsError, match=problem):
        read_mapping(text.encode(), toml=True)


def test_the_schema_of_a_mapping_names_its_parts():
    rule = mapping_schema()["$defs"]["Rule"]["properties"]
    assert {"rename", "cast", "default", "drop", "replace", "reason", "event_type", "new_event_id"} == set(rule)
    assert set(FIELDS) >= {"purchase_item"}


def test_the_pages_mapping_file_can_be_read_and_repairs() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", (PROJECT_ROOT / "docs" / "quarantine.md").read_text("utf-8"), re.DOTALL)
    mapping = read_mapping(text.encode(), toml=True)
    for spoiled in ({"quantity": "two"}, {"price": "5.5"}, {"occurred_at": int(NOW.timestamp() * 1000)}, {"occurred_at": "2001-01-01T00:00:00Z"}):
        assert isinstance(repair(json.dumps(EVENT | spoiled).encode(), mapping, decide), Accepted)
