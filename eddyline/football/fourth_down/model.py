"""The fourth-down model: its pieces, their refits, and the advice they give for columns of fourth downs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from eddyline.football.fourth_down import conversions, field_goals, overtime
from eddyline.football.fourth_down.advice import Advice, advise
from eddyline.football.fourth_down.after_states import after_states
from eddyline.football.fourth_down.conditions import Conditions, chance
from eddyline.football.fourth_down.conversions import Conversions, Gains
from eddyline.football.fourth_down.field_goals import FieldGoals
from eddyline.football.fourth_down.options import Odds, worth
from eddyline.football.fourth_down.punts import Landings, Punts
from eddyline.football.fourth_down.refits import after_play_answers
from eddyline.football.fourth_down.two_point import TryAdvice, advise_try
from eddyline.football.rules import Rules
from eddyline.football.situations import Floats, Situations
from eddyline.football.win_probability.model import WinProbability


@dataclass(frozen=True, slots=True)
class FourthDown:
    """Conversions, field goals and punts, and what refits on resampled games found for the first two and for two-point tries."""

    field_goals: FieldGoals
    conversions: Conversions
    punts: Punts
    field_goal_refits: Floats  # (refits, features)
    conversion_refits: Floats
    two_point_refits: Floats  # how often two-point tries succeeded

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read the model from the artefact."""
        refits = stored["refits"]
        return cls(
            FieldGoals.from_json(stored["field_goals"]),
            Conversions.from_json(stored["conversions"]),
            Punts.from_json(stored["punts"]),
            np.array([refit["field_goals"] for refit in refits]),
            np.array([refit["conversions"] for refit in refits]),
            np.array([refit["two_point"] for refit in refits]),
        )

    def advise(self, at: Situations, conditions: Conditions, rules: Rules, chances: WinProbability) -> Advice:
        """Return the advice for fourth downs (what `down` says is not looked at)."""
        gains, landings = self.conversions.gains(at), self.punts.landings(at.yards_to_goal, conditions)
        values, refits = _values(at, gains, landings, rules, chances)
        tries, kicks = conversions.design(at, conditions), field_goals.design(at.yards_to_goal, conditions)

        def odds(convert: Floats, make: Floats) -> Odds:
            shares = (self.field_goals.blocked, self.field_goals.returned, chances.tries.kick(rules), chances.tries.two_point)
            return Odds(convert, make, gains, landings, *shares)

        own = odds(chance(tries, self.conversions.coefficients), chance(kicks, self.field_goals.coefficients))
        others = odds(chance(tries, self.conversion_refits), chance(kicks, self.field_goal_refits))
        net = landings.net(at.yards_to_goal, rules.punt_touchback)
        return advise(at, worth(values, own), worth(refits, others), convert=own.convert, make=own.make, net=net)

    def advise_try(self, scored: Situations, rules: Rules, chances: WinProbability) -> TryAdvice:
        """Return the advice for teams that just scored six points, which the margin counts; down and spot are not looked at."""
        return advise_try(scored, rules, chances, self.two_point_refits)


def _values(at: Situations, gains: Gains, landings: Landings, rules: Rules, chances: WinProbability) -> tuple[Floats, Floats]:
    played_off = bool((at.quarter > 4).any())
    states = after_states(at, gains, landings, rules, overtime.possessions(at, rules) if played_off else None)
    values = states.our_view(after_play_answers(states.situations, rules, chances))
    values = overtime.ended(values, at, rules) if played_off else values
    return values[0], values[1:]
