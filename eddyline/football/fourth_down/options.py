"""Going for it, kicking and punting: each option's win probability from its parts."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from eddyline.football.fourth_down.after_states import SLOTS
from eddyline.football.fourth_down.conversions import Gains
from eddyline.football.fourth_down.field_goals import FieldGoals
from eddyline.football.fourth_down.punts import Landings
from eddyline.football.situations import Floats


class Option(StrEnum):
    """What a team may do on fourth down."""

    GO = "go"
    FIELD_GOAL = "field_goal"
    PUNT = "punt"


OPTIONS = tuple(Option)


@dataclass(frozen=True, slots=True)
class Odds:
    """What the pieces say of each fourth down, or (refits, rows) of it; `values` are win probabilities of (..., rows, slots)."""

    convert: Floats
    make: Floats
    gains: Gains
    landings: Landings
    blocked: float  # shares of the missed field goals
    returned: float
    kick_try: float  # how often the tries after a touchdown succeed
    two_point: float


@dataclass(frozen=True, slots=True)
class Worth:
    """The win probability of each option and of what it leads to, a tie counted as half a win."""

    go: Floats
    converted: Floats
    failed: Floats
    field_goal: Floats
    made: Floats
    missed: Floats
    punt: Floats

    def of_options(self) -> Floats:
        """Return (..., rows, 3), in the order of OPTIONS."""
        return np.stack(np.broadcast_arrays(self.go, self.field_goal, self.punt), axis=-1)


def odd_misses(kicks: FieldGoals) -> dict[str, float]:
    """Return the shares of misses that end otherwise than at the spot of the kick."""
    return {"blocked": kicks.blocked, "returned": kicks.returned}


def worth(values: Floats, odds: Odds) -> Worth:
    """Weigh the states that each option leads to."""
    returned = after_touchdown(values[..., SLOTS.returned], odds, ours=False)
    converted, failed = _converted(values, odds), _failed(values, odds, returned)
    made, missed = values[..., SLOTS.made], _missed(values, odds, returned)
    return Worth(
        go=odds.convert * converted + (1 - odds.convert) * failed,
        converted=converted,
        failed=failed,
        field_goal=odds.make * made + (1 - odds.make) * missed,
        made=made,
        missed=missed,
        punt=_punted(values, odds.landings, returned),
    )


def after_touchdown(values: Floats, odds: Odds, *, ours: bool) -> Floats:
    """Return our chances after a touchdown, from those after a try for 0, 1 and 2 points; who scored chooses the better try."""
    none, one, two = (values[..., points] for points in range(3))
    kicked = odds.kick_try * one + (1 - odds.kick_try) * none
    gone = odds.two_point * two + (1 - odds.two_point) * none
    return np.maximum(kicked, gone) if ours else np.minimum(kicked, gone)


def _converted(values: Floats, odds: Odds) -> Floats:
    first_down = (values[..., SLOTS.beyond] * odds.gains.beyond_weights).sum(axis=-1)
    scored = after_touchdown(values[..., SLOTS.touchdown], odds, ours=True)
    return np.asarray(odds.gains.touchdown * scored + (1 - odds.gains.touchdown) * first_down)


def _failed(values: Floats, odds: Odds, returned: Floats) -> Floats:
    over = (values[..., SLOTS.short] * odds.gains.short_weights).sum(axis=-1)
    return np.asarray(odds.gains.returned * returned + (1 - odds.gains.returned) * over)


def _missed(values: Floats, odds: Odds, returned: Floats) -> Floats:
    wide = 1 - odds.blocked - odds.returned
    return np.asarray(wide * values[..., SLOTS.missed] + odds.blocked * values[..., SLOTS.blocked_kick] + odds.returned * returned)


def _punted(values: Floats, landings: Landings, returned: Floats) -> Floats:
    return np.asarray(
        landings.ordinary * values[..., SLOTS.punted].mean(axis=-1)
        + landings.touchback * values[..., SLOTS.touchback]
        + landings.blocked * values[..., SLOTS.blocked_punt]
        + landings.kept * values[..., SLOTS.kept]
        + landings.returned * returned
    )
