"""CollegeFootballData records of our own making: Duke at home to Pittsburgh."""

from typing import Any

HEADER = {"kind": "header", "game_id": "cfb_1", "feed": "cfbd", "season": 2019, "home": "Duke", "away": "Pittsburgh", "periods": 4}


def record(
    kind: str, text: str, *, number: int = 1, at: int = 40, team: str = "Duke", down: int = 1, to_go: int = 10, yards: int = 0, **changes: Any
) -> dict[str, Any]:
    """Make a play's record: by Duke, first and ten at its own 40."""
    made = {
        "kind": "play",
        "arrival": number,
        "play_id": str(401112474101849900 + number),
        "drive": "1",
        "period": 1,
        "clock": {"minutes": 12, "seconds": 30},
        "offense": team,
        "defense": "Pittsburgh" if team == "Duke" else "Duke",
        "offense_score": 0,
        "defense_score": 0,
        "yard_line": at,
        "down": down,
        "distance": to_go,
        "yards_gained": yards,
        "play_type": kind,
        "play_text": text,
    }
    return made | changes


def a_drive(*, turned: bool = False) -> list[dict[str, Any]]:
    """Tell of a drive by either team; `turned` counts the yard lines from the visitors' goal line."""
    told = [
        record("Kickoff", "A.Reed kickoff for 65 yds for a touchback", number=1, at=35, team="Duke", to_go=10),
        record("Rush", "V.Carter run for 6 yds to the Pitt 31", number=2, at=75, team="Pittsburgh", yards=6),
        record("Rush", "V.Carter run for 7 yds to the Pitt 38 for a 1ST down", number=3, at=69, team="Pittsburgh", down=2, to_go=4, yards=7),
        record(
            "Pass Reception", "K.Pickett pass complete to T.Mack for 12 yds to the 50 yard line for a 1ST down", number=4, at=62, team="Pittsburgh", yards=12
        ),
        record("Punt", "K.C punt for 40 yds , J.B returns for 8 yds to the Duke 18", number=5, at=50, team="Pittsburgh", down=4, to_go=10, yards=8),
        record("Rush", "D.Jackson run for 3 yds to the Duke 21", number=6, at=18, yards=3, drive="2"),
        record("Rush", "D.Jackson run for 4 yds to the Duke 25", number=7, at=21, down=2, to_go=7, yards=4, drive="2"),
    ]
    return [play | {"yard_line": 100 - play["yard_line"]} for play in told] if turned else told
