"""The figures at the top of the report."""

from dataclasses import dataclass
from html import escape

from eddyline.report.accounts import Accounts
from eddyline.report.section import Questions

PLAYED = """
SELECT
    count(DISTINCT user_id) AS players,
    min(occurred_at) AS first_at,
    max(occurred_at) AS last_at,
    coalesce(sum(price * quantity) FILTER (WHERE event_type = 'purchase_item'), 0e0) AS revenue
FROM game.events
"""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Figures with a name each, shown as cards."""

    figures: tuple[tuple[str, str], ...]
    period: str

    def _repr_html_(self) -> str:
        """Render for the notebook."""
        cards = "".join(f'<div class="card"><b>{escape(figure)}</b><span>{escape(name)}</span></div>' for name, figure in self.figures)
        return f'<p class="period">{escape(self.period)}</p><div class="cards">{cards}</div>'


def key_figures(questions: Questions, accounts: Accounts) -> KeyFigures:
    """Count players, events, gold and what was kept aside or lost."""
    played = questions.rows(PLAYED)[0]
    figures = (
        ("events landed", f"{accounts.landed:,}"),
        ("players", f"{played['players']:,}"),
        ("gold earned", f"{played['revenue']:,.0f}"),
        ("records in quarantine", f"{accounts.refused:,}"),
        ("records lost (not verified yet)", "?") if accounts.lost is None else ("records lost", f"{accounts.lost:,}"),
    )
    if played["first_at"] is None:
        return KeyFigures(figures, "No events yet")
    return KeyFigures(figures, f"Events from {played['first_at']:%d %B %Y, %H:%M} to {played['last_at']:%d %B %Y, %H:%M} UTC")
