"""The result: passed only when all happened and nothing is wrong; each component is told what it stood."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eddyline.cli.prove import BENEATH, Storage, command_of
from eddyline.prove.faults.strike import Strike
from eddyline.prove.judge import Finding, Wrong
from eddyline.prove.ledger import Answer, Attempt, Sent, Via
from eddyline.prove.proof import Plan
from eddyline.prove.result import Occurrence, Result, times
from eddyline.prove.schedule import Fault, Kind


def occurrence(target, at, kind=Kind.KILL, *, fired=True, visible=2.0, crash_points=()):
    return Occurrence(Fault(kind, target, 0, crash_points=crash_points), Strike(at, at, fired, "seen"), 1.0, visible)


@pytest.fixture
def passed():
    return Result(
        plan={"require_all": False},
        command="eddyline prove --seed 1",
        ledger="ledger",
        seconds=1.0,
        attempts=[Attempt(Sent(1, 0.0, Via.HTTP, "e"), Answer.ACKNOWLEDGED)],
        findings=[],
        verdict="all is well",
        balanced=True,
        counts={"landed": 1},
        occurrences=[occurrence("api", 10.0), occurrence("landing", 20.0, crash_points=("one", "two"))],
        not_run={},
        left_out=0,
        peak_memory_mb={"api": 100.0},
    )


def test_a_proof_passes_when_all_happened_and_nothing_is_wrong(passed):
    assert passed.failed == []
    assert passed.as_json()["passed"]
    json.dumps(passed.as_json())


@pytest.mark.parametrize(
    "change",
    [
        {"findings": [Finding(Wrong.LOST, "e", "gone")]},
        {"balanced": False},
        {"compared": {"players' states: redis": 0}},
        {"reads": Counter({200: 9, 404: 1, 503: 2, 0: 1, 500: 1})},
        {"occurrences": [occurrence("api", 1.0, fired=False)]},
        {"occurrences": [occurrence("api", 1.0, visible=None)]},
        {"plan": {"require_all": True}, "not_run": {"disk of broker": "no right to mount"}},
        {"plan": {"require_all": True}, "left_out": 1},
    ],
    ids=["lost", "unbalanced", "nothing compared", "a read that failed", "not fired", "not recovered", "not run but required", "left out but required"],
)
def test_whatever_is_wrong_fails_it(passed, change):
    failed = replace(passed, **change)
    assert len(failed.failed) == 1
    assert not failed.as_json()["passed"]


def test_what_cannot_run_here_fails_it_only_where_all_is_required(passed):
    assert replace(passed, not_run={"disk of broker": "no right to mount"}, left_out=3).failed == []


def test_a_kill_and_its_crash_points_count_as_kills(passed):
    kills = {stood.name: stood.kills for stood in passed.components()}
    assert kills == {"api": 1, "landing": 3}


def test_a_lost_event_counts_with_the_fault_nearest_to_its_sending(passed):
    found = replace(passed, findings=[Finding(Wrong.LOST, "a", "", 11.0), Finding(Wrong.DOUBLED, "b", "", 19.0), Finding(Wrong.LOST, "c", "", 300.0)])
    assert {stood.name: (stood.lost, stood.doubled) for stood in found.components()} == {"api": (1, 0), "landing": (1, 1)}


def test_without_faults_what_is_lost_counts_with_none(passed):
    found = replace(passed, occurrences=[], findings=[Finding(Wrong.LOST, "a", "", 11.0)])
    assert [stood.name for stood in found.components() if stood.lost] == ["no fault"]


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e6)), max_size=50))
def test_percentiles_are_seconds_that_were_measured(seconds):
    known = [round(each, 2) for each in seconds if each is not None]
    found = times(seconds)
    assert (found is None) == (not known)
    if found:
        assert found.p50 <= found.p95 <= found.most == max(known)
        assert {found.p50, found.p95} <= set(known)


def test_the_command_repeats_the_proof():
    plan = Plan(7, 3, ("api",), (Kind.KILL, Kind.CUT), rate=100.0)
    assert command_of(plan) == "eddyline prove --seed 7 --kills 3 --component api --fault kill --fault cut --rate 100"


def test_the_command_names_what_a_storage_brings_along():
    assert command_of(Plan(7, extras=BENEATH[Storage.HDFS])) == "eddyline prove --seed 7 --kills 2 --with hdfs --with postgres"
