"""A game's win probability as the lists that a chart needs (exercise 26.2)."""

from typing import TypedDict

from eddyline.football.course import Course, drawn_times


class ChartData(TypedDict):
    """Lists of equal length; `home_wp + away_wp + tie_wp = 1`."""

    timestamps: list[float]  # seconds of game time played
    home_wp: list[float]
    away_wp: list[float]
    tie_wp: list[float]


def chart_data(course: Course) -> ChartData:
    """Return the chances when each play began, and after the last one; nothing for a game without plays."""
    records, times = course.records, drawn_times(course)
    if not records:
        return ChartData(timestamps=[], home_wp=[], away_wp=[], tie_wp=[])
    home = [record.home_wp_before for record in records] + [records[-1].home_wp]
    tie = [record.tie_wp_before for record in records] + [records[-1].tie_wp]
    away = [max(0.0, 1.0 - one - other) for one, other in zip(home, tie, strict=True)]
    return ChartData(timestamps=[*times, times[-1]], home_wp=home, away_wp=away, tie_wp=tie)
