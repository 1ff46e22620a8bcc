"""Games from tables of plays: each row becomes the state before a play, and the states tell the game."""

from dataclasses import replace
from typing import Any

import pyarrow.compute as pc

from eddyline.errors import PlaysError
from eddyline.football.course import Course, PlayRecord
from eddyline.football.decisions import Decisions
from eddyline.football.models import shipped
from eddyline.football.rules import Rules, nfl
from eddyline.football.state import GameState, Phase
from eddyline.football.telling import Teller, joined
from eddyline.plays.tables import Plays

Row = dict[str, Any]
KINDS = {"run": "rush", "qb_kneel": "kneel", "qb_spike": "spike", "no_play": "penalty"}
PHASES = {"kickoff": Phase.KICKOFF, "extra_point": Phase.TRY, "two_point": Phase.TRY}
INDOOR = {"dome", "closed"}


def table_game(plays: Plays, game_id: str, *, use_spread: bool = True) -> Course:
    """Return a game of a table; rows without a team with the ball (timeouts, ends of periods) are left out.

    Raises PlaysError where the table has no such game.
    """
    rows = _rows_of(plays, game_id)
    first, last = rows[0], rows[-1]
    rules = nfl(first["season"], postseason=first["season_type"] != "REG")
    teller = _teller(rules, first, use_spread=use_spread)
    moving = [row for row in rows if _moves(row)]
    records = joined([_record(teller, row, ended) for row, ended in zip(moving, _possessions(moving), strict=True)], first["home_team"])
    final = _final(last)
    return Course(game_id, first["home_team"], first["away_team"], _ended(teller, records, final), over=final is not None)


def game_ids(plays: Plays) -> list[str]:
    """Return the ids of a table's games, each once."""
    return [str(name) for name in pc.unique(plays.table["game_id"]).to_pylist()]


def _rows_of(plays: Plays, game_id: str) -> list[Row]:
    if not game_id:
        some = ", ".join(game_ids(plays)[:3])
        raise PlaysError(f"the table holds {len(game_ids(plays))} games; name one with --game, such as {some}")
    rows: list[Row] = plays.table.filter(pc.equal(plays.table["game_id"], game_id)).sort_by("seq").to_pylist()
    if not rows:
        raise PlaysError(f"the table has no game {game_id}; its ids look like {', '.join(game_ids(plays)[:3])}")
    return rows


def _teller(rules: Rules, row: Row, *, use_spread: bool) -> Teller:
    models, spread = shipped(), row.get("spread_line") if use_spread else None
    total = row.get("total_line") if use_spread else None
    return Teller(rules, models, Decisions(rules, models, spread, total, row.get("roof") in INDOOR), spread)


def _moves(row: Row) -> bool:
    return bool(row["posteam"]) and (row["down"] is not None or row["play_type"] in PHASES)


def _possessions(rows: list[Row]) -> list[int]:
    """Return how many possessions of overtime had ended before each row: how often the ball changed hands there."""
    counts: list[int] = []
    for place, row in enumerate(rows):
        before = rows[place - 1]
        goes_on = place > 0 and before["qtr"] > 4
        counts.append(counts[-1] + (before["posteam"] != row["posteam"]) if goes_on else 0)
    return counts


def _record(teller: Teller, row: Row, ended: int) -> PlayRecord:
    before, play_type = _state(row, teller.rules, ended), row["play_type"]
    offence = before.defense if play_type == "kickoff" else before.possession
    kind = KINDS.get(play_type) or str(play_type)
    return teller.begun(before, kind, row.get("play_id") or row["seq"], row.get("desc") or _words(row), offence=offence, counts=play_type != "no_play")


def _state(row: Row, rules: Rules, ended: int) -> GameState:
    home, away, team = row["home_team"], row["away_team"], row["posteam"]
    own, other = row["posteam_timeouts"], row["defteam_timeouts"]
    other_team = away if team == home else home
    scrimmage = row["play_type"] not in PHASES
    return GameState(
        home_team=home,
        away_team=away,
        home_score=row["home_score"] or 0,
        away_score=row["away_score"] or 0,
        quarter=row["qtr"],
        seconds=row["quarter_seconds_remaining"] or 0,
        phase=PHASES.get(row["play_type"], Phase.SCRIMMAGE),
        possession=team,
        yards_to_goal=row["yardline_100"] or rules.kickoff_from,
        down=row["down"] if scrimmage else None,
        distance=(row["ydstogo"] or 10) if scrimmage else None,
        home_timeouts=_or(own if team == home else other, rules.timeouts),
        away_timeouts=_or(other if team == home else own, rules.timeouts),
        second_half_receiver=team if row["receive_2h_ko"] else other_team,
        home_overtime_possessions=(ended + (team == away)) // 2,  # they take turns, and this team's has not ended
        away_overtime_possessions=(ended + (team == home)) // 2,
    )


def _ended(teller: Teller, records: tuple[PlayRecord, ...], final: tuple[int, int] | None) -> tuple[PlayRecord, ...]:
    """Give the last play the result of the game, where the table tells it."""
    if final is None or not records:
        return records
    home, away = final
    end = teller.standing(GameState(home_score=home, away_score=away, phase=Phase.FINAL))
    return (*records[:-1], replace(records[-1], home_wp=end.home, tie_wp=end.tie, home_score=home, away_score=away))


def _final(row: Row) -> tuple[int, int] | None:
    home, away = row.get("home_final"), row.get("away_final")
    return None if home is None or away is None else (int(home), int(away))


def _words(row: Row) -> str:
    played, yards = row["play_type"].removeprefix("qb_").replace("_", " "), row.get("yards_gained")
    told = [f"{played} for {yards} {'yard' if abs(yards) == 1 else 'yards'}" if yards and played in {"run", "pass"} else played]
    told += [str(row[name]) for name in ("field_goal_result", "extra_point_result", "two_point_result") if row.get(name)]
    told += [
        word
        for name, word in (("interception", "intercepted"), ("fumble_lost", "fumble lost"), ("touchdown", "touchdown"), ("safety", "safety"))
        if row.get(name)
    ]
    return ", ".join(told)


def _or(value: int | None, usual: int) -> int:
    return usual if value is None else value
