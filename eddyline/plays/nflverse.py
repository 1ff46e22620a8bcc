"""The play-by-play files of nflverse (`play_by_play_*.parquet`), brought to our columns."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

AS_IT_IS = [
    "game_id",
    "season",
    "week",
    "home_team",
    "away_team",
    "play_id",
    "qtr",
    "quarter_seconds_remaining",
    "half_seconds_remaining",
    "game_seconds_remaining",
    "posteam",
    "defteam",
    "down",
    "ydstogo",
    "yardline_100",
    "score_differential",
    "play_type",
    "yards_gained",
    "touchdown",
    "td_team",
    "interception",
    "fumble",
    "fumble_lost",
    "sack",
    "safety",
    "complete_pass",
    "penalty",
    "penalty_team",
    "penalty_yards",
    "field_goal_result",
    "kick_distance",
    "punt_blocked",
    "return_yards",
    "touchback",
    "extra_point_result",
    "spread_line",
    "total_line",
    "roof",
    "result",
]
RENAMED = {
    "order_sequence": "seq",
    "posteam_timeouts_remaining": "posteam_timeouts",
    "defteam_timeouts_remaining": "defteam_timeouts",
    "two_point_conv_result": "two_point_result",
    "home_score": "home_final",  # nflverse's column is the final score
    "away_score": "away_final",
}
USED = ("season_type", "posteam_score", "defteam_score", "home_opening_kickoff", "two_point_attempt", "timeout")
AFTER = ("total_home_score", "total_away_score")  # the score after the row: that before it where nobody has the ball


def recognise(names: Sequence[str]) -> bool:
    """Return whether a table with these columns is nflverse's."""
    return {"posteam_score", "posteam_timeouts_remaining", "home_opening_kickoff"} <= set(names)


def needed(names: Sequence[str]) -> list[str]:
    """Return the columns to read."""
    there = set(names)
    return [name for name in (*AS_IT_IS, *RENAMED, *USED, *AFTER) if name in there]


def translate(table: pa.Table) -> pa.Table:
    """Return nflverse's rows in our columns."""
    columns = {name: table[name] for name in AS_IT_IS if name in table.column_names}
    columns |= {ours: table[theirs] for theirs, ours in RENAMED.items() if theirs in table.column_names}
    return pa.table(columns | _derived(table))


def _derived(table: pa.Table) -> dict[str, pa.ChunkedArray]:
    home_has_ball = pc.equal(table["posteam"], table["home_team"])
    first_half = pc.less_equal(table["qtr"], 2)
    home_kicks_again = pc.equal(table["home_opening_kickoff"], 1)  # who receives the first kickoff kicks the second half's
    receives = pc.and_(first_half, pc.not_equal(home_has_ball, home_kicks_again))
    return {
        "season_type": table["season_type"],
        "home_score": _score(table, pc.if_else(home_has_ball, table["posteam_score"], table["defteam_score"]), "total_home_score"),
        "away_score": _score(table, pc.if_else(home_has_ball, table["defteam_score"], table["posteam_score"]), "total_away_score"),
        "receive_2h_ko": pc.fill_null(pc.cast(receives, pa.int8()), 0),
        "play_type": _play_type(table),
    }


def _score(table: pa.Table, before: pa.ChunkedArray, after: str) -> pa.ChunkedArray:
    if after not in table.column_names:
        return before
    nobodys = pc.if_else(pc.is_null(table["posteam"]), table[after], None)
    return pc.coalesce(before, pc.cast(nobodys, before.type))


def _play_type(table: pa.Table) -> pa.ChunkedArray:
    two_point = pc.fill_null(pc.equal(table["two_point_attempt"], 1), fill_value=False)
    timeout = pc.fill_null(pc.equal(table["timeout"], 1), fill_value=False)
    named = pc.if_else(two_point, "two_point", table["play_type"])
    absent = pc.is_null(table["play_type"])
    return pc.if_else(absent, pc.if_else(timeout, "timeout", "admin"), named)
