"""The plays that the notebook is about: a folder's, or made-up ones where no folder is given."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from eddyline.errors import PlaysError
from eddyline.football.course import Course
from eddyline.football.models import Models, shipped
from eddyline.football.situations import Floats
from eddyline.plays.made_up import made_up_games
from eddyline.plays.prediction import predict
from eddyline.plays.scored_plays import OUTCOME, RIVALS, ScoredPlays
from eddyline.plays.table_games import table_game
from eddyline.plays.tables import MOMENT_COLUMNS, Plays, read_folder
from eddyline.report.section import Section

MADE_UP_GAMES = 40
UNSEEN = range(2019, 2100)  # nothing was fitted on these seasons
TOLD = ("play_id", "home_final", "away_final", "total_line", "roof", "yards_gained", "field_goal_result", "extra_point_result", "touchdown")


@dataclass
class Games:
    """Plays, and what the models say of them."""

    plays: Plays
    folder: str

    @classmethod
    def of(cls, folder: str) -> "Games":
        """Read a folder's seasons from 2019 on; without a folder, make games up.

        Raises PlaysError where the folder has none of these seasons.
        """
        return cls(_read(Path(folder)) if folder else Plays(made_up_games(MADE_UP_GAMES)), folder)

    @property
    def models(self) -> Models:
        """The models that ship."""
        return shipped()

    @cached_property
    def scored(self) -> ScoredPlays:
        """The plays that forecasts are scored on."""
        return ScoredPlays.of(self.plays)

    @cached_property
    def forecasts(self) -> dict[str, Floats]:
        """The offence's chances on the scored plays: ours, and nflfastR's where the files have them."""
        told = predict(self.plays, self.models.win_probability)
        ours = {name: self._offence(told[column].to_numpy()) for name, column in (("with spread", "home_wp_spread"), ("without spread", "home_wp"))}
        theirs = self.scored.rival(next(iter(reversed(RIVALS))))
        return ours | ({"nflfastR, with spread": theirs} if not np.isnan(theirs).any() else {})

    @property
    def last_season(self) -> int:
        """The newest season."""
        return int(self.plays.ints("season").max())

    def season(self, year: int) -> Plays:
        """Return one season's plays."""
        return self.plays.take(self.plays.ints("season") == year)

    def game(self, game_id: str) -> Course:
        """Return a game, play by play."""
        return table_game(self.plays, game_id)

    def most_exciting(self) -> str:
        """Return the game whose win probability went up and down most."""
        rows, chances = self.scored, self.forecasts["with spread"]
        home = np.where(rows.home, chances, 1 - chances)
        games, game = np.unique(rows.games, return_inverse=True)
        moves = np.abs(np.diff(home)) * (game[1:] == game[:-1])
        return str(games[np.bincount(game[1:], weights=moves, minlength=len(games)).argmax()])

    def told(self) -> Section:
        """Say what is looked at."""
        count = len(set(self.plays.texts("game_id")))
        if not self.folder:
            return Section(
                f"These are {count} made-up games, drawn by a few rough odds, so that the notebook runs without data: nothing here says how good the model is.",
                advice="Set `plays` in the first cell to a folder with play-by-play of 2019 or later: nfl_*.parquet, or nflverse's play_by_play_*.parquet.",
            )
        first = int(self.plays.ints("season").min())
        return Section(
            f"{count:,} games of {first} to {self.last_season} from {self.folder}; the models were fitted on 2009 to 2018 and have seen none of them."
        )

    def _offence(self, home: Floats) -> Floats:
        return self.scored.offence(home)


def _read(folder: Path) -> Plays:
    columns = [*MOMENT_COLUMNS, *OUTCOME]
    for more in ((*TOLD, *RIVALS), TOLD, ()):
        try:
            return read_folder(folder, UNSEEN, [*columns, *more])
        except PlaysError:
            if not more:
                raise
    raise AssertionError
