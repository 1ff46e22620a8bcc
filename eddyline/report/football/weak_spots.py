"""Where the model errs most: the same scores for parts of the games."""

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes

from eddyline.chart_style import CLAY, INK, MUTED, RIVER, canvas, drawing, to_svg
from eddyline.football.situations import Flags, Floats
from eddyline.plays.forecast_scores import Difference, mean_by_game
from eddyline.plays.scored_plays import ScoredPlays
from eddyline.report.section import Section

FEWEST_GAMES = 20
LAST_MINUTES_S = 300


def weak_spots(rows: ScoredPlays, forecast: Floats) -> Section:
    """Draw by how much a forecast (the offence's chances) is too high or too low in parts of the games, with the 95 % range by game."""
    found = [(name, mean_by_game((rows.won - forecast)[chosen], rows.games[chosen])) for name, chosen in _parts(rows) if _enough(rows, chosen)]
    if not found:
        return Section(f"Too few games to say where the model is weak: no part of them has {FEWEST_GAMES}.")
    with drawing():
        figure, (axes,) = canvas(0.8 + 0.3 * len(found))
        _draw(axes, found)
        chart = to_svg(figure, "share won less predicted chance, by part of the game")
    sure = [f"{name} ({bias.mean:+.1%})" for name, bias in found if _beyond_chance(bias)]
    said = f"Won more (+) or less (-) often than forecast, beyond what chance explains: {', '.join(sure)}." if sure else "No part stands out from chance."
    return Section(f"{said} Ranges come from resampling games: plays of a game share one winner.", chart=chart, caption="Share won less predicted chance")


def _parts(rows: ScoredPlays) -> Iterator[tuple[str, Flags]]:
    """Yield parts of the games, from the view of the team with the ball."""
    moments = rows.plays.situations()
    late = (rows.quarter == 4) & (moments.seconds <= LAST_MINUTES_S)
    close, spread = np.abs(moments.margin) <= 8, moments.spread
    yield from ((f"Q{quarter}", rows.quarter == quarter) for quarter in range(1, 5))
    yield "last 5 minutes, behind by a score", late & close & (moments.margin < 0)
    yield "last 5 minutes, tied", late & (moments.margin == 0)
    yield "last 5 minutes, ahead by a score", late & close & (moments.margin > 0)
    yield "last 2 minutes of the first half", (rows.quarter == 2) & (moments.seconds <= 120)
    yield "behind by more than two scores", moments.margin < -16
    yield "own half's first 20 yards", moments.yards_to_goal >= 80
    yield "red zone", moments.yards_to_goal <= 20
    yield "third and fourth down", moments.down >= 3
    yield "favoured by a touchdown or more", spread >= 7
    yield "underdog by a touchdown or more", spread <= -7
    yield "home", moments.home == 1


def _beyond_chance(bias: Difference) -> bool:
    return bias.low > 0 or bias.high < 0


def _enough(rows: ScoredPlays, chosen: Flags) -> bool:
    return len(set(rows.games[chosen])) >= FEWEST_GAMES


def _draw(axes: Axes, found: list[tuple[str, Difference]]) -> None:
    for place, (_, bias) in enumerate(found):
        colour = CLAY if _beyond_chance(bias) else RIVER
        axes.plot([bias.low, bias.high], [place, place], color=colour, linewidth=2.2, alpha=0.55, solid_capstyle="round")
        axes.plot(bias.mean, place, "o", color=colour, markersize=5)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(range(len(found)), [name for name, *_ in found])
    axes.invert_yaxis()
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:+.0%}")
    axes.set_xlabel("won less often than forecast          won more often than forecast", color=MUTED)
