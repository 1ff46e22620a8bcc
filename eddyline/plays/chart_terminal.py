"""A game's win probability drawn with characters: dots of Braille, or plain ASCII where the terminal has no more."""

from collections.abc import Iterator
from itertools import pairwise, zip_longest

from eddyline.football.chart_data import chart_data
from eddyline.football.course import Course
from eddyline.football.rules import GAME_S
from eddyline.football.summary import TurningPoint, turning_points
from eddyline.plays.chart_words import periods, scores, short_name, shortened, title, told_play

ROWS = 15
# A cell of Braille is two dots wide and four high.
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


def draw(course: Course, width: int = 80, *, plain: bool = False) -> str:
    """Return the chart as lines of at most `width` characters; `plain` uses ASCII alone."""
    data = chart_data(course)
    if not data["timestamps"]:
        return f"{title(course)}: no plays yet"
    names = (course.home_team[:12], course.away_team[:12])
    margin = max(len(f"{name} 100%") for name in names) + 1
    canvas = _Canvas(width - margin - 2, max(GAME_S, data["timestamps"][-1]))
    standing = [home + tie / 2 for home, tie in zip(data["home_wp"], data["tie_wp"], strict=True)]
    canvas.line(list(zip(data["timestamps"], standing, strict=True)))
    lines = [title(course), *_framed(canvas.rows(plain=plain), names, margin, plain=plain), *_foot(course, canvas, margin)]
    return "\n".join(line.rstrip() for line in [*lines, *_told(course, width)])


class _Canvas:
    """Dots in a grid: game time to the right, the home team's chances upwards."""

    def __init__(self, columns: int, last_s: float) -> None:
        self.columns, self.last_s = columns, last_s
        self.lit: set[tuple[int, int]] = set()

    def column(self, at_s: float) -> int:
        return min(int(at_s / self.last_s * self.columns), self.columns - 1)

    def line(self, points: list[tuple[float, float]]) -> None:
        wide, high = self.columns * 2 - 1, ROWS * 4 - 1
        dots = [(round(at / self.last_s * wide), round((1 - share) * high)) for at, share in points]
        self.lit.update(dots)
        for (left, top), (right, bottom) in pairwise(dots):
            self.lit.update(_between(left, top, right, bottom))

    def rows(self, *, plain: bool) -> Iterator[str]:
        for row in range(ROWS):
            yield "".join(self._cell(row, column, plain=plain) for column in range(self.columns))

    def _cell(self, row: int, column: int, *, plain: bool) -> str:
        bits = sum(DOTS[y][x] for y in range(4) for x in range(2) if (column * 2 + x, row * 4 + y) in self.lit)
        if not bits:
            return "-" if row == ROWS // 2 and column % 2 == 0 else " "
        return "*" if plain else chr(0x2800 + bits)


def _between(left: int, top: int, right: int, bottom: int) -> Iterator[tuple[int, int]]:
    steps = max(right - left, abs(bottom - top), 1)
    for step in range(steps + 1):
        yield left + round((right - left) * step / steps), top + round((bottom - top) * step / steps)


def _framed(rows: Iterator[str], names: tuple[str, str], margin: int, *, plain: bool) -> Iterator[str]:
    labels = {0: f"{names[0]} 100%", ROWS // 2: "50%", ROWS - 1: f"{names[1]} 100%"}
    edge, notch = ("|", "+") if plain else ("│", "┤")
    for place, row in enumerate(rows):
        yield f"{labels.get(place, ''):>{margin}}{notch if place in labels else edge}{row}"


def _foot(course: Course, canvas: _Canvas, margin: int) -> list[str]:
    """Return the quarters, and the score (visitors first) under the moment at which it changed."""
    quarters = [(canvas.column(at), name) for at, name in periods(canvas.last_s)]
    stands = [(canvas.column(mark.at_s), mark.text) for mark in scores(course)]
    said = ["", f"{short_name(course.away_team)}-{short_name(course.home_team)}"]
    lines = (_placed(quarters, canvas.columns), *_rows_of(stands, canvas.columns))
    return [f"{left:>{margin}} {line}" for left, line in zip_longest(said[: len(lines)], lines, fillvalue="")]


def _rows_of(texts: list[tuple[int, str]], width: int) -> Iterator[str]:
    """Yield as many lines as it takes for no text to cover another."""
    waiting = texts
    while waiting:
        taken: list[tuple[int, str]] = []
        later: list[tuple[int, str]] = []
        free_from = 0
        for at, text in waiting:
            start = min(at, width - len(text))
            (taken if start >= free_from else later).append((at, text))
            free_from = max(free_from, start + len(text) + 1) if start >= free_from else free_from
        yield _placed(taken, width)
        waiting = later


def _placed(texts: list[tuple[int, str]], width: int) -> str:
    line = [" "] * width
    for at, text in texts:
        start = max(min(at, width - len(text)), 0)
        line[start : start + len(text)] = text
    return "".join(line)


def _told(course: Course, width: int) -> list[str]:
    points = turning_points(course)
    return ["", "What moved it most:", *(line for point in points for line in told_turn(point, width))] if points else []


def told_turn(point: TurningPoint, width: int) -> list[str]:
    """Return a turning point in one or two lines."""
    front = f"  {f'+{point.gained:.0%}':>4}  "
    lines = [f"{front}{point.team}: {point.situation} ({point.offence})", f"{' ' * len(front)}{told_play(point.description)}"]
    return [shortened(line, width) for line in lines if line.strip()]
