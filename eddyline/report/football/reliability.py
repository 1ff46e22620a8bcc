"""Whether what was called 70 % happened in 70 of 100 plays: a curve a quarter."""

import numpy as np
from matplotlib.axes import Axes

from eddyline.chart_style import CLAY, FAINT, MUTED, RIVER, SAND, canvas, drawing, to_svg
from eddyline.football.situations import Floats
from eddyline.plays.forecast_scores import brier, calibration_error
from eddyline.plays.scored_plays import ScoredPlays
from eddyline.report.section import Section

BINS = 20
FEWEST = 40  # plays in a bin, for a share to say anything
COLOURS = (RIVER, SAND, CLAY)


def reliability(rows: ScoredPlays, forecasts: dict[str, Floats]) -> Section:
    """Draw predicted against actual shares by quarter for each named forecast (the offence's chances)."""
    if not len(rows):
        return Section("There is no play with a known winner here: give a folder of finished games.")
    with drawing():
        figure, panels = canvas(3.1, columns=4)
        for quarter, axes in enumerate(panels, start=1):
            _panel(axes, rows, forecasts, quarter)
        panels[0].set_ylabel("share that won")
        figure.legend(*panels[0].get_legend_handles_labels(), frameon=False, fontsize=8, loc="outside lower center", ncols=len(forecasts))
        chart = to_svg(figure, "predicted chances against the share of plays whose team won, by quarter")
    return Section(_finding(rows, forecasts), chart=chart, caption="Predicted chance against the share that won, by quarter")


def _panel(axes: Axes, rows: ScoredPlays, forecasts: dict[str, Floats], quarter: int) -> None:
    axes.plot([0, 1], [0, 1], color=FAINT, linewidth=1.5)
    chosen = rows.quarter == quarter
    for (name, forecast), colour in zip(forecasts.items(), COLOURS, strict=False):
        predicted, shares = curve(forecast[chosen], rows.won[chosen])
        axes.plot(predicted, shares, color=colour, linewidth=1.3, marker="o", markersize=2.6, label=name)
    axes.set_title(f"Q{quarter}")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xticks([0, 0.5, 1], ["0", "50%", "100%"])
    axes.set_yticks([0, 0.5, 1], ["0", "50%", "100%"] if quarter == 1 else [])
    axes.tick_params(colors=MUTED, labelsize=8)
    axes.set_aspect("equal")


def curve(forecast: Floats, won: Floats) -> tuple[Floats, Floats]:
    """Return mean forecast and share won of each twentieth that holds enough plays."""
    place = np.minimum((forecast * BINS).astype(int), BINS - 1)
    plays = np.bincount(place, minlength=BINS)
    filled = plays >= FEWEST
    means = (np.bincount(place, weights=values, minlength=BINS)[filled] / plays[filled] for values in (forecast, won))
    predicted, shares = means
    return predicted, shares


def _finding(rows: ScoredPlays, forecasts: dict[str, Floats]) -> str:
    told = [
        f"{name}: Brier {brier(values, rows.won):.4f}, calibration error {calibration_error(values, rows.won, rows.quarter):.4f}"
        for name, values in forecasts.items()
    ]
    return f"{len(rows):,} plays of {len(set(rows.games)):,} games. {'; '.join(told)}."
