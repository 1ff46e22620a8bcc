"""`eddyline football summary`: a game in figures."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from eddyline.cli.football.game_argument import File, GameId, NoSpread
from eddyline.football.course import Course
from eddyline.football.summary import Summary, TeamGame, summarise
from eddyline.plays.chart_terminal import told_turn
from eddyline.plays.chart_words import title
from eddyline.plays.games import read_game

WIDTH = 80
PLAYERS = 5


def summary(
    file: File,
    game: GameId = "",
    no_spread: NoSpread = False,  # noqa: FBT002 - a flag
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary for programs.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Sum a game up: turning points, who gained win probability and how, fourth downs against the advice."""
    course = read_game(file, game, use_spread=not no_spread)
    told = summarise(course)
    if as_json:
        sys.stdout.write(json.dumps(asdict(told), indent=1) + "\n")
    else:
        typer.echo("\n".join(_lines(course, told)))


def _lines(course: Course, told: Summary) -> Iterator[str]:
    yield title(course)
    yield f"{told.plays} events; excitement {told.excitement:.1f} (the moves of the win probability, added up)."
    if told.lowest_of_winner is not None:
        yield f"The winner's chances were {told.lowest_of_winner:.0%} at their lowest."
    yield from ("", f"{'':<16}{told.away.team[:14]:>14}{told.home.team[:14]:>14}")
    yield from _table(told.away, told.home)
    yield from ("", "Turning points")
    yield from (line for point in told.turning_points for line in told_turn(point, WIDTH))
    if told.players:
        yield from ("", "Players (win probability of their plays; a pass counts for passer and receiver)")
        yield from (f"  {gain:+6.0%}  {player} ({team})" for player, team, gain in _both_ends(told.players))


def _table(away: TeamGame, home: TeamGame) -> Iterator[str]:
    rows = {
        "points": [f"{team.points}" for team in (away, home)],
        "WP gained": [f"{team.gains.total:+.0%}" for team in (away, home)],
        "  offence": [f"{team.gains.offence:+.0%}" for team in (away, home)],
        "  defence": [f"{team.gains.defence:+.0%}" for team in (away, home)],
        "  special teams": [f"{team.gains.special_teams:+.0%}" for team in (away, home)],
        "  clock, other": [f"{team.gains.other:+.0%}" for team in (away, home)],
        "success rate": [_share(team.success_rate) for team in (away, home)],
        "EPA a play": ["-" if team.epa_per_play is None else f"{team.epa_per_play:+.2f}" for team in (away, home)],
        "4th downs": [f"{team.fourth_downs_as_advised} of {team.fourth_downs} as advised" for team in (away, home)],
    }
    for name, (visitors, hosts) in rows.items():
        yield f"{name:<16}{visitors:>14}{hosts:>14}" if name != "4th downs" else f"{name:<16}{away.team}: {visitors}; {home.team}: {hosts}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def _both_ends(players: tuple[tuple[str, str, float], ...]) -> tuple[tuple[str, str, float], ...]:
    return players if len(players) <= 2 * PLAYERS else (*players[:PLAYERS], *players[-PLAYERS:])
