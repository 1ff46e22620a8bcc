"""Lines of a scoring summary: who scored at which play, and how the try went."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from eddyline.football.events import PlayId, ScoreKind
from eddyline.football.feeds.teams import team

Try = Literal["kick_good", "kick_failed", "two_point_good", "two_point_failed"]
_KINDS: dict[str, ScoreKind] = {"TD": "touchdown", "FG": "field_goal", "SAF": "safety"}


@dataclass(frozen=True, slots=True)
class ScoringLine:
    """One score; `attempt` is the try after a touchdown, None where the line does not speak of one."""

    play_id: PlayId
    team: str
    kind: ScoreKind | None
    attempt: Try | None


def scoring_line(record: Mapping[str, Any]) -> ScoringLine:
    """Read a line of Game Center's scoring summary."""
    text = str(record.get("desc") or "")
    kind = _KINDS.get(str(record.get("type") or ""))
    if kind is None and re.search(r"(?i)defensive two.point", text):
        kind = "defensive_two_point"
    return ScoringLine(int(record["play_id"]), team(record.get("team")), kind, attempt(text) if kind == "touchdown" else None)


def attempt(text: str) -> Try | None:
    """Return how the try in brackets went: "(C.Parkey kick is good)", "(pass failed)", "(M.Stafford-N.Burleson pass)"."""
    for said in re.findall(r"\(([^()]*)\)", text):
        words = said.lower()
        failed = re.search(r"fail|no good|block|missed|aborted|wide|intercept|incomplete|not good|unsuccessful", words) is not None
        if re.search(r"\bkick\b|\bpat\b|extra point", words):
            return "kick_failed" if failed else "kick_good"
        if re.search(r"\b(pass|run|rush)\b|two.point", words):
            return "two_point_failed" if failed else "two_point_good"
    return None
