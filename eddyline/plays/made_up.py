"""Made-up games in the columns of `nfl_*.parquet`: to try commands and notebooks where no real plays are at hand.

Drives are drawn by a few rough odds. Nothing should be learnt about football from them.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Any

import pyarrow as pa

from eddyline.football.rules import GAME_S, HALF_S, QUARTER_S

TEAMS = ("ASH", "ELM", "FIR", "OAK", "YEW", "BAY", "COD", "EEL")
SEASON = 2024
PLAY_S = 27


@dataclass(slots=True)
class _Game:
    """A game while it is played; the home team is number 0."""

    random: Random
    game_id: str
    teams: tuple[str, str]
    week: int
    spread: float
    score: list[int] = field(default_factory=lambda: [0, 0])
    clock: int = GAME_S
    ball: int = 0
    first: int = 0  # who received the first kickoff, and so kicks the second half's
    rows: list[dict[str, Any]] = field(default_factory=list)

    def play(self) -> list[dict[str, Any]]:
        """Play to the end and return the rows with the result in each."""
        receiver = self.random.randrange(2)
        self.ball = self.first = receiver
        for end in (HALF_S, 0):
            self._kickoff(1 - receiver if end == 0 else receiver)
            while self.clock > end:
                self._drive(end)
            self.clock = end
        if self.score[0] == self.score[1]:  # no overtime here: somebody kicks
            self._row("field_goal", 4, 5, 10, field_goal_result="made")
            self.score[self.ball] += 3
        return [self._labelled(row) for row in self.rows]

    def _kickoff(self, receiver: int) -> None:
        self.ball = receiver
        self._row("kickoff", None, 0, 35)

    def _drive(self, end: int, spot: int = 70) -> None:
        down, distance = 1, 10
        while self.clock > end:
            if down == 4 and not self._goes(spot, distance):
                return self._kick(spot, distance)
            gained = min(self._gain(), spot)
            self._row(self.random.choice(("run", "pass")), down, distance, spot, yards_gained=gained)
            self.clock -= PLAY_S
            spot -= gained
            if spot <= 0:
                return self._touchdown()
            down, distance = (1, min(10, spot)) if gained >= distance else (down + 1, distance - gained)
            if down > 4:
                break
        self.ball = 1 - self.ball
        return None

    def _gain(self) -> int:
        better = self.spread if self.ball == 0 else -self.spread
        return max(-6, round(self.random.gauss(4.9 + better / 12, 6.5)))

    def _goes(self, spot: int, distance: int) -> bool:
        return spot < 60 and distance <= 2 and self.random.random() < 0.5

    def _kick(self, spot: int, distance: int) -> None:
        if spot <= 36:
            good = self.random.random() < 1.02 - spot * 0.009
            self._row("field_goal", 4, distance, spot, field_goal_result="made" if good else "missed", kick_distance=spot + 18)
            self.clock -= 5
            if good:
                self.score[self.ball] += 3
                return self._kickoff(1 - self.ball)
        else:
            self._row("punt", 4, distance, spot)
            self.clock -= 8
        self.ball = 1 - self.ball
        return None

    def _touchdown(self) -> None:
        self.rows[-1]["touchdown"] = 1
        self.score[self.ball] += 6
        good = self.random.random() < 0.94
        self._row("extra_point", None, 0, 15, extra_point_result="good" if good else "failed")
        self.score[self.ball] += int(good)
        self._kickoff(1 - self.ball)

    def _row(self, play_type: str, down: int | None, distance: int, spot: int, **facts: Any) -> None:
        left = max(self.clock, 0)
        quarter = min(4, (GAME_S - left) // QUARTER_S + 1)
        moment = {
            "seq": len(self.rows),
            "play_id": 40 + 21 * len(self.rows),
            "qtr": quarter,
            "quarter_seconds_remaining": left - (4 - quarter) * QUARTER_S,
            "half_seconds_remaining": left - HALF_S if left > HALF_S else left,
            "game_seconds_remaining": left,
            "posteam": self.teams[self.ball],
            "defteam": self.teams[1 - self.ball],
            "down": down,
            "ydstogo": distance,
            "yardline_100": spot,
            "home_score": self.score[0],
            "away_score": self.score[1],
            "score_differential": self.score[self.ball] - self.score[1 - self.ball],
            "receive_2h_ko": int(self.ball != self.first and quarter <= 2),
            "play_type": play_type,
        }
        self.rows.append(moment | facts)

    def _labelled(self, row: dict[str, Any]) -> dict[str, Any]:
        home_won = self.score[0] > self.score[1]
        game = {"game_id": self.game_id, "season": SEASON, "season_type": "REG", "week": self.week, "home_team": self.teams[0], "away_team": self.teams[1]}
        ends = {"home_final": self.score[0], "away_final": self.score[1], "result": self.score[0] - self.score[1]}
        won = {"posteam_won": float(home_won == (row["posteam"] == self.teams[0]))}
        return {**EMPTY, **game, **row, **ends, **won, "spread_line": self.spread}


EMPTY: dict[str, Any] = {
    "posteam_timeouts": 3,
    "defteam_timeouts": 3,
    "yards_gained": 0,
    "touchdown": 0,
    "total_line": 44.0,
    "roof": "outdoors",
    "field_goal_result": None,
    "kick_distance": None,
    "extra_point_result": None,
    "two_point_result": None,
    "interception": 0,
    "fumble_lost": 0,
    "safety": 0,
    "penalty": 0,
}


def made_up_games(games: int, seed: int = 26) -> pa.Table:
    """Return the plays of so many made-up games, the same for the same seed."""
    random = Random(seed)  # noqa: S311 - games, not secrets
    rows: list[dict[str, Any]] = []
    for number in range(games):
        home, away = random.sample(TEAMS, 2)
        week = number % 17 + 1
        spread = round(random.gauss(2.0, 5.0) * 2) / 2
        rows += _Game(random, f"{SEASON}_{week:02}_{away}_{home}_{number}", (home, away), week, spread).play()
    return pa.Table.from_pylist(rows)
