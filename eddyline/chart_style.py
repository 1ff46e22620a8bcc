"""How every chart looks: one palette, one typeface, and a figure's way into the page."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from io import StringIO
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

INK, MUTED, FAINT, PAPER = "#1d2b36", "#66757f", "#e3e8eb", "#ffffff"
RIVER, POOL, REED, SAND, CLAY = "#17607a", "#9cc3cf", "#4f8f5b", "#d9a441", "#b5483a"
SERIES = (RIVER, CLAY, REED, SAND, "#6c5b94", "#3fa7a0", "#8a6a4f", "#c06c98", "#5f7f95", "#a8b545")
ABOVE_AND_BELOW = LinearSegmentedColormap.from_list("above and below", (SAND, "#f6e7c6", PAPER, "#c5dee6", RIVER))

WIDTH_IN = 8.6
RULES: dict[Any, Any] = {
    "svg.fonttype": "none",
    # A guild may be named $1 million$.
    "text.parse_math": False,
    "svg.hashsalt": "eddyline",
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.5,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": MUTED,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
}
NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
PAGE_FONT = "'Inter', 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"


@contextmanager
def drawing() -> Iterator[None]:
    """Apply the rules to what is drawn inside the block."""
    with mpl.rc_context(RULES), warnings.catch_warnings():
        # Letters that this typeface lacks are drawn by the reader's browser.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")
        yield


def canvas(height_in: float, columns: int = 1, widths: tuple[float, ...] | None = None) -> tuple[Figure, list[Axes]]:
    """Open a figure of the page's width with some axes beside each other."""
    figure = Figure(figsize=(WIDTH_IN, height_in), layout="constrained")
    axes = figure.subplots(1, columns, squeeze=False, gridspec_kw={"width_ratios": widths} if widths else None)
    return figure, list(axes[0])


def only_labels(axes: Axes) -> None:
    """Take away what a chart with a number at each mark does not need."""
    axes.spines[:].set_visible(False)
    axes.set_xticks([])
    axes.tick_params(axis="y", pad=6)


def to_svg(figure: Figure, description: str) -> str:
    """Render a figure as an SVG element that stands in the page and is read out as `description`."""
    text = StringIO()
    figure.savefig(text, format="svg", metadata=NO_METADATA, transparent=True)
    drawn = text.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    for pattern, replacement in _IN_A_PAGE:
        drawn = pattern.sub(replacement, drawn)
    return drawn.replace("<svg", f'<svg role="img" aria-label="{escape(description, quote=True)}"', 1)


# Several figures share one page: ids would stand twice, a style would reach the others, and the page says how wide each is.
_IN_A_PAGE = (
    (re.compile(r"<metadata>.*?</metadata>", re.DOTALL), ""),
    (re.compile(r"<style.*?</style>", re.DOTALL), ""),
    (re.compile(r'(<svg[^>]*?) width="[^"]*"'), r"\1"),
    (re.compile(r'(<svg[^>]*?) height="[^"]*"'), r"\1"),
    (re.compile(r'<g id="[^"]*"'), "<g"),
    (re.compile(r"'DejaVu Sans'"), PAGE_FONT),
)
