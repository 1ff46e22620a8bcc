"""Game Center records of our own making: the home team is MIA, the visitors are DEN."""

from typing import Any

HEADER = {"kind": "header", "game_id": "2017_13_DEN_MIA", "feed": "gamecenter", "season": 2017, "season_type": "REG", "week": 13, "home": "MIA", "away": "DEN"}


def record(desc: str, *stats: tuple[int, str, int], at: str = "MIA 40", down: int = 1, to_go: int = 10, team: str = "MIA", **changes: Any) -> dict[str, Any]:
    """Make a play's record: by MIA, first and ten at its own 40."""
    made = {
        "kind": "play",
        "play_id": 100,
        "qtr": 2,
        "clock": "10:00",
        "down": down,
        "ydstogo": to_go,
        "yrdln": at,
        "posteam": team,
        "desc": desc,
        "stats": [{"seq": number, "team": who, "stat_id": stat, "yards": yards} for number, (stat, who, yards) in enumerate(stats, 1)],
    }
    return made | changes


def kick(desc: str, *stats: tuple[int, str, int], at: str = "MIA 35", team: str = "MIA", **changes: Any) -> dict[str, Any]:
    """Make the record of a kickoff or a try."""
    return record(desc, *stats, at=at, down=0, to_go=0, team=team, **changes)
