"""The heat map: who does more of what than others do."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from eddyline.chart_style import ABOVE_AND_BELOW, INK, PAPER, canvas, drawing, to_svg


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows by columns of shares in percent; `usual` is each row's share over all columns, `telling` which cells stand on enough events."""

    rows: Sequence[str]
    columns: Sequence[str]
    percents: Sequence[Sequence[float]]
    usual: Sequence[float]
    telling: Sequence[Sequence[bool]]


def heat_map(grid: Grid, subject: str) -> str:
    """Draw each cell's share, coloured by how far it lies from the row's usual share (up to double or half), white where too few events tell."""
    shares, usual = np.asarray(grid.percents, dtype=float), np.asarray(grid.usual, dtype=float)[:, None]
    ratio = np.log2(np.divide(shares, usual, out=np.ones_like(shares), where=np.asarray(grid.telling) & (shares > 0)))
    with drawing():
        figure, (axes,) = canvas(0.75 + 0.36 * len(grid.rows))
        axes.imshow(np.clip(ratio, -1, 1), cmap=ABOVE_AND_BELOW, vmin=-1, vmax=1, aspect="auto")
        _cells(axes, shares, ratio)
        axes.set_xticks(range(len(grid.columns)), list(grid.columns), color=INK)
        axes.set_yticks(range(len(grid.rows)), list(grid.rows))
        axes.xaxis.tick_top()
        axes.spines[:].set_visible(False)
        return to_svg(figure, subject)


def _cells(axes: Axes, shares: NDArray[np.float64], ratio: NDArray[np.float64]) -> None:
    for (row, column), share in np.ndenumerate(shares):
        dark = ratio[row, column] > 0.65
        axes.text(column, row, f"{share:.1f}%", ha="center", va="center", fontsize=9, color=PAPER if dark else INK)
    axes.set_xticks(np.arange(0.5, shares.shape[1] - 1), minor=True)
    axes.set_yticks(np.arange(0.5, shares.shape[0] - 1), minor=True)
    axes.grid(which="minor", color=PAPER, linewidth=2)
    axes.tick_params(which="minor", length=0)
