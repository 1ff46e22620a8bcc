"""The seasons that the football benchmark reads, and what it takes from them."""

from pathlib import Path

from eddyline.plays.tables import MOMENT_COLUMNS, Plays, read_folder

OUTCOMES = (
    "play_id game_seconds_remaining defteam score_differential yards_gained touchdown td_team interception fumble_lost safety penalty",
    "field_goal_result kick_distance extra_point_result total_line roof result posteam_won nflfastr_wp nflfastr_vegas_wp source",
)
FITTED_ON, TESTED_ON = range(2009, 2019), range(2020, 2024)


def read_seasons(folder: Path, seasons: range) -> Plays:
    """Return all rows of the seasons in the order of games and plays, with every column that all files have."""
    return read_folder(folder, seasons, [*MOMENT_COLUMNS, *" ".join(OUTCOMES).split()])
