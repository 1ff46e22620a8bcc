"""What a newcomer is told after the demo."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from eddyline.cli.demo_steps import Run
from eddyline.settings import PROJECT_ROOT

BUSIEST = "most_popular_events"
# A pyarrow table by the name of the question; imported by those who ask, since it takes a while.
Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a demo did."""

    run: Run
    answers: Answers
    seconds: float
    peak_memory_mb: float

    @property
    def is_balanced(self) -> bool:
        """Tell whether every event is accounted for, once."""
        return bool(self.run.read_verdict()["balanced"]) and self.run.read_truth().complete


def print_summary(outcome: Outcome) -> None:
    """Print what became of every event, and where to look next."""
    console = Console(highlight=False, soft_wrap=True)
    console.print()
    console.print(_accounts(outcome))
    for line in (*_wrong(outcome), *_busiest(outcome), *_places(outcome)):
        console.print(line, markup=False)


def _accounts(outcome: Outcome) -> Table:
    truth, total = outcome.run.read_truth(), outcome.run.read_verdict()["total"]
    rows = (
        ("sent", truth.sent, f"by the players to the API, {truth.bad:,} of them broken on purpose, {truth.resent:,} sent twice"),
        ("acknowledged", truth.acknowledged, "answered with 202: safely in Kafka"),
        ("refused", truth.refused, "answered with 4xx, because they break the contract; kept with the reason"),
        ("landed", total["landed"], "rows in the table game.events"),
        ("quarantined", total["quarantined"], "rows in the table ops.quarantine: bytes and reason"),
        ("resends", total["resend"], "recognised as events that are in the table already"),
        ("lost", total["lost"], "in Kafka, but nowhere else"),
    )
    table = Table("", "events", "what that means", header_style="bold", title="What became of every event", title_justify="left")
    table.columns[1].justify = "right"
    for name, count, meaning in rows:
        table.add_row(name, f"{count:,}", meaning)
    return table


def _wrong(outcome: Outcome) -> list[str]:
    if outcome.is_balanced:
        return ["Everything is accounted for: nothing was lost and nothing is there twice.", ""]
    verdict = outcome.run.read_verdict()
    return [
        verdict["verdict"],
        *verdict["disagreements"][:10],
        f"The whole account is in {outcome.run.verdict}, what happened in {outcome.run.settings.home / 'logs'}",
        "",
    ]


def _busiest(outcome: Outcome) -> list[str]:
    rows = outcome.answers[BUSIEST].slice(0, 3).to_pylist()
    named = ", ".join(f"{row['event_type']} ({row['events']:,})" for row in rows)
    return [f"Busiest event types: {named}", f"Asked: {len(outcome.answers)} questions of sql/queries on the table that landed"]


def _places(outcome: Outcome) -> list[str]:
    home = outcome.run.settings.home
    shown = home.relative_to(PROJECT_ROOT) if home.is_relative_to(PROJECT_ROOT) else home
    return [
        f"The report for the business: {outcome.run.report.as_uri()}",
        f"Ask it yourself:  EDDYLINE_HOME={shown} .venv/bin/eddyline sql -f {BUSIEST}",
        f"Start it again:   EDDYLINE_HOME={shown} .venv/bin/eddyline up    (API on http://127.0.0.1:5000, its description on /docs)",
        f"Took {outcome.seconds:.0f} s, at most {outcome.peak_memory_mb / 1000:.1f} GB of memory; everything that was started is stopped.",
    ]
