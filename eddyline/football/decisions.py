"""What to do now: the fourth-down card and the card of the try after a touchdown (exercise 26.5), as plain dictionaries."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from eddyline.football.fourth_down.advice import TOSS_UP, Advice
from eddyline.football.fourth_down.conditions import Conditions
from eddyline.football.fourth_down.options import Option
from eddyline.football.fourth_down.two_point import TryAdvice
from eddyline.football.models import Models
from eddyline.football.moments import moment_of, view
from eddyline.football.rules import Rules
from eddyline.football.state import GameState, Phase

Card = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Decisions:
    """Gives advice in one game; `total` is the points that the market expects of both teams, `indoor` a dome or a closed roof."""

    rules: Rules
    models: Models
    home_spread: float | None = None
    total: float | None = None
    indoor: bool = False

    def card(self, state: GameState) -> Card | None:
        """Return the advice that a state asks for, or None where nothing is to be decided."""
        if state.phase is Phase.TRY:
            return try_card(self.models.fourth_down.advise_try(view(state, self.home_spread), self.rules, self.models.win_probability))
        advice = self.fourth_down(state)
        return fourth_down_card(advice) if advice is not None else None

    def fourth_down(self, state: GameState) -> Advice | None:
        """Return the advice for a fourth down, None elsewhere."""
        row = moment_of(state, self.home_spread)
        if row is None or state.down != 4:
            return None
        known = Conditions(self.rules.season, np.array([self.indoor]), np.array([math.nan if self.total is None else self.total]))
        return self.models.fourth_down.advise(row, known, self.rules, self.models.win_probability)


def fourth_down_card(advice: Advice, row: int = 0) -> Card:
    """Return one row of advice in the shape of exercise 26.5; an option out of range says so."""
    worth = advice.worth
    confidence = float(advice.confidence[row])
    return {
        "kind": "fourth_down",
        "go_for_it": {
            "expected_wp": _at(worth.go, row),
            "conversion_prob": _at(advice.convert, row),
            "success_wp": _at(worth.converted, row),
            "fail_wp": _at(worth.failed, row),
        },
        "field_goal": _available(
            advice, Option.FIELD_GOAL, row, {"make_prob": _at(advice.make, row), "make_wp": _at(worth.made, row), "miss_wp": _at(worth.missed, row)}
        ),
        "punt": _available(advice, Option.PUNT, row, {"expected_net": _at(advice.net, row)}),
        "recommendation": str(advice.names()[row]),
        "margin": _at(advice.margin, row),
        "confidence": confidence,
        "toss_up": confidence < TOSS_UP,
    }


def try_card(advice: TryAdvice, row: int = 0) -> Card:
    """Return one row of advice after a touchdown."""
    return {
        "kind": "try",
        "extra_point": {"expected_wp": _at(advice.kick, row), "make_prob": advice.kick_chance, "make_wp": _at(advice.one_point, row)},
        "two_point": {"expected_wp": _at(advice.two_point, row), "success_prob": advice.two_point_chance, "success_wp": _at(advice.two_points, row)},
        "fail_wp": _at(advice.no_points, row),
        "recommendation": "two_point" if advice.go[row] else "extra_point",
        "margin": _at(advice.margin, row),
        "break_even": _at(advice.break_even, row),
        "confidence": float(advice.confidence[row]),
        "toss_up": bool(advice.toss_up()[row]),
    }


def _available(advice: Advice, option: Option, row: int, parts: Card) -> Card:
    expected = _at(advice.of(option), row)
    return {"available": True, "expected_wp": expected, **parts} if expected is not None else {"available": False}


def _at(column: np.ndarray[Any, np.dtype[np.float64]], row: int) -> float | None:
    value = float(column[row])
    return None if math.isnan(value) else value
