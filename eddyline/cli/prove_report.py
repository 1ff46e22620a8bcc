"""What `eddyline prove` prints: promises and tables compared, and what each component stood."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from eddyline.prove import worst
from eddyline.prove.result import Result, Stood, Times

SHOWN_FINDINGS = 20


def print_result(result: Result, console: Console) -> None:
    """Print the account, the table of components, what was not run, and the verdict."""
    for line in _account(result):
        console.print(Text(line), soft_wrap=True)
    console.print(_table(result))
    for line in _reservations(result):
        console.print(Text(line, "yellow"), soft_wrap=True)
    for finding in list(result.findings)[:SHOWN_FINDINGS]:
        console.print(Text(f"{finding.wrong}: {finding.event_id} ({finding.why})", "red"), soft_wrap=True)
    for line, style in _verdict(result):
        console.print(Text(line, style), soft_wrap=True)


def _account(result: Result) -> Iterator[str]:
    answers = result.answers()
    yield (
        f"{len(result.attempts):,} messages were sent in {result.seconds:.0f} s: {answers['acknowledged']:,} acknowledged, "
        f"{answers['refused']:,} refused as no event, {answers['open']:,} without a promise (an error, or no answer)."
    )
    counts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in result.counts.items() if count)
    yield f"The topics' offsets: {counts or 'none'}."
    if result.compared:
        yield f"Compared with the tables: {', '.join(f'{name}: {count:,}' for name, count in result.compared.items())}."
    if result.reads:
        answered = (f"{count:,} times {status or 'no answer'}" for status, count in sorted(result.reads.items()))
        yield f"Players were asked for meanwhile: {', '.join(answered)}."
    yield f"Where the time went: {', '.join(f'{name} {seconds:.0f} s' for name, seconds in result.phases.items())}."


def _table(result: Result) -> Table:
    table = Table("", "kills", "other faults", "lost", "doubled", "next acknowledged (s)", "next row visible (s)", "peak MB", header_style="bold")
    for column in (1, 3, 4, 7):
        table.columns[column].justify = "right"
    for stood in result.components():
        table.add_row(*_row(stood))
    table.add_section()
    kills = sum(stood.kills for stood in result.components())
    lost, doubled = (sum(finding.wrong == wrong for finding in result.findings) for wrong in ("lost", "doubled"))
    table.add_row("total", str(kills), str(_others(result)), str(lost), str(doubled), "p50 / p95 / max", "p50 / p95 / max", f"{result.peak_total_mb:.0f}")
    return table


def _others(result: Result) -> int:
    return sum(sum(stood.faults.values()) - stood.kills for stood in result.components())


def _row(stood: Stood) -> Iterator[str]:
    others = {kind: count for kind, count in stood.faults.items() if kind not in Stood.KILLING}
    yield from (stood.name, str(stood.kills), ", ".join(f"{count} {kind}" for kind, count in others.items()))
    yield from (str(stood.lost), str(stood.doubled), _times(stood.next_acknowledged), _times(stood.next_visible))
    yield "" if stood.peak_memory_mb is None else f"{stood.peak_memory_mb:.0f}"


def _times(found: Times | None) -> str:
    return "" if found is None else f"{found.p50:.1f} / {found.p95:.1f} / {found.most:.1f}"


def _reservations(result: Result) -> Iterator[str]:
    for name, why in result.not_run.items():
        yield f"not run: {name} ({why})"
    if result.left_out:
        yield f"not run: {result.left_out} of the faults that were drawn, for want of time or because the stack did not recover"


def _verdict(result: Result) -> Iterator[tuple[str, str]]:
    if not result.failed:
        faults = len(result.occurrences)
        yield f"Proved: {faults} faults happened, every promise was kept. {result.verdict}", "bold green"
    else:
        yield f"NOT proved: {'; '.join(result.failed)}", "bold red"
        yield f"Repeat it with: {result.command}", "bold"
    yield f"Ledger: {result.ledger}", ""
    yield f"The worst proof's so far: {Path(result.ledger).parent / worst.LEDGER}", ""
