"""What a play was worth in points; it is a success if that is above zero, as nflfastR has it."""

TRY_WORTH = 0.95  # points that a try brings on average


def expected_points_added(before: float, after: float | None, points: int) -> float:
    """Return what was scored plus what is expected after the play minus what was expected before it, from the same team's view.

    A touchdown counts with its try; the kickoff after a score belongs to the next play. `after` is None where the half ended.
    """
    touchdown = abs(points) >= 6
    scored = points + (TRY_WORTH if points > 0 else -TRY_WORTH) * touchdown
    return scored + (0.0 if points or after is None else after) - before
