"""What a seed draws: the same faults each time, and all that was asked for."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from eddyline.prove.schedule import AWAY_S, CONNECTION_FAULTS, SHORT_AWAY_S, SHORTEST_GAP_S, Kind, Scope, draw

COMPONENTS = ("api", "landing", "broker")
POINTS = ("one", "two", "three")
FULL = Scope(COMPONENTS, ("api-broker", "landing-broker"), ("disk of broker",), {"landing": POINTS})
seeds, kills = st.integers(0, 2**31), st.integers(1, 60)


@given(seeds, kills)
def test_a_seed_draws_the_same_faults_again(seed, kills):
    assert draw(seed, FULL, kills) == draw(seed, FULL, kills)


@given(seeds, kills)
def test_each_component_is_killed_as_often_as_asked_and_each_kind_of_fault_comes(seed, kills):
    faults = draw(seed, FULL, kills)
    killed = Counter(fault.target for fault in faults if fault.kind in {Kind.KILL, Kind.AWAY})
    assert killed == dict.fromkeys(COMPONENTS, kills)
    assert {fault.kind for fault in faults} == set(Kind) - {Kind.CRASH}
    assert set(CONNECTION_FAULTS) <= {fault.kind for fault in faults}


@given(seeds, kills)
def test_every_crash_point_is_reached_and_only_by_the_landing_job(seed, kills):
    faults = draw(seed, FULL, kills)
    assert {point for fault in faults for point in fault.crash_points} == set(POINTS)
    assert {fault.target for fault in faults if fault.crash_points} == {"landing"}


@given(seeds, kills)
def test_the_stack_runs_well_between_faults(seed, kills):
    assert all(fault.after_s >= SHORTEST_GAP_S for fault in draw(seed, FULL, kills))


def test_without_kills_nothing_strikes():
    assert draw(1, FULL, 0) == []


def test_a_long_proof_keeps_the_broker_away_for_a_minute():
    lengths = [{fault.for_s for fault in draw(1, FULL, kills) if fault.kind is Kind.AWAY} for kills in (2, 50)]
    assert lengths == [{SHORT_AWAY_S}, {AWAY_S}]


@given(seeds, kills, st.sets(st.sampled_from(list(Kind)), min_size=1))
def test_only_the_kinds_that_were_asked_for_strike(seed, kills, kinds):
    faults = draw(seed, Scope(COMPONENTS, ("api-broker",), ("disk of broker",), {"landing": POINTS}, tuple(kinds)), kills)
    assert {fault.kind for fault in faults if not fault.crash_points} <= kinds
    assert bool([fault for fault in faults if fault.crash_points]) == (Kind.CRASH in kinds)
