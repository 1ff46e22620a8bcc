"""A game's win probability as a picture."""

from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from eddyline.chart_style import CLAY, FAINT, INK, MUTED, PAPER, RIVER, WIDTH_IN, drawing, to_svg
from eddyline.football.chart_data import ChartData, chart_data
from eddyline.football.course import Course
from eddyline.football.rules import GAME_S
from eddyline.football.summary import TurningPoint, turning_points
from eddyline.plays.chart_words import Mark, periods, scores, title, told_play, turns

HEIGHT_IN, TURNS, DOTS_PER_INCH = 5.0, 5, 150
LINE_LETTERS = 128
# Of the axis, and in points.
WIDEST_SCORE, FIRST_SCORE_LINE, SCORE_LINE = 0.055, -19, 11


def save(course: Course, path: Path) -> None:
    """Write the chart as PNG (or whatever else the file's ending names)."""
    with drawing():
        figure(course).savefig(path, dpi=DOTS_PER_INCH, facecolor=PAPER)


@dataclass(frozen=True, slots=True)
class Shown:
    """A chart that stands in a notebook."""

    svg: str

    def _repr_html_(self) -> str:
        return f"<figure>{self.svg}</figure>"


def shown(course: Course) -> Shown:
    """Draw the chart for a notebook."""
    with drawing():
        return Shown(to_svg(figure(course), f"win probability of {title(course)}"))


def figure(course: Course) -> Figure:
    """Draw the chart: the home team's chances upwards, game time to the right, the turning points told below."""
    drawn = Figure(figsize=(WIDTH_IN, HEIGHT_IN), layout="constrained")
    axes = drawn.subplots()
    data = chart_data(course)
    last_s = max(float(GAME_S), *data["timestamps"], 0.0)
    _frame(axes, course, last_s)
    if data["timestamps"]:
        _curve(axes, data)
        _scores(axes, scores(course), last_s)
        _turning_points(drawn, axes, course)
    return drawn


def _frame(axes: Axes, course: Course, last_s: float) -> None:
    axes.set_title(title(course), fontsize=13, pad=22)
    axes.text(0, 1.035, "win probability before each play", transform=axes.transAxes, color=MUTED, fontsize=9)
    axes.set_xlim(0, last_s)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], [f"{course.away_team} 100%", "75%", "50%", "75%", f"{course.home_team} 100%"])
    quarters = periods(last_s)
    ends = [at for at, _ in quarters[1:]] + [last_s]
    axes.set_xticks([(at + end) / 2 for (at, _), end in zip(quarters, ends, strict=True)], [name for _, name in quarters])
    axes.get_yticklabels()[0].set_color(CLAY)
    axes.get_yticklabels()[-1].set_color(RIVER)
    axes.axhline(0.5, color=MUTED, linewidth=0.8, zorder=1)
    for at in ends[:-1]:
        axes.axvline(at, color=FAINT, linewidth=1, zorder=0)


def _curve(axes: Axes, data: ChartData) -> None:
    times = data["timestamps"]
    standing = [home + tie / 2 for home, tie in zip(data["home_wp"], data["tie_wp"], strict=True)]
    above, below = [max(share, 0.5) for share in standing], [min(share, 0.5) for share in standing]
    axes.fill_between(times, above, 0.5, color=RIVER, alpha=0.16, linewidth=0)
    axes.fill_between(times, below, 0.5, color=CLAY, alpha=0.16, linewidth=0)
    axes.plot(times, standing, color=INK, linewidth=1.4, zorder=3)


def _scores(axes: Axes, marks: list[Mark], last_s: float) -> None:
    """Draw a tick at each score with the score below; a text that would cover the one before stands a line lower."""
    free_from = [0.0, 0.0, 0.0]
    for mark in marks:
        level = min(range(3), key=lambda row: (free_from[row] > mark.at_s, row))
        free_from[level] = mark.at_s + last_s * WIDEST_SCORE
        colour = RIVER if mark.home else CLAY
        axes.plot([mark.at_s, mark.at_s], [0, 0.02], color=colour, linewidth=2.5, solid_capstyle="butt", clip_on=False)
        place = (0, FIRST_SCORE_LINE - SCORE_LINE * level)
        axes.annotate(mark.text, (mark.at_s, 0), place, textcoords="offset points", ha="center", va="top", fontsize=7.5, color=colour, annotation_clip=False)


def _turning_points(drawn: Figure, axes: Axes, course: Course) -> None:
    points = turning_points(course, TURNS)
    if not points:
        return
    marks = turns(course, [point.play_id for point in points])
    for number, mark in enumerate(marks, start=1):
        axes.plot(mark.at_s, mark.home_wp, "o", markersize=11, color=RIVER if mark.home else CLAY, markeredgecolor=PAPER, zorder=4, clip_on=False)
        axes.text(mark.at_s, mark.home_wp, str(number), color=PAPER, fontsize=7.5, ha="center", va="center", fontweight="bold", zorder=5)
    told = "\n".join(shorten(_sentence(number, point), LINE_LETTERS, placeholder="…") for number, point in enumerate(points, start=1))
    drawn.supxlabel(told, x=0.015, ha="left", fontsize=8, color=INK, linespacing=1.5)


def _sentence(number: int, point: TurningPoint) -> str:
    return f"{number}  {point.team} +{point.gained:.0%}  {point.situation} ({point.offence})  {told_play(point.description)}"
