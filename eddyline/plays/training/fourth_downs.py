"""Fitting all pieces of the fourth-down model, with refits on resampled games."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from eddyline.football.fourth_down import conversions as conversions_model
from eddyline.football.fourth_down import field_goals as field_goals_model
from eddyline.football.situations import Floats
from eddyline.plays.tables import Plays
from eddyline.plays.training import conversions, field_goals, next_plays, punts
from eddyline.plays.training.regression import logistic

COLUMNS = sorted({"two_point_result", *field_goals.COLUMNS, *conversions.COLUMNS, *punts.COLUMNS, *next_plays.COLUMNS})
REFITS = 30
SHARE = 0.5  # of the games in each refit: after Brill et al., whole-sized resamples give intervals that are too narrow
SEED = 26


def fit(plays: Plays, refits: int = REFITS) -> dict[str, Any]:
    """Return the artefact of the fourth-down model, without its card."""
    moving = next_plays.moving(plays)
    return {
        "field_goals": field_goals.fit(plays),
        "conversions": conversions.fit(plays) | _failures(moving),
        "punts": punts.fit(moving),
        "refits": _refits(plays, refits),
        "features": {"field_goals": list(field_goals_model.FEATURES), "conversions": list(conversions_model.FEATURES)},
        "rows": {
            "field_goals": len(field_goals.kicks(plays)),
            "conversions": len(conversions.tries(plays)),
            "punts": int(punts.ordinary_ends(moving)[0].sum()),
        },
    }


def _failures(moving: Plays) -> dict[str, Any]:
    after = next_plays.following(moving)
    tried = np.isin(moving.texts("play_type"), ("run", "pass")) & (moving.ints("down") == 4) & ~conversions.converted(moving)
    scored = (moving.ints("touchdown") == 1) & (moving.texts("td_team") == moving.texts("defteam"))
    failed = tried & after.same_half & ((after.first_down & after.opponent) | scored)
    advance = moving.ints("yardline_100") - (100 - after.yards_to_goal)
    return conversions.fit_failures(advance[failed], moving.ints("ydstogo")[failed], scored[failed])


def _refits(plays: Plays, count: int) -> list[dict[str, Any]]:
    kicks, tries = field_goals.kicks(plays), conversions.tries(plays)
    twos = plays.take(plays.texts("two_point_result") != "")
    designs = (field_goals.design(kicks), conversions.design(tries))
    good = (field_goals.made(kicks), conversions.converted(tries).astype(np.float64))
    games, (of_kick, of_try, of_two) = _games(plays, (kicks, tries, twos))
    succeeded = twos.texts("two_point_result") == "success"
    random = np.random.default_rng(SEED)
    found = []
    for _ in range(count):
        drawn = np.bincount(random.integers(games, size=int(games * SHARE)), minlength=games).astype(np.float64)
        fits = [logistic(x, y, drawn[of]) for x, y, of in zip(designs, good, (of_kick, of_try), strict=True)]
        two_point = round(float(np.average(succeeded, weights=drawn[of_two])), 5)
        found.append({"field_goals": _rounded(fits[0]), "conversions": _rounded(fits[1]), "two_point": two_point})
    return found


def _games(plays: Plays, parts: tuple[Plays, ...]) -> tuple[int, list[NDArray[np.intp]]]:
    names = np.unique(plays.texts("game_id"))
    return len(names), [np.searchsorted(names, part.texts("game_id")) for part in parts]


def _rounded(coefficients: Floats) -> list[float]:
    return [float(value) for value in np.round(coefficients, 5)]
