"""Win probability against nflfastR's columns and the seed's formula, on seasons that nothing was fitted on."""

from collections.abc import Iterator

import numpy as np

from bench.football_forecasts import offence
from bench.football_report import Line, verdict
from bench.football_toy import readings
from eddyline.football.situations import Floats
from eddyline.football.win_probability.model import WinProbability
from eddyline.plays.forecast_scores import brier, calibration_error, log_loss, paired
from eddyline.plays.scored_plays import ScoredPlays
from eddyline.plays.tables import Plays


def compare(plays: Plays, model: WinProbability) -> Iterator[Line]:
    """Yield Brier scores of quarters 1-4."""
    rows = ScoredPlays.of(plays)
    yield from _against(rows, offence(rows, model, spread=True), "nflfastr_vegas_wp", "with spread")
    yield from _against(rows, offence(rows, model, spread=False), "nflfastr_wp", "without spread")
    known = rows.take(~np.isnan(rows.rival("nflfastr_wp")))
    for name, forecast in readings(known).items():
        yield Line(f"{name}: Brier; calibration error", f"{brier(forecast, known.won):.4f}; {calibration_error(forecast, known.won, known.quarter):.4f}")


def overtime(fitted: Plays, tested: Plays, model: WinProbability) -> Iterator[Line]:
    """Yield the Brier score of overtime against the share that the team with the ball won in 2009-2018."""
    rows, before = ScoredPlays.of(tested, overtime=True), ScoredPlays.of(fitted, overtime=True)
    possession = np.full(len(rows), before.won.mean())
    for named, spread in (("with spread", True), ("without spread", False)):
        ours = offence(rows, model, spread=spread)
        better = 1 - brier(ours, rows.won) / brier(possession, rows.won)
        yield Line(
            f"overtime, {named}: Brier, possession only {brier(possession, rows.won):.4f}, {len(rows):,} plays of {len(set(rows.games))} games",
            f"{brier(ours, rows.won):.4f} ({-better:+.1%}; difference {paired(ours, possession, rows.won, rows.games)})",
            reach="not above",
            stretch="5 % below",
            verdict=verdict(reached=better >= 0, stretch=better >= 0.05),
        )
    column = rows.rival("nflfastr_wp")
    known = ~np.isnan(column)
    if known.any():
        ours, theirs, won = offence(rows, model, spread=False)[known], column[known], rows.won[known]
        found = f"{brier(ours, won):.4f}, {brier(theirs, won):.4f} (difference {paired(ours, theirs, won, rows.games[known])})"
        yield Line(f"overtime, without spread: Brier, ours and nflfastR's column where it has one, {known.sum():,} plays", found)


def _against(rows: ScoredPlays, ours: Floats, rival: str, named: str) -> Iterator[Line]:
    known = ~np.isnan(rows.rival(rival))
    rows, ours = rows.take(known), ours[known]
    theirs = rows.rival(rival)
    difference = paired(ours, theirs, rows.won, rows.games)
    yield Line(
        f"{named}: Brier, ours less nflfastR's, {len(rows):,} rows of {len(set(rows.games)):,} games",
        str(difference),
        reach="<= +.0005, upper bound <= +.0015",
        stretch="below zero",
        verdict=verdict(reached=difference.mean <= 0.0005 and difference.high <= 0.0015, stretch=difference.mean < 0),
    )
    for name, forecast in (("ours", ours), ("nflfastR", theirs)):
        scores = f"{brier(forecast, rows.won):.5f}; {log_loss(forecast, rows.won):.4f}; {calibration_error(forecast, rows.won, rows.quarter):.4f}"
        yield Line(f"{named}, {name}: Brier; log loss; calibration error", scores)
    season = rows.plays.ints("season")
    for year in np.unique(season):
        chosen = season == year
        yield Line(f"{named}, {year}: Brier, ours less nflfastR's", str(paired(ours[chosen], theirs[chosen], rows.won[chosen], rows.games[chosen])))
