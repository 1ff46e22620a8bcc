"""Laws that hold for any moment: hypothesis draws them, also those that no game has seen."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_situations import situation

from eddyline.football.artefacts import load
from eddyline.football.rules import Rules, college, nfl
from eddyline.football.situations import Situations
from eddyline.football.win_probability import between_downs as between

MODEL = load()
BRIEFLY = settings(max_examples=40)
SPREADS = st.none() | st.floats(-40, 40).map(lambda points: round(points * 2) / 2)
RULES = st.sampled_from([nfl(2010), nfl(2014), nfl(2019), nfl(2024), nfl(2025), nfl(2023, postseason=True), nfl(2013, postseason=True)])


@st.composite
def moments(draw: st.DrawFn, quarters: tuple[int, int] = (1, 5)) -> Situations:
    spot = draw(st.integers(1, 99))
    spread = draw(SPREADS)
    quarter = draw(st.integers(*quarters))
    return situation(
        quarter=quarter,
        seconds=draw(st.integers(0, 900) | st.integers(0, 120)),
        margin=draw(st.integers(-60, 60) | st.integers(-10, 10)),
        down=draw(st.integers(1, 4)),
        distance=draw(st.integers(1, min(spot, 30))),
        yards_to_goal=spot,
        timeouts=draw(st.integers(0, 3)),
        opponent_timeouts=draw(st.integers(0, 3)),
        receives_second_half=draw(st.integers(0, 1)) if quarter <= 2 else 0,
        home=draw(st.integers(0, 1)),
        spread=np.nan if spread is None else spread,
    )


@BRIEFLY
@given(moments(), RULES)
def test_win_loss_and_tie_add_up_to_one_and_none_is_below_zero(moment: Situations, rules: Rules) -> None:
    for chances in (MODEL.chances(moment, rules), MODEL.kickoff(moment, rules), MODEL.after_touchdown(moment, rules), MODEL.after_play(moment, rules)):
        parts = [float(part[0]) for part in (chances.win, chances.loss, chances.tie)]
        assert sum(parts) == pytest.approx(1.0, abs=1e-12)
        assert all(0.0 <= part <= 1.0 for part in parts)


@settings(max_examples=150)
@given(moments(), st.integers(1, 30), RULES)
def test_more_points_never_make_a_win_less_likely(moment: Situations, points: int, rules: Rules) -> None:
    fewer, more = (MODEL.chances(each, rules) for each in (moment, between.scored(moment, points)))
    assert more.win[0] >= fewer.win[0] - 1e-12
    assert more.loss[0] <= fewer.loss[0] + 1e-12


@pytest.mark.parametrize("rules", [nfl(2010), nfl(2018), nfl(2025)])
def test_among_many_random_moments_no_point_more_makes_a_win_less_likely(rules: Rules) -> None:
    rows, rng = 40_000, np.random.default_rng(11)
    spots, quarters = rng.integers(1, 100, rows), rng.integers(1, 6, rows)
    drawn = {
        "quarter": quarters,
        "seconds": np.where(rng.random(rows) < 0.5, rng.integers(0, 121, rows), rng.integers(0, 901, rows)),
        "margin": rng.integers(-25, 25, rows),
        "down": rng.integers(1, 5, rows),
        "distance": np.minimum(rng.integers(1, 31, rows), spots),
        "yards_to_goal": spots,
        "timeouts": rng.integers(0, 4, rows),
        "opponent_timeouts": rng.integers(0, 4, rows),
        "home": rng.integers(0, 2, rows),
    }
    flags, spread = (rng.random(rows) < 0.5) & (quarters < 3), np.where(rng.random(rows) < 0.5, rng.integers(-60, 61, rows) / 2, np.nan)
    moments = Situations(**{name: column.astype(np.int32) for name, column in drawn.items()}, receives_second_half=flags, spread=spread)
    fewer, more = MODEL.chances(moments, rules), MODEL.chances(between.scored(moments, 1), rules)
    assert (more.win - fewer.win).min() >= -1e-12
    assert (fewer.loss - more.loss).min() >= -1e-12


def test_in_overtime_no_deficit_is_better_than_a_smaller_one() -> None:
    leads = np.arange(-12, 4, dtype=np.int32)
    for rules in (nfl(2010), nfl(2018), nfl(2025), nfl(2024, postseason=True), college(2024)):
        for seconds in (0, 30, 200, 600):
            for spot in (1, 30, 80):
                one = situation(quarter=5, seconds=seconds, yards_to_goal=spot, distance=1, down=3)
                rows = replace(one.take(np.zeros(len(leads), dtype=np.intp)), margin=leads)
                chances = MODEL.chances(rows, rules)
                assert np.diff(chances.win).min() >= -1e-12, (rules.overtime, seconds, spot)
                assert np.diff(chances.loss).max() <= 1e-12, (rules.overtime, seconds, spot)


def test_every_lead_from_60_behind_to_60_ahead_is_worth_at_least_the_one_before() -> None:
    leads = np.arange(-60, 61, dtype=np.int32)
    for seconds in (0, 5, 60, 300):
        for spot in (1, 37, 75):
            for spread in (np.nan, -14.0, 14.0):
                one = situation(quarter=4, seconds=seconds, yards_to_goal=spot, distance=1, spread=spread, timeouts=1, down=4)
                rows = replace(one.take(np.zeros(len(leads), dtype=np.intp)), margin=leads)
                assert np.diff(MODEL.chances(rows, nfl(2018)).win).min() >= -1e-12, (seconds, spot, spread)


@BRIEFLY
@given(moments(quarters=(2, 4)), RULES)
def test_the_teams_swapped_with_their_home_flag_and_the_spreads_sign_give_the_rest(moment: Situations, rules: Rules) -> None:
    # The same kickoff, told by who receives and by who kicks: margin, timeouts, home flag and spread change sides.
    moment = replace(moment, quarter=np.where(moment.quarter == 2, 3, moment.quarter), receives_second_half=np.array([False]))
    bench, other_bench = MODEL.kickoff(moment, rules), MODEL.kicking_off(between.turned(moment), rules)
    assert bench.win[0] == pytest.approx(other_bench.loss[0], abs=1e-12)
    assert bench.tie[0] == pytest.approx(other_bench.tie[0], abs=1e-12)


@BRIEFLY
@given(moments(quarters=(1, 3)), RULES)
def test_the_end_of_the_first_and_the_third_quarter_changes_nothing(moment: Situations, rules: Rules) -> None:
    if moment.quarter[0] == 2:
        return
    at_zero = replace(moment, seconds=np.array([0], dtype=np.int32))
    begun = replace(moment, quarter=moment.quarter + 1, seconds=np.array([900], dtype=np.int32))
    assert MODEL.after_play(at_zero, rules).win[0] == MODEL.chances(begun, rules).win[0]
    assert MODEL.chances(at_zero, rules).win[0] == pytest.approx(MODEL.chances(begun, rules).win[0], abs=1e-12)


@BRIEFLY
@given(moments(quarters=(4, 4)), RULES)
def test_the_end_is_exact(moment: Situations, rules: Rules) -> None:
    chances = MODEL.after_play(replace(moment, seconds=np.array([0], dtype=np.int32), spread=np.array([np.nan])), rules)
    lead = moment.margin[0]
    if lead:
        assert (chances.win[0], chances.tie[0]) == (float(lead > 0), 0.0)
    else:
        assert chances.win[0] + chances.tie[0] / 2 == pytest.approx(0.5, abs=1e-9)
        assert chances.tie[0] > 0 if rules.overtime.may_tie else chances.tie[0] == 0


@settings(max_examples=80)
@given(moments(), RULES)
def test_the_fast_way_for_one_moment_says_the_same_as_the_columns(moment: Situations, rules: Rules) -> None:
    informed, plain = MODEL.one(moment, rules)
    unknown = replace(moment, spread=np.array([np.nan]))
    for single, chances in ((informed, MODEL.chances(moment, rules)), (plain, MODEL.chances(unknown, rules))):
        assert (single.win, single.tie) == pytest.approx((chances.win[0], chances.tie[0]), abs=1e-9)
        assert single.win + single.loss + single.tie == pytest.approx(1.0, abs=1e-12)


@BRIEFLY
@given(st.lists(moments(), min_size=2, max_size=6), RULES)
def test_a_moment_has_the_same_chances_alone_and_among_others(several: list[Situations], rules: Rules) -> None:
    names = [name for name in Situations.__slots__ if name != "overtime_possessions"]
    together = Situations(**{name: np.concatenate([getattr(one, name) for one in several]) for name in names})
    alone = [float(MODEL.chances(one, rules).win[0]) for one in several]
    assert MODEL.chances(together, rules).win.tolist() == pytest.approx(alone, abs=1e-9)


@BRIEFLY
@given(moments(), RULES)
def test_refits_answer_near_the_model_and_within_zero_and_one(moment: Situations, rules: Rules) -> None:
    refits = MODEL.chances_of_refits(moment, rules)
    assert refits.shape == (30, 1)
    assert refits.min() >= 0.0
    assert refits.max() <= 1.0


@BRIEFLY
@given(moments(quarters=(1, 4)))
def test_college_has_no_ties(moment: Situations) -> None:
    assert MODEL.chances(moment, college(2024)).tie[0] == 0.0
