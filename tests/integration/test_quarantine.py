"""Quarantined records are repaired: sent again with their own id and time, landed once, however often it is tried."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pipeline import Pipeline, purchase
from typer.testing import CliRunner

from eddyline.cli.app import _app
from eddyline.contracts.places import Place
from eddyline.contracts.reasons import Reason
from eddyline.contracts.repair.mapping import NO_MAPPING, Mapping, read_mapping
from eddyline.contracts.tables import GAME_EVENTS, QUARANTINE, REPLAYS
from eddyline.game.spoiling import EMPTY_WAY, RARE_WAYS, WAYS
from eddyline.lake.quarantine import replay as replaying
from eddyline.lake.quarantine.items import Choice, State, groups, open_items, places
from eddyline.lake.quarantine.replay import Asked, Replayed, replay
from eddyline.lake.verification.accounting import Fate
from eddyline.lake.verification.holdings import Route
from eddyline.lake.verification.verify import verify

pytestmark = pytest.mark.integration
WRONG_NAMES = read_mapping(
    b"""
[[rule]]
reason = "wrong_type"
replace = { quantity = { two = 2 } }

[[rule]]
reason = "unknown_event_type"
replace = { event_type = { ride_dragon = "use_item" } }
drop = ["price", "quantity"]

[[rule]]
reason = "missing_field"
default = { user_id = "nobody", item_type = "sword" }

[[rule]]
reason = "clock"
drop = ["occurred_at"]

[[rule]]
reason = "out_of_range"
replace = { quantity = { "-3" = 3 } }

[[rule]]
reason = "unknown_field"
drop = ["colour"]
""",
    toml=True,
)
BEYOND_REPAIR = {Reason.MALFORMED_JSON, Reason.NOT_AN_EVENT, Reason.DUPLICATE_KEY, Reason.TOO_LARGE, Reason.EMPTY}


def repair(pipeline: Pipeline, mapping: Mapping = NO_MAPPING, *, dry_run: bool = False, **choice) -> Replayed:
    return replay(pipeline.settings, Asked(Choice(**choice), mapping, dry_run=dry_run), lambda done, total: None)


def attempts(pipeline: Pipeline) -> dict[Place, int]:
    """Map the place of each open item to how many attempts it has had."""
    found = open_items(pipeline.settings)
    return dict(zip(places(found), found["attempts"].to_pylist(), strict=True))


def spoiled(count: int) -> list[tuple[Reason, bytes]]:
    ways = [*WAYS, *RARE_WAYS, EMPTY_WAY]
    made = []
    for number in range(count):
        _, reason, spoil = ways[number % len(ways)]
        event = purchase(f"bad-{number}") | {"occurred_at": datetime.now(UTC).isoformat(), "quantity": 1}
        made.append((reason, spoil(event)))
    return made


def balance(pipeline: Pipeline, repaired: int = 0) -> Counter:
    verification = verify(pipeline.settings, wait_s=0, routes=(Route(pipeline.topic, GAME_EVENTS), Route(pipeline.topic.dead_letters, None)))
    assert verification.balanced
    assert verification.repaired == repaired
    return Counter({fate: count for fate, count in verification.total.items() if count})


def test_what_a_mapping_repairs_lands_once_and_the_rest_stays_with_its_attempt(pipeline):
    bad = spoiled(60)
    for number, (_, value) in enumerate(bad):
        pipeline.produce(*[purchase(f"good-{number}-{each}") for each in range(9)])
        if number % 4 == 3:
            pipeline.refuse_at_the_door(value, bad[number][0].value)
        else:
            pipeline.produce(value)
    pipeline.land()
    assert balance(pipeline) == {Fate.LANDED: 540, Fate.QUARANTINED: 60}

    repairable = sum(reason not in BEYOND_REPAIR for reason, _ in bad)
    found = repair(pipeline, WRONG_NAMES)
    assert (found.sent, found.failed.total()) == (repairable, 60 - repairable)
    assert set(found.failed) <= {reason.value for reason in BEYOND_REPAIR}
    pipeline.land()
    assert balance(pipeline, repairable) == {Fate.LANDED: 540 + repairable, Fate.QUARANTINED: 60}
    events = pipeline.events()
    truth = {f"bad-{number}" for number, (reason, _) in enumerate(bad) if reason not in BEYOND_REPAIR}
    assert {event for event in events if not event.startswith("good-")} == truth
    assert len(set(events)) == len(events) == 540 + repairable
    assert set(attempts(pipeline).values()) == {1}
    assert Counter({group.state: 0 for group in groups(pipeline.settings)}).keys() == {State.OPEN, State.REPAIRED}
    assert sum(group.records for group in groups(pipeline.settings) if group.state is State.REPAIRED) == repairable

    again = repair(pipeline, WRONG_NAMES)
    assert (again.sent, again.failed.total()) == (0, 60 - repairable)
    assert set(attempts(pipeline).values()) == {2}


def test_an_event_keeps_its_id_and_its_times(pipeline):
    yesterday = datetime.now(UTC) - timedelta(days=1)
    pipeline.produce({**purchase("a"), "colour": "red", "received_at": yesterday.isoformat(), "occurred_at": yesterday.isoformat()})
    pipeline.land()
    repair(pipeline, WRONG_NAMES)
    pipeline.land()
    (row,) = pipeline.rows()
    assert (row["event_id"], row["occurred_at"], row["received_at"]) == ("a", yesterday, yesterday)


def test_a_replay_that_died_before_it_wrote_down_what_it_sent_is_run_again_and_nothing_doubles(pipeline):
    pipeline.produce({**purchase("a"), "colour": "red"})
    pipeline.land()
    assert repair(pipeline, WRONG_NAMES).sent == 1
    pipeline.drop_rows(REPLAYS)
    assert repair(pipeline, WRONG_NAMES).sent == 1
    pipeline.land()
    assert pipeline.events() == ["a"]
    assert balance(pipeline, 1) == {Fate.LANDED: 1, Fate.QUARANTINED: 1, Fate.RESEND: 1}
    assert attempts(pipeline) == {}


def test_an_event_that_landed_long_ago_is_not_sent_again(pipeline):
    pipeline.produce({**purchase("a"), "colour": "red"})
    pipeline.land()
    repair(pipeline, WRONG_NAMES)
    pipeline.land()
    landed = pipeline.rows()
    # As if the replay had died before it wrote its attempt down, and the first copy had landed far beyond the horizon.
    pipeline.drop_rows(REPLAYS)
    pipeline.drop_rows(GAME_EVENTS)
    pipeline.append(GAME_EVENTS, *[row | {"landed_at": row["landed_at"] - timedelta(days=300)} for row in landed])
    again = repair(pipeline, WRONG_NAMES)
    assert (again.sent, again.landed) == (0, 1)
    assert attempts(pipeline) == {}
    assert balance(pipeline, 1) == {Fate.LANDED: 1, Fate.QUARANTINED: 1}


def test_a_dry_run_sends_and_writes_nothing(pipeline):
    pipeline.produce({**purchase("a"), "colour": "red"}, b"no json")
    pipeline.land()
    found = repair(pipeline, WRONG_NAMES, dry_run=True)
    assert (found.sent, dict(found.failed)) == (1, {"malformed_json": 1})
    assert pipeline.rows(REPLAYS) == []
    assert set(attempts(pipeline).values()) == {0}


def test_only_what_was_asked_for_is_replayed(pipeline):
    pipeline.produce({**purchase("a"), "colour": "red"}, {**purchase("b"), "colour": "red"}, {**purchase("c"), "quantity": "two"})
    pipeline.land()
    assert repair(pipeline, WRONG_NAMES, event_ids=frozenset({"a"})).sent == 1
    assert repair(pipeline, WRONG_NAMES, reason="wrong_type").sent == 1
    assert repair(pipeline, WRONG_NAMES, places=frozenset({Place(pipeline.topic.name, 0, 1)})).sent == 1
    pipeline.land()
    assert sorted(pipeline.events()) == ["a", "b", "c"]


def test_an_event_whose_id_another_one_has_lands_under_an_id_of_its_own(pipeline):
    pipeline.produce(purchase("a"), purchase("a", price=7))
    pipeline.land()
    assert dict(repair(pipeline).failed) == {"id_conflict": 1}
    new_id = read_mapping(b'[[rule]]\nreason = "id_conflict"\nnew_event_id = true\n', toml=True)
    assert repair(pipeline, new_id).sent == 1
    pipeline.land()
    assert sorted(pipeline.events()) == ["a", f"kafka:{pipeline.topic.name}:0:1"]
    assert attempts(pipeline) == {}
    assert [json.loads(row["value"])["price"] for row in pipeline.rows(QUARANTINE)] == [7]


def test_a_replayed_record_that_is_refused_again_is_one_item_with_two_attempts(pipeline):
    pipeline.produce({**purchase("a"), "colour": "red"})
    pipeline.land()
    # Before the replayed record is decided, another event takes its id.
    pipeline.produce(purchase("a", price=99))
    assert repair(pipeline, WRONG_NAMES).sent == 1
    pipeline.land()
    assert attempts(pipeline) == {Place(pipeline.topic.name, 0, 0): 1}
    (group,) = groups(pipeline.settings)
    assert (group.state, group.reason, group.records, group.attempts) == (State.OPEN, "id_conflict", 1, 1)
    assert Counter(pipeline.marks(QUARANTINE)) == {(0, 0): 1, (0, 2): 1}


def test_a_dead_letter_is_judged_by_the_doors_facts_and_not_by_what_the_client_claims(pipeline):
    claims = {"tenant": "stolen", "received_at": "2020-01-01T00:00:00Z", "headers": {"Host": "forged"}, "colour": "red"}
    pipeline.refuse_at_the_door(json.dumps({**purchase("a"), **claims}).encode(), "unknown_field")
    pipeline.land()
    assert repair(pipeline, WRONG_NAMES).sent == 1
    pipeline.land()
    (row,) = pipeline.rows()
    assert (row["event_id"], row["tenant"], row["headers"]) == ("a", "public", None)
    assert row["received_at"] == pipeline.rows(QUARANTINE)[0]["received_at"]


def test_what_an_older_contract_refused_is_replayed_without_a_mapping_and_named_by_its_own_place(pipeline):
    event = purchase("")
    del event["event_id"]
    pipeline.produce({**event, "colour": "red"})
    pipeline.land()
    (row,) = pipeline.rows(QUARANTINE)
    pipeline.drop_rows(QUARANTINE)
    value = json.dumps(event).encode()
    pipeline.append(QUARANTINE, row | {"value": value, "value_length": len(value)})
    assert repair(pipeline).sent == 1
    pipeline.land()
    assert pipeline.events() == [f"kafka:{pipeline.topic.name}:0:0"]


def test_a_replay_cut_off_midway_is_run_again_and_each_event_lands_once(pipeline, monkeypatch):
    pipeline.produce(*({**purchase(f"e{number}"), "colour": "red"} for number in range(10)))
    pipeline.land()
    monkeypatch.setattr("eddyline.lake.quarantine.replay.RECORDS_AT_ONCE", 3)
    write_down = replaying._Replay._write_down
    written = []

    def killed_at_the_second_time(self, attempts):
        written.append(len(attempts))
        if len(written) == 2:
            raise KeyboardInterrupt
        write_down(self, attempts)

    monkeypatch.setattr(replaying._Replay, "_write_down", killed_at_the_second_time)
    with pytest.raises(KeyboardInterrupt):
        repair(pipeline, WRONG_NAMES)
    assert written == [3, 3]
    assert repair(pipeline, WRONG_NAMES).sent == 7
    pipeline.land()
    assert sorted(pipeline.events()) == [f"e{number}" for number in range(10)]
    assert balance(pipeline, 10) == {Fate.LANDED: 10, Fate.QUARANTINED: 10, Fate.RESEND: 3}


def command(pipeline: Pipeline, *arguments: str) -> Any:
    environment = {
        "EDDYLINE_HOME": str(pipeline.settings.home),
        "EDDYLINE_KAFKA__BOOTSTRAP_SERVERS": pipeline.settings.kafka.bootstrap_servers,
        "COLUMNS": "250",
    }
    answer = CliRunner().invoke(_app(["quarantine"]), ["quarantine", *arguments], env=environment)
    assert answer.exit_code == 0, (answer.output, answer.exception)
    return json.loads(answer.stdout) if "--json" in arguments else answer.stdout


def test_the_commands_say_what_is_open_why_and_what_helps(pipeline, tmp_path):
    wrong = {**purchase("a"), "itemType": "shield", "headers": {"Authorization": "Bearer hunter2"}}
    del wrong["item_type"]
    pipeline.produce(wrong, b"\xff\x00", {**purchase("c"), "quantity": "two"})
    pipeline.land()
    listed = {group["reason"]: group for group in command(pipeline, "list", "--json")}
    assert {reason: (group["records"], group["stage"]) for reason, group in listed.items()} == dict.fromkeys(
        ("unknown_field", "malformed_json", "wrong_type"), (1, "job")
    )
    place = listed["unknown_field"]["example"]
    assert "hunter2" not in command(pipeline, "show", place) + json.dumps(command(pipeline, "show", place, "--json"))
    assert "ff 00" in command(pipeline, "show", listed["malformed_json"]["example"])
    advice = command(pipeline, "explain", "unknown_field", "--json")
    assert (advice["looked_at"], advice["mappings"][0]["repairs"]) == (1, 1)
    (tmp_path / "mapping.toml").write_text(advice["mappings"][0]["mapping"])
    asked = ("replay", "--mapping", str(tmp_path / "mapping.toml"), "--json")
    counts = {"sent": 1, "landed_already": 0, "failed": 2, "failed_by_reason": {"malformed_json": 1, "wrong_type": 1}}
    assert command(pipeline, *asked, "--dry-run") == {"dry_run": True} | counts
    assert command(pipeline, *asked) == {"dry_run": False} | counts
    pipeline.land()
    assert [row["item_type"] for row in pipeline.rows()] == ["shield"]
    assert "attempt 1 failed" in command(pipeline, "list")
    assert "1 repaired" in command(pipeline, "list")
    assert command(pipeline, "replay", "--id", "c", "--since", "2100-01-01", "--json")["failed"] == 0
    assert command(pipeline, "replay", "--id", "c", "--since", "2020-01-01", "--json")["failed"] == 1
