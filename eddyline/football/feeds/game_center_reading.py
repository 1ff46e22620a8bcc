"""One Game Center play, read once: its statistics, its text without penalties, and what both together say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from eddyline.football.events import Foul, Score
from eddyline.football.feeds.game_center_text import Field, Story, final_version, fouls, tell
from eddyline.football.feeds.teams import team

RUSHES = {10, 11, 12, 13}
PASSES = {14, 15, 16, 19}
PUNTS = {2, 29, 31, 32}
KICKOFFS = {41, 42, 43, 44, 410}
FIELD_GOALS = {69, 70, 71}
EXTRA_POINTS = {72: "good", 73: "missed", 74: "blocked", 301: "aborted"}
TWO_POINTS = {75: "success", 76: "failure", 77: "success", 78: "failure"}
FIRST_DOWNS = {3, 4, 5}
TOUCHDOWNS = {11, 13, 16, 18, 22, 24, 26, 28, 34, 36, 46, 48, 56, 58, 60, 62, 64, 108}
SAFETY, SACK, INTERCEPTION, FUMBLE_LOST, FOURTH_DOWN_FAILED = 89, 20, 19, 106, 9
DEFENSIVE_TWO_POINT = 404
ACCEPTED_PENALTY = 93
OFFENCE = RUSHES | PASSES | PUNTS | KICKOFFS | FIELD_GOALS | EXTRA_POINTS.keys() | TWO_POINTS.keys() | {SACK}
KICKERS = KICKOFFS | EXTRA_POINTS.keys() | TWO_POINTS.keys()
GAINS = {10, 11, 12, 13, 15, 16, 20, 23, 24}  # 12, 13, 23, 24: behind a lateral


@dataclass(frozen=True, slots=True)
class Reading:
    """One play's record, read once."""

    record: Mapping[str, Any]
    heading: dict[str, Any]
    field: Field
    offence: str  # the team that snaps or kicks
    stats: tuple[tuple[int, str, int], ...]  # number, team, yards
    text: str  # final version, without penalties
    fouls: tuple[Foul, ...]
    story: Story
    no_play: bool
    timeouts: tuple[str, ...]

    @property
    def numbers(self) -> set[int]:
        """The numbers of the play's statistics."""
        return {number for number, _, _ in self.stats}

    @property
    def on_kick(self) -> bool:
        """Whether the record stands outside the downs: kickoffs and tries."""
        return not self.record.get("down")

    def says(self, pattern: str) -> bool:
        """Tell whether the play's text has these words."""
        return re.search(pattern, self.text) is not None

    def yards_of(self, numbers: set[int]) -> int | None:
        """Return the yards of the first statistic with one of these numbers."""
        return next((yards for number, _, yards in self.stats if number in numbers), None)


def read(record: Mapping[str, Any], heading: dict[str, Any], field: Field, charged: tuple[str, ...]) -> Reading:
    """Read a play's record."""
    final = final_version(str(record.get("desc") or ""))
    text, found = fouls(final, field)
    stats = tuple((int(stat["stat_id"]), team(stat.get("team")), int(stat.get("yards") or 0)) for stat in record.get("stats") or ())
    if ACCEPTED_PENALTY in {number for number, _, _ in stats} and not any(foul.decision == "accepted" for foul in found):
        found = fouls(str(record.get("desc") or ""), field)[1]  # a review tells the play anew, not always its penalty
    offence = _who(stats, KICKERS) or team(record.get("posteam")) or _who(stats, OFFENCE)
    return Reading(
        record=record,
        heading=heading,
        field=field,
        offence=offence,
        stats=stats,
        text=text,
        fouls=found,
        story=tell(text, offence, field),
        no_play=any(foul.no_play for foul in found) or "No Play" in final,
        timeouts=charged,
    )


def gain(reading: Reading) -> int:
    """Return the yards that the team gained, behind a lateral too."""
    return sum(yards for number, who, yards in reading.stats if number in GAINS and who == reading.offence)


def first_down(reading: Reading) -> bool | None:
    """Tell whether the play gave a first down, None where the statistics do not settle it."""
    story = reading.story
    if reading.numbers & FIRST_DOWNS:
        return True
    if story.holder == reading.offence and story.changes >= 2:
        return True  # lost and won back: a new series
    plain = not story.tokens and not any(foul.decision == "accepted" for foul in reading.fouls) and bool(reading.numbers & (RUSHES | PASSES | {SACK}))
    return False if plain else None


def turnover(reading: Reading) -> Literal["interception", "fumble_lost", "downs"] | None:
    """Return how the ball was lost."""
    if INTERCEPTION in reading.numbers:
        return "interception"
    if FUMBLE_LOST in reading.numbers:
        return "fumble_lost"
    return "downs" if FOURTH_DOWN_FAILED in reading.numbers and reading.story.holder == reading.offence else None


def scores(reading: Reading) -> tuple[Score, ...]:
    """Return the points of a play that is no try."""
    if reading.no_play:
        return ()
    told = reading.record.get("scoring") != 0  # where the feed says that nobody scored, words alone do not count
    scorer = _who(reading.stats, TOUCHDOWNS) or (reading.story.touchdown if told else "")
    if scorer:
        return (Score(scorer, "touchdown"),)
    safety = _who(reading.stats, {SAFETY})
    if safety or (reading.story.safety and told):
        return (Score(safety or reading.field.other(reading.story.holder), "safety"),)
    return ()


def _who(stats: tuple[tuple[int, str, int], ...], numbers: set[int]) -> str:
    return next((who for number, who, _ in stats if number in numbers), "")


def review(reading: Reading) -> Literal["upheld", "reversed"] | None:
    """Return how a review ended."""
    text = str(reading.record.get("desc") or "")
    if "REVERSED" in text:
        return "reversed"
    return "upheld" if re.search(r"play was Upheld", text) else None
