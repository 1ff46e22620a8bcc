"""The charts: each takes plain rows and returns an SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from eddyline.chart_style import CLAY, FAINT, INK, MUTED, PAPER, POOL, RIVER, SAND, SERIES, canvas, drawing, only_labels, to_svg

ROW_IN, AROUND_IN = 0.32, 0.45


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, its length and the words beside it."""

    name: str
    value: float
    label: str


def bars(rows: Sequence[Bar], subject: str, *, strong: int = 3) -> str:
    """Draw horizontal bars from the longest down, the first `strong` of them in the leading colour."""
    with drawing():
        figure, (axes,) = canvas(AROUND_IN + ROW_IN * len(rows))
        _bars(axes, rows, [RIVER if place < strong else POOL for place in range(len(rows))])
        return to_svg(figure, f"{subject}: " + ", ".join(f"{row.name} {row.label}" for row in rows))


def _bars(axes: Axes, rows: Sequence[Bar], colours: Sequence[str]) -> None:
    places = range(len(rows))
    axes.barh(places, [row.value for row in rows], color=list(colours), height=0.68)
    axes.set_yticks(list(places), [row.name for row in rows])
    axes.invert_yaxis()
    longest = max((row.value for row in rows), default=0) or 1
    for place, row in enumerate(rows):
        axes.text(row.value + longest * 0.01, place, row.label, va="center", color=MUTED, fontsize=9)
    axes.set_xlim(0, longest * 1.22)
    only_labels(axes)


@dataclass(frozen=True, slots=True)
class Line:
    """One line over days, named at its end."""

    name: str
    days: Sequence[date]
    values: Sequence[float]


def lines(rows: Sequence[Line], subject: str, *, strong: str = "") -> str:
    """Draw lines over days, each named at its end; `strong` is drawn thick."""
    with drawing():
        figure, (axes,) = canvas(3.6)
        for place, row in enumerate(rows):
            once = len(row.days) == 1
            axes.plot(
                [day.toordinal() for day in row.days],
                row.values,
                color=_series(place),
                linewidth=2.8 if row.name == strong else 1.4,
                marker="o" if once else None,
            )
        _name_ends(axes, rows)
        _over_days(axes, [day for row in rows for day in row.days])
        return to_svg(figure, f"{subject}: " + ", ".join(f"{row.name} {row.values[-1]:g} at the end" for row in rows))


def _series(place: int) -> str:
    return SERIES[place % len(SERIES)]


def _name_ends(axes: Axes, rows: Sequence[Line]) -> None:
    """Write each line's name beside its end, names moved apart where ends lie close."""
    apart = 0.062 * max((value for row in rows for value in row.values), default=1)
    lowest = float("-inf")
    for place, row in sorted(enumerate(rows), key=lambda numbered: numbered[1].values[-1]):
        lowest = max(row.values[-1], lowest + apart)
        end = (row.days[-1].toordinal(), lowest)
        axes.annotate(f"{row.name} {row.values[-1]:,.0f}", end, (8, 0), textcoords="offset points", va="center", color=_series(place), annotation_clip=False)


def _over_days(axes: Axes, days: Sequence[date], most: int = 7) -> None:
    ordered = sorted(set(days))
    shown = ordered[:: -(-len(ordered) // most)]
    axes.set_xticks([day.toordinal() for day in shown], [f"{day:%d %b}" for day in shown])
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.set_axisbelow(True)
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", colors=MUTED)
    axes.set_ylim(bottom=0)


def bars_and_days(rows: Sequence[Bar], days: Sequence[date], values: Sequence[float], titles: tuple[str, str]) -> str:
    """Draw horizontal bars on the left and a column a day on the right."""
    with drawing():
        figure, (left, right) = canvas(max(2.6, AROUND_IN + ROW_IN * len(rows)), columns=2, widths=(1.45, 1))
        _bars(left, rows, [RIVER if place < 3 else POOL for place in range(len(rows))])
        right.bar([day.toordinal() for day in days], values, color=POOL, width=0.75)
        _over_days(right, days, most=4)
        left.set_title(titles[0])
        right.set_title(titles[1])
        return to_svg(figure, f"{titles[0]}: " + ", ".join(f"{row.name} {row.label}" for row in rows))


@dataclass(frozen=True, slots=True)
class Attempts:
    """How the attempts at one level ended, in percent, and how many there were."""

    level: int
    won: float
    lost: float
    quit: float
    count: int


def outcomes(rows: Sequence[Attempts], subject: str, *, marked: int | None = None) -> str:
    """Draw one column a level, split into won, lost and given up; `marked` names the level to look at."""
    with drawing():
        figure, (axes,) = canvas(3.3)
        bottoms = [0.0] * len(rows)
        for name, colour in (("won", RIVER), ("lost", POOL), ("quit", SAND)):
            heights = [float(getattr(row, name)) for row in rows]
            axes.bar(range(len(rows)), heights, bottom=bottoms, color=colour, width=0.74, label="given up" if name == "quit" else name)
            bottoms = [bottom + height for bottom, height in zip(bottoms, heights, strict=True)]
        _name_levels(axes, rows, marked)
        return to_svg(figure, f"{subject}: " + ", ".join(f"level {row.level} {row.won:.0f}%" for row in rows))


def _name_levels(axes: Axes, rows: Sequence[Attempts], marked: int | None) -> None:
    for place, row in enumerate(rows):
        low = row.won < 12
        axes.text(
            place, row.won + 2 if low else row.won - 2, f"{row.won:.0f}%", ha="center", va="bottom" if low else "top", color=INK if low else PAPER, fontsize=9
        )
        if row.level == marked:
            axes.text(place, 102, "▼", ha="center", color=CLAY, fontsize=11)
    axes.set_xticks(
        range(len(rows)), [f"level {row.level}\n{row.count:,} tries" for row in rows] if len(rows) <= 8 else [f"{row.level}\n{row.count:,}" for row in rows]
    )
    axes.tick_params(axis="x", colors=INK)
    axes.set_yticks([])
    axes.set_ylim(0, 112)
    axes.set_xlabel("" if len(rows) <= 8 else "level, and how many tries")
    axes.spines[:].set_visible(False)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 0.95), frameon=False, reverse=True, labelcolor=INK)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a whole."""

    name: str
    count: int
    colour: str


def whole(parts: Sequence[Part], subject: str) -> str:
    """Draw the parts of one whole as a single bar; parts too small to name are in the legend only."""
    total = sum(part.count for part in parts) or 1
    with drawing():
        figure, (axes,) = canvas(0.95)
        left = 0
        for part in parts:
            axes.barh(0, part.count, left=left, color=part.colour, height=0.6, label=f"{part.name} {part.count:,} ({100 * part.count / total:.1f}%)")
            left += part.count
        axes.set_xlim(0, total)
        only_labels(axes)
        axes.set_yticks([])
        axes.legend(loc="upper left", bbox_to_anchor=(0, 0.02), ncols=len(parts), frameon=False, handlelength=1, columnspacing=1.6, borderpad=0)
        return to_svg(figure, f"{subject}: " + ", ".join(f"{part.name} {part.count:,}" for part in parts))
