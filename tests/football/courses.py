"""Small games for the tests of what is told about games."""

from typing import Any

from eddyline.football.course import Course, PlayRecord


def record(play_id: int, before: float, after: float, **facts: Any) -> PlayRecord:
    """Make a record; the home team is HOME, its chances are given."""
    usual: dict[str, Any] = {"kind": "rush", "quarter": 1, "seconds": 900, "elapsed_s": float(play_id), "situation": f"moment {play_id}", "offence": "HOME"}
    return PlayRecord(play_id=play_id, home_wp_before=before, home_wp=after, **{**usual, **facts})


def course(*records: PlayRecord, over: bool = False) -> Course:
    """Make a game of VISITOR at HOME."""
    return Course("2025_01_VISITOR_HOME", "HOME", "VISITOR", records, over=over)


def short_game() -> Course:
    """A game of six events: a touchdown and its try, a kickoff, a timeout, an interception, a field goal at the end."""
    seven = {"home_score_before": 7, "home_score": 7}
    return course(
        record(1, 0.5, 0.75, kind="pass", epa=2.0, success=True, players=("A.Passer", "B.Catcher"), home_score=6, elapsed_s=300.0, description="touchdown"),
        record(2, 0.75, 0.78, kind="extra_point", home_score_before=6, home_score=7, elapsed_s=300.0, players=("C.Kicker",)),
        record(3, 0.78, 0.72, kind="kickoff", elapsed_s=300.0, **seven),
        record(4, 0.72, 0.72, kind="timeout", offence="", elapsed_s=2000.0, **seven),
        record(
            5, 0.72, 0.95, kind="pass", offence="VISITOR", epa=-4.0, success=False, players=("D.Thrower",), home_score_before=7, home_score=7, elapsed_s=2400.0
        ),
        record(6, 0.95, 1.0, kind="field_goal", home_score_before=7, home_score=10, elapsed_s=3600.0, quarter=4, seconds=0, players=("C.Kicker",)),
        over=True,
    )
