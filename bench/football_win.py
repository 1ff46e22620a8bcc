"""Win probability against nflfastR's columns and the seed's formula, on seasons that nothing was fitted on."""

from collections.abc import Iterator

import numpy as np

from bench.football_report import Line, verdict
from bench.football_toy import readings
from eddyline.football.situations import Floats
from eddyline.plays.forecast_scores import brier, calibration_error, log_loss, paired
from eddyline.plays.scored_plays import ScoredPlays
from eddyline.plays.tables import Plays


def compare(plays: Plays, home_wp: Floats, home_wp_spread: Floats) -> Iterator[Line]:
    """Yield Brier scores of quarters 1-4; the forecasts are the home team's, a row a play of `plays`."""
    rows = ScoredPlays.of(plays)
    yield from _against(rows, rows.offence(home_wp_spread), "nflfastr_vegas_wp", "with spread")
    yield from _against(rows, rows.offence(home_wp), "nflfastr_wp", "without spread")
    known = rows.take(~np.isnan(rows.rival("nflfastr_wp")))
    for name, forecast in readings(known).items():
        yield Line(f"{name}: Brier; calibration error", f"{brier(forecast, known.won):.4f}; {calibration_error(forecast, known.won, known.quarter):.4f}")


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
