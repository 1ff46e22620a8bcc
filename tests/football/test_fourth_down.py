"""Fourth-down advice with the shipped models."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_situations import PLAIN, situation

from eddyline.football.artefacts import load
from eddyline.football.artefacts.fourth_down import load as load_fourth_down
from eddyline.football.fourth_down.advice import Advice
from eddyline.football.fourth_down.after_states import SLOTS, after_states
from eddyline.football.fourth_down.conditions import Conditions
from eddyline.football.fourth_down.options import Option
from eddyline.football.rules import college, nfl


def advice(season: int = 2018, **changes: float) -> Advice:
    at = situation(**{"down": 4, "spread": 0.0, **changes})
    return load_fourth_down().advise(at, Conditions.unknown(season, 1), nfl(season), load())


FOURTH_DOWNS = st.fixed_dictionaries(
    {
        "quarter": st.integers(1, 4),
        "seconds": st.integers(0, 900),
        "margin": st.integers(-28, 28),
        "yards_to_goal": st.integers(1, 99),
        "distance": st.integers(1, 30),
        "timeouts": st.integers(0, 3),
        "opponent_timeouts": st.integers(0, 3),
        "receives_second_half": st.integers(0, 1),
        "spread": st.sampled_from([-14.0, 0.0, 3.0, np.nan]),
    }
)
PLAIN_COLUMNS = (*PLAIN, "spread")


@given(FOURTH_DOWNS)
def test_every_option_is_a_chance_and_lies_between_what_it_may_lead_to(moment: dict[str, float]) -> None:
    told = advice(**moment)
    offered = told.options[~np.isnan(told.options)]
    assert len(offered) >= 2
    assert ((offered >= 0) & (offered <= 1)).all()
    low, high = sorted((told.worth.converted[0], told.worth.failed[0]))
    assert low - 1e-9 <= told.of(Option.GO)[0] <= high + 1e-9
    assert told.margin[0] == pytest.approx(np.sort(offered)[-1] - np.sort(offered)[-2])
    assert 0 <= told.confidence[0] <= 1


@given(st.integers(1, 99), st.integers(1, 30), st.integers(2009, 2030))
def test_the_weights_of_what_may_happen_add_up_to_one(yards_to_goal: int, distance: int, season: int) -> None:
    model = load_fourth_down()
    at = situation(yards_to_goal=yards_to_goal, distance=distance)
    gains = model.conversions.gains(at)
    punt = model.punts.landings(at.yards_to_goal, Conditions.unknown(season, 1))
    assert gains.beyond_weights.sum() == pytest.approx(1)
    assert gains.short_weights.sum() == pytest.approx(1)
    assert (punt.ordinary + punt.touchback + punt.blocked + punt.kept + punt.returned)[0] == pytest.approx(1)
    assert punt.ordinary[0] > 0


def test_a_kick_beyond_63_yards_and_a_punt_inside_the_35_are_no_options() -> None:
    far, near, between = advice(yards_to_goal=46), advice(yards_to_goal=34), advice(yards_to_goal=45)
    assert np.isnan(far.options[0]).tolist() == [False, True, False]
    assert np.isnan(near.options[0]).tolist() == [False, False, True]
    assert not np.isnan(between.options[0]).any()


def test_fourth_and_long_in_the_own_half_is_a_punt_and_fourth_and_inches_at_midfield_is_none() -> None:
    assert advice(yards_to_goal=85, distance=15).names() == [Option.PUNT]
    assert advice(yards_to_goal=50, distance=1).names() == [Option.GO]


def test_three_behind_at_the_end_a_short_kick_is_tried_and_four_behind_it_is_not() -> None:
    moment = {"quarter": 4, "seconds": 20, "yards_to_goal": 18, "distance": 8, "timeouts": 0, "opponent_timeouts": 0}
    assert advice(margin=-3, **moment).names() == [Option.FIELD_GOAL]
    assert advice(margin=-4, **moment).names() == [Option.GO]
    assert advice(margin=-2, **moment).of(Option.FIELD_GOAL)[0] > 0.6


def test_farther_kicks_are_harder_and_later_seasons_and_roofs_make_them_easier() -> None:
    kicks = load_fourth_down().field_goals
    spots = np.arange(1, 46, dtype=np.int32)
    make = kicks.make(spots, Conditions.unknown(2018, len(spots)))
    assert (np.diff(make) < 0).all()
    assert (kicks.make(spots, Conditions.unknown(2025, len(spots))) > make).all()
    indoors = replace(Conditions.unknown(2018, len(spots)), indoor=np.ones(len(spots), dtype=np.bool_))
    assert (kicks.make(spots, indoors) > make).all()


def test_the_drift_of_seasons_is_bounded() -> None:
    spots = np.array([30], dtype=np.int32)
    kicks = load_fourth_down().field_goals
    make = [kicks.make(spots, Conditions.unknown(season, 1))[0] for season in (2018, 2025, 2031, 2090)]
    assert make[0] < make[1] < make[2] == make[3]
    assert make[3] - make[0] < 0.1


def test_a_longer_way_to_go_is_converted_less_often() -> None:
    conversions = load_fourth_down().conversions
    at = situation(down=4, yards_to_goal=50)
    chances = [float(conversions.convert(replace(at, distance=np.array([yards], dtype=np.int32)), Conditions.unknown(2018, 1))[0]) for yards in range(1, 21)]
    assert (np.diff(chances) < 0).all()
    assert 0.6 < chances[0] < 0.75
    assert 0.25 < chances[9] < 0.4


def test_a_favourite_in_a_high_scoring_game_converts_more_often_and_an_unknown_total_is_the_usual_one() -> None:
    model, at = load_fourth_down(), situation(down=4, distance=3, spread=10.0)
    usual = model.conversions.convert(at, Conditions(2018, np.array([False]), np.array([44.0])))
    assert model.conversions.convert(at, Conditions.unknown(2018, 1)) == usual
    assert model.conversions.convert(at, Conditions(2018, np.array([False]), np.array([54.0]))) > usual
    assert model.conversions.convert(replace(at, spread=-at.spread), Conditions.unknown(2018, 1)) < usual


def test_after_a_missed_kick_the_opponent_has_it_where_it_was_kicked_but_not_inside_its_20() -> None:
    model, rules = load_fourth_down(), nfl(2018)
    for spot, theirs in ((30, 63), (5, 80)):
        at = situation(down=4, yards_to_goal=spot, margin=3, timeouts=1, home=1, spread=2.0)
        states = after_states(at, model.conversions.gains(at), model.punts.landings(at.yards_to_goal, Conditions.unknown(2018, 1)), rules)
        missed = states.situations.take(np.array([SLOTS.missed]))
        assert (missed.yards_to_goal[0], missed.margin[0], missed.home[0], missed.spread[0]) == (theirs, -3, 0, -2.0)
        assert (missed.timeouts[0], missed.opponent_timeouts[0], missed.down[0], missed.seconds[0]) == (3, 1, 1, 894)


def test_a_touchdown_counts_six_seven_or_eight_and_the_other_team_receives() -> None:
    model, at = load_fourth_down(), situation(down=4, yards_to_goal=2, distance=2, margin=-3)
    states = after_states(at, model.conversions.gains(at), model.punts.landings(at.yards_to_goal, Conditions.unknown(2018, 1)), nfl(2018))
    assert states.situations.margin[SLOTS.touchdown].tolist() == [-3, -4, -5]
    assert states.situations.yards_to_goal[SLOTS.touchdown].tolist() == [74, 74, 74]
    assert states.ours[0, SLOTS.touchdown].tolist() == [0, 0, 0]


def test_goal_to_go_a_first_down_is_a_touchdown() -> None:
    gains = load_fourth_down().conversions.gains(situation(down=4, distance=4, yards_to_goal=4))
    assert gains.touchdown.tolist() == [1.0]
    assert load_fourth_down().conversions.gains(situation(down=4, distance=1, yards_to_goal=60)).touchdown[0] < 0.05


def test_the_net_of_a_punt_grows_with_the_room_and_shrinks_with_a_later_touchback() -> None:
    punts, spots = load_fourth_down().punts, np.array([38, 50, 65, 80], dtype=np.int32)
    landings = punts.landings(spots, Conditions.unknown(2018, 4))
    net = landings.net(spots, 20)
    assert (np.diff(net) > 0).all()
    assert 38 < net[2] < 45
    assert (landings.net(spots, 25) <= net).all()


def test_the_advice_of_one_is_that_of_many() -> None:
    model, rules, columns = load_fourth_down(), nfl(2018), [{"yards_to_goal": spot, "distance": 1 + spot % 7} for spot in range(1, 99, 9)]
    rows = [situation(down=4, spread=1.5, **changes) for changes in columns]
    many = type(rows[0])(**{name: np.concatenate([getattr(row, name) for row in rows]) for name in PLAIN_COLUMNS})
    together = model.advise(many, Conditions.unknown(2018, len(rows)), rules, load())
    alone = [model.advise(row, Conditions.unknown(2018, 1), rules, load()) for row in rows]
    assert together.names() == [told.names()[0] for told in alone]
    np.testing.assert_allclose(together.options, np.concatenate([told.options for told in alone]), atol=1e-12)
    np.testing.assert_allclose(together.confidence, [told.confidence[0] for told in alone])


def test_in_sudden_death_a_kick_wins_and_after_a_first_possession_of_modified_overtime_too() -> None:
    moment = {"quarter": 5, "seconds": 500, "yards_to_goal": 10, "distance": 9}
    model, at = load_fourth_down(), situation(down=4, spread=0.0, **moment)
    made = {}
    for season, ended in ((2010, 0), (2018, 0), (2018, 2), (2025, 0), (2025, 1)):
        counted = replace(at, overtime_possessions=np.array([ended], dtype=np.int32))
        made[season, ended] = model.advise(counted, Conditions.unknown(season, 1), nfl(season), load()).worth.made[0]
    assert made[2010, 0] == made[2018, 2] == made[2025, 1] == 1.0
    assert 0.6 < made[2018, 0] < 0.95
    assert 0.5 < made[2025, 0] < 0.95


def test_three_behind_in_overtime_a_failed_try_has_lost() -> None:
    told = advice(quarter=5, seconds=200, margin=-3, yards_to_goal=20, distance=4)
    assert told.worth.failed[0] == told.worth.missed[0] == 0.0
    assert told.worth.made[0] == pytest.approx(0.5, abs=0.15)
    assert advice(quarter=5, seconds=200, margin=-6, yards_to_goal=20, distance=4).of(Option.FIELD_GOAL)[0] == 0.0


def test_in_college_overtime_the_second_possession_decides_or_another_period_follows() -> None:
    rules, model = college(2019), load_fourth_down()

    def told(margin: int, ended: int) -> Advice:
        at = situation(down=4, quarter=5, seconds=0, yards_to_goal=12, distance=4, margin=margin, spread=0.0)
        return model.advise(replace(at, overtime_possessions=np.array([ended], dtype=np.int32)), Conditions.unknown(2019, 1), rules, load())

    first, level, behind = told(0, 0), told(0, 1), told(-3, 1)
    assert first.worth.failed[0] < 0.2 < first.worth.made[0] < 0.6
    assert level.worth.made[0] == 1.0
    assert level.worth.missed[0] == pytest.approx(0.5, abs=0.01)
    assert (behind.worth.made[0], behind.worth.missed[0]) == (0.5, 0.0)
    assert told(-7, 1).names() == [Option.GO]
