"""The fourth-down model: its pieces, their refits, and the advice they give for columns of fourth downs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from eddyline.football.fourth_down import conversions, field_goals, overtime
from eddyline.football.fourth_down.advice import Advice, advise
from eddyline.football.fourth_down.after_states import after_states
from eddyline.football.fourth_down.conditions import Conditions, chance
from eddyline.football.fourth_down.conversions import Conversions
from eddyline.football.fourth_down.field_goals import FieldGoals
from eddyline.football.fourth_down.options import Odds, worth
from eddyline.football.fourth_down.punts import Punts
from eddyline.football.rules import Rules
from eddyline.football.situations import Floats, Situations
from eddyline.football.win_probability.model import WinProbability


@dataclass(frozen=True, slots=True)
class FourthDown:
    """Conversions, field goals and punts, and coefficients of the first two from refits on resampled games."""

    field_goals: FieldGoals
    conversions: Conversions
    punts: Punts
    field_goal_refits: Floats  # (refits, features)
    conversion_refits: Floats

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
        )

    def advise(self, at: Situations, conditions: Conditions, rules: Rules, chances: WinProbability) -> Advice:
        """Return the advice for fourth downs (what `down` says is not looked at)."""
        gains = self.conversions.gains(at)
        landings = self.punts.landings(at.yards_to_goal, conditions)
        played_off = bool((at.quarter > 4).any())
        states = after_states(at, gains, landings, rules, overtime.possessions(at, rules) if played_off else None)
        tries, design = conversions.design(at, conditions), field_goals.design(at.yards_to_goal, conditions)

        def odds(convert: Floats, make: Floats) -> Odds:
            kicks = self.field_goals
            return Odds(convert, make, gains, landings, kicks.blocked, kicks.returned, chances.tries.kick(rules), chances.tries.two_point)

        convert, make = chance(tries, self.conversions.coefficients), chance(design, self.field_goals.coefficients)
        values = states.our_view(chances.after_play(states.situations, rules).score)
        values = overtime.ended(values, at, rules) if played_off else values
        others = worth(values, odds(chance(tries, self.conversion_refits), chance(design, self.field_goal_refits)))
        net = landings.net(at.yards_to_goal, rules.punt_touchback)
        return advise(at, worth(values, odds(convert, make)), others, convert=convert, make=make, net=net)
