"""What the charts of a game say, on paper and in a terminal alike."""

import re
from dataclasses import dataclass

from eddyline.football.course import Course, PlayRecord, drawn_times
from eddyline.football.rules import GAME_S, QUARTER_S

LONGEST = 96
_FRONT = re.compile(r"^(?:\([^)]*\)\s*)+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the chart: when, how high, and what stands there."""

    at_s: float
    home_wp: float
    text: str
    home: bool  # whether it favours the home team


def short_name(team: str) -> str:
    """Return a team in at most four letters: a code as it is, a name by its initials."""
    words = team.split()
    return team[:4] if len(words) == 1 else "".join(word[0] for word in words)[:4]


def title(course: Course) -> str:
    """Say who played and how it stands."""
    if not course.records:
        return f"{course.away_team} at {course.home_team}"
    last = course.records[-1]
    so_far = "" if course.over else ", so far"
    return f"{course.away_team} {last.away_score} - {course.home_team} {last.home_score}{so_far}"


def scores(course: Course) -> list[Mark]:
    """Return each change of the score, with the score after it; a touchdown and its try are one."""
    marks: list[Mark] = []
    for record, at in zip(course.records, drawn_times(course), strict=True):
        if record.scored:
            mark = Mark(at, record.home_wp, f"{record.away_score}-{record.home_score}", home=_home_scored(record))
            marks = [*marks[:-1], mark] if marks and _is_try(record) else [*marks, mark]
    return marks


def turns(course: Course, chosen: list[int | str]) -> list[Mark]:
    """Return the chosen plays, where they ended."""
    times = [*drawn_times(course), 0.0]
    ends = [*times[1:-1], times[-2]] if course.records else []
    return [
        Mark(end, record.home_wp, str(record.play_id), home=record.gained > 0)
        for record, end in zip(course.records, ends, strict=True)
        if record.play_id in chosen
    ]


def periods(last_s: float) -> list[tuple[float, str]]:
    """Return where quarters begin and what they are called; overtime only where it was played."""
    quarters = [(QUARTER_S * number, f"Q{number + 1}") for number in range(4)]
    return [*((float(at), name) for at, name in quarters), *([(float(GAME_S), "OT")] if last_s > GAME_S else [])]


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return a text of at most so many characters, cut at a word."""
    if len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0] + "…"


def told_play(description: str) -> str:
    """Return a feed's text without the clock and the formation at its front."""
    return _FRONT.sub("", description)


def _home_scored(record: PlayRecord) -> bool:
    return record.home_score - record.home_score_before > record.away_score - record.away_score_before


def _is_try(record: PlayRecord) -> bool:
    return record.kind in {"extra_point", "two_point"}
