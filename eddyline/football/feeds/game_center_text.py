"""The words of a Game Center play: who had the ball one after another, where it ended, which penalties were marked off."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from eddyline.football.events import Ball, Foul
from eddyline.football.feeds.teams import team

SPOT = r"(?:(?P<side>[A-Z]{2,3}) (?P<yard>-?\d{1,2})|(?P<middle>50))\b"
_PENALTY = re.compile(
    r"(?:PENALTY|Penalty) on (?P<team>[A-Z]{2,3})(?:-[^,]*)?, (?P<name>[^,.]+)(?=[,.]|$)"
    r"(?:, (?P<yards>\d+) yards?)?"
    r"(?:, (?P<decision>declined|offsetting|superseded))?"
    r"(?:, enforced (?:(?P<between>between downs)|at (?:(?P<side>[A-Z]{2,3}) (?P<yard>-?\d{1,2})|(?P<middle>50))))?"
    r"(?P<no_play> ?- ?No Play)?\.?"
)
_ASIDE = re.compile(r"\([^()]*\)|\[[^\]]*\]")
_REVERSED = re.compile(r"REVERSED\.?|\bplay was reversed\.?")
_TOKEN = re.compile(
    r"(?P<kick>\bkicks (?:onside )?-?\d+ yards? from (?:(?P<kick_side>[A-Z]{2,3}) (?P<kick_yard>-?\d{1,2})|50))"
    r"|(?P<punt>\bpunts -?\d+ yards?)"
    r"|(?P<blocked>\bis BLOCKED)"
    r"|(?P<missed>field goal is No Good)"
    r"|(?P<intercepted>\bINTERCEPTED by )"
    r"|(?P<fumble>\bFUMBLES\b)"
    r"|(?P<recovered>\b(?:RECOVERED|recovered) by (?P<recovering>[A-Z]{2,3})-)"
    r"|(?P<kept>\band recovers\b)"
    r"|(?P<touchback>\bTouchback\b)"
    r"|(?P<touchdown>\bTOUCHDOWN\b(?! NULLIFIED))"
    r"|(?P<safety>\bSAFETY\b(?! NULLIFIED))"
    r"|\b(?:to|at) " + SPOT
)


def final_version(text: str) -> str:
    """Return what holds after a review: the text behind the last REVERSED, where one follows."""
    parts = _REVERSED.split(text)
    last = parts[-1].strip()
    return last if len(last) > len("No Play.") else text


# After these the other team has the ball, unless the text goes on.
_OTHER_SIDE = frozenset({"kick", "punt", "intercepted", "missed"})


@dataclass(slots=True)
class Field:
    """Turns a feed's spots into places: yards from the home team's goal line."""

    home: str
    away: str

    def place(self, side: str | None, yard: str | None) -> int | None:
        """Return the place of "KC 26" or of midfield; None for a side that does not play."""
        if side is None or yard is None:
            return 50
        owner = team(side)
        if owner not in {self.home, self.away}:
            return None
        return int(yard) if owner == self.home else 100 - int(yard)

    def read(self, spot: str) -> int | None:
        """Return the place of a spot in a field of its own ("KC 26", "50"), None for a blank one."""
        words = spot.split()
        if words == ["50"]:
            return 50
        return self.place(words[0], words[1]) if len(words) == 2 and words[1].lstrip("-").isdigit() else None

    def other(self, code: str) -> str:
        """Return the other team."""
        return self.away if code == self.home else self.home

    def own_goal(self, code: str) -> int:
        """Return the place of a team's own goal line."""
        return 0 if code == self.home else 100


@dataclass(slots=True)
class Story:
    """How the ball went in a play's text, without its penalties."""

    holder: str
    place: int | None = None
    changes: int = 0
    touchdown: str = ""
    safety: bool = False
    touchback: bool = False
    loose: bool = False  # fumbled, and not yet told who has it
    kicked_from: int | None = None
    tokens: list[str] = field(default_factory=list)

    @property
    def ball(self) -> Ball | None:
        """Where the ball was dead, None where the text gives no spot."""
        return None if self.place is None else Ball(self.holder, self.place)

    def hand_over(self, to: str) -> None:
        """Let a team have the ball."""
        self.changes += to != self.holder
        self.holder, self.loose = to, False


def tell(text: str, offence: str, field_: Field) -> Story:
    """Follow the ball through the words of a play by a team."""
    story = Story(offence)
    for token in _TOKEN.finditer(_ASIDE.sub("", text)):
        _follow(story, token, field_)
    return story


def _follow(story: Story, token: re.Match[str], field_: Field) -> None:
    kind = token.lastgroup or ""
    if kind in {"yard", "middle"}:
        place = field_.place(token["side"], token["yard"])
        story.place = story.place if place is None else place
        return
    story.tokens.append(kind)
    if kind == "kick":
        story.kicked_from = field_.place(token["kick_side"], token["kick_yard"])
    if kind in _OTHER_SIDE:
        story.hand_over(field_.other(story.holder))
    elif kind == "recovered":
        story.hand_over(team(token["recovering"]))
    elif kind == "touchback":
        _touchback(story, field_)
    _note(story, kind)


def _note(story: Story, kind: str) -> None:
    if kind in {"fumble", "kept"}:
        story.loose = kind == "fumble"
    elif kind == "touchdown":
        story.touchdown = story.holder
    elif kind == "safety":
        story.safety = True


def _touchback(story: Story, field_: Field) -> None:
    story.touchback = True
    if story.loose:  # fumbled out of the other end zone
        story.hand_over(field_.other(story.holder))
    story.place = field_.own_goal(story.holder)


def fouls(text: str, field_: Field) -> tuple[str, tuple[Foul, ...]]:
    """Return a play's text without its penalties, and the penalties."""
    found = tuple(_foul(match, field_) for match in _PENALTY.finditer(text))
    return _PENALTY.sub(" ", text), found


def _foul(match: re.Match[str], field_: Field) -> Foul:
    stated = match["side"] is not None or match["middle"] is not None
    return Foul(
        team=team(match["team"]),
        name=match["name"].strip().lower(),
        yards=int(match["yards"] or 0),
        decision=_decision(match),
        enforced_at=field_.place(match["side"], match["yard"]) if stated else None,
        no_play=match["no_play"] is not None,
        between_downs=match["between"] is not None,
    )


def _decision(match: re.Match[str]) -> Literal["accepted", "declined", "offsetting"]:
    if match["decision"] == "offsetting":
        return "offsetting"
    # What is superseded was declined for another foul; "Penalty" in small letters moves nothing either.
    return "declined" if match["decision"] or (match["yards"] is None and match["between"] is None) else "accepted"


def timeouts(text: str) -> Iterator[tuple[str, int]]:
    """Give every timeout that a text tells of: the team, and how many it has used."""
    for match in re.finditer(r"(?i)timeout #(\d) by ([A-Z]{2,3})\b", text):
        yield team(match[2].upper()), int(match[1])


def lost_challenges(text: str) -> Iterator[str]:
    """Give the words in which a text names each team that challenged in vain; the officials' own reviews cost nobody anything."""
    for match in re.finditer(r"(.{0,30}?) challenged (?:[^.]|\.(?! ))*?the play was (?:Upheld|upheld|UPHELD)", text):
        if not re.search(r"(?i)replay|official|booth", match[1]):
            yield match[1]
