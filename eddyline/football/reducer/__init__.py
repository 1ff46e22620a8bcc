"""What a play does to the state of a game."""

from eddyline.football.reducer.step import step

__all__ = ["step"]
