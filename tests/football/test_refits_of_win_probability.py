"""The refits of the offset: asked together they answer as one by one."""

from dataclasses import replace

import numpy as np
from made_situations import PLAIN, situation

from eddyline.football.artefacts import load
from eddyline.football.fourth_down.refits import after_play_answers
from eddyline.football.rules import nfl
from eddyline.football.situations import Situations
from eddyline.football.win_probability.arithmetic import COLUMNS
from eddyline.football.win_probability.offset import Offset
from eddyline.football.win_probability.refits import Refits
from eddyline.football.win_probability.terms import clock, columns


def many() -> Situations:
    rows = [
        situation(quarter=quarter, seconds=seconds, margin=margin, yards_to_goal=spot, spread=spread, down=down)
        for quarter, seconds, margin, spot, spread, down in [(1, 900, 0, 75, 3.0, 1), (4, 20, -2, 45, -7.0, 4), (2, 3, 10, 9, 0.0, 2), (4, 800, 21, 60, 1.0, 3)]
    ]
    return Situations(**{name: np.concatenate([getattr(row, name) for row in rows]) for name in (*PLAIN, "spread")})


def test_many_offsets_at_once_answer_as_each_by_itself() -> None:
    random = np.random.default_rng(4)
    names = ["ball", "spot", "margin_z", "spread", "margin_from_-3_60s", "margin_from_4_near_200s", "margin_from_1_20s"]
    offsets = [Offset.of(dict(zip(names, random.random(len(names)).tolist(), strict=True))) for _ in range(5)]
    moment = columns(many())
    now = clock(COLUMNS, moment)
    together = Refits.of(offsets).log_odds(moment, now)
    np.testing.assert_allclose(together, [offset.log_odds(moment, now) for offset in offsets], atol=1e-12)


def test_there_are_thirty_and_they_lie_around_the_model() -> None:
    at, rules = many(), nfl(2018)
    refits, own = load().chances_of_refits(at, rules), load().chances(at, rules).score
    assert refits.shape == (30, len(at))
    assert 0.0 < refits.std(axis=0)[0] < 0.05
    np.testing.assert_allclose(refits.mean(axis=0), own, atol=0.05)


def test_where_the_game_has_ended_no_refit_doubts_it() -> None:
    over, rules = situation(quarter=4, seconds=0, margin=-1, spread=3.0), nfl(2018)
    assert after_play_answers(over, rules, load()).tolist() == [[0.0]] * 31


def test_the_models_own_answer_comes_first_and_is_what_it_says_alone() -> None:
    at, rules = many(), nfl(2018)
    np.testing.assert_allclose(load().answers(at, rules)[0], load().chances(at, rules).score, atol=1e-12)
    unknown = replace(at, spread=np.full(len(at), np.nan))
    np.testing.assert_allclose(load().answers(unknown, rules)[0], load().chances(unknown, rules).score, atol=1e-12)
