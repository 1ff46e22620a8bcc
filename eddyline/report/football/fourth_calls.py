"""A season's fourth downs: what was advised, how sure that was, and what coaches did."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from eddyline.chart_style import MUTED, POOL, RIVER, canvas, drawing, only_labels, to_svg
from eddyline.football.fourth_down.advice import TOSS_UP
from eddyline.football.models import Models
from eddyline.football.situations import Flags, Floats
from eddyline.plays.fourth_downs import advise_plays
from eddyline.plays.tables import Plays
from eddyline.report.section import Section

CHOSEN = {"run": "go", "pass": "go", "field_goal": "field_goal", "punt": "punt"}  # nosec B105 - a pass is a throw, no password
WORDS = {"go": "go for it", "field_goal": "field goal", "punt": "punt"}
EDGES = (0.0, 0.5, TOSS_UP, 0.9, 1.01)
SURE = ("under 50%", "50 to 75%: toss-up", "75 to 90%", "90% and more")


@dataclass(frozen=True, slots=True)
class Calls:
    """Fourth downs that were played, with the advice beside what was done."""

    advised: NDArray[np.str_]
    chosen: NDArray[np.str_]
    margin: Floats
    confidence: Floats

    @property
    def agreed(self) -> Flags:
        """Return where the coach did what the advice says."""
        return np.asarray(self.advised == self.chosen)


def calls(plays: Plays, models: Models) -> Calls:
    """Advise on the fourth downs among plays in which the ball was snapped for a run, a pass or a kick."""
    kind = plays.texts("play_type")
    played = plays.take(plays.scrimmage() & (plays.ints("down") == 4) & np.isin(kind, tuple(CHOSEN)))
    advice = advise_plays(played, models.fourth_down, models.win_probability)
    chosen = np.array([CHOSEN[kind] for kind in played.texts("play_type")], dtype=np.str_)
    return Calls(np.array(advice["best"].to_pylist(), dtype=np.str_), chosen, advice["margin"].to_numpy(), advice["confidence"].to_numpy())


def fourth_calls(made: Calls, season: str) -> Section:
    """Draw how often coaches agreed with the advice, by how sure it was and by what it was."""
    if not len(made.advised):
        return Section(f"No fourth downs of {season} here: give a folder that has that season.")
    with drawing():
        figure, (left, right) = canvas(2.4, columns=2)
        _bars(left, _by_confidence(made), "by confidence")
        _bars(right, _by_option(made), f"by advice, where it is sure ({TOSS_UP:.0%} and more)")
        chart = to_svg(figure, "share of fourth downs on which coaches did as advised")
    return Section(_finding(made, season), chart=chart, caption="Share of fourth downs on which coaches did as advised")


def _by_confidence(made: Calls) -> list[tuple[str, Flags, Flags]]:
    rows = zip(SURE, EDGES, EDGES[1:], strict=False)
    return [(name, (made.confidence >= low) & (made.confidence < high), made.agreed) for name, low, high in rows]


def _by_option(made: Calls) -> list[tuple[str, Flags, Flags]]:
    return [(words, (made.advised == option) & (made.confidence >= TOSS_UP), made.agreed) for option, words in WORDS.items()]


def _bars(axes: Axes, rows: list[tuple[str, Flags, Flags]], title: str) -> None:
    for place, (_, chosen, agreed) in enumerate(rows):
        share = float(agreed[chosen].mean()) if chosen.any() else 0.0
        axes.barh(place, 1, color=POOL, alpha=0.35, height=0.62)
        axes.barh(place, share, color=RIVER, height=0.62)
        axes.text(1.02, place, f"{share:.0%} of {chosen.sum():,}" if chosen.any() else "none", va="center", color=MUTED, fontsize=8.5)
    axes.set_yticks(range(len(rows)), [name for name, *_ in rows])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.4)
    axes.set_title(title, fontsize=9.5)
    only_labels(axes)


def _finding(made: Calls, season: str) -> str:
    sure, go = made.confidence >= TOSS_UP, (made.advised == "go") & (made.confidence >= TOSS_UP)
    lost = float(made.margin[sure & ~made.agreed].sum())
    told = f"{season}: {len(made.advised):,} fourth downs; on {sure.mean():.0%} of them the advice is sure"
    told += f", and coaches did as advised on {_share(made.agreed[sure])} of those."
    on_go = f" Where it says go for it, {_share(made.agreed[go])} did." if go.any() else ""
    return f"{told}{on_go} What was given away where the advice is sure adds up to {lost:.1f} wins, if the model is right."


def _share(agreed: Flags) -> str:
    return f"{agreed.mean():.0%}" if len(agreed) else "none"
