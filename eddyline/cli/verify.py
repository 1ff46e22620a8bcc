"""`eddyline verify`: is every event accounted for?"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eddyline import log, settings
from eddyline.errors import SettingsError
from eddyline.game.truth import Truth, truth_from_json
from eddyline.lake.verification.accounting import Account, Fate
from eddyline.lake.verification.verdict import as_dict, complaints, sentence
from eddyline.lake.verification.verify import Verification
from eddyline.lake.verification.verify import verify as account_for_all

COLUMNS = {
    Fate.LANDED: "landed",
    Fate.QUARANTINED: "quarantined",
    Fate.RESEND: "resends",
    Fate.ERASED: "erased",
    Fate.NO_RECORD: "no record",
    Fate.LOST: "LOST",
}


def verify(
    wait: Annotated[float, typer.Option(min=0, metavar="SECONDS", help="Wait at most so long until the topics' present ends are landed.")] = 30.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print it for programs.")] = False,  # noqa: FBT002 - a flag
    expect: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Compare with what `eddyline generate game --truth FILE` wrote; for a lake that saw that run only.")
    ] = None,
) -> None:
    """Prove that every event is in exactly one place; exit code 0 only if nothing is lost or doubled."""
    log.configure("verify")
    truth = _read(expect) if expect else None
    verification = account_for_all(settings.load(), wait_s=wait, expected=truth)
    if as_json:
        typer.echo(json.dumps(as_dict(verification), indent=1))
    else:
        _print(verification, Console())
    if not verification.balanced:
        raise typer.Exit(1)


def _read(path: Path) -> Truth:
    try:
        return truth_from_json(path.read_bytes())
    except OSError as error:
        raise SettingsError(f"--expect {path} cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise SettingsError(f"--expect {path} is not what `eddyline generate game --truth` writes: {error}") from error


def _print(verification: Verification, console: Console) -> None:
    console.print(_table(verification))
    for line in complaints(verification):
        console.print(Text(line, "red"), soft_wrap=True)
    console.print(Text(sentence(verification), "bold green" if verification.balanced else "bold red"), soft_wrap=True)


def _table(verification: Verification) -> Table:
    table = Table("topic", "partition", "offsets", *COLUMNS.values(), "expired", header_style="bold")
    for column in table.columns[1:]:
        column.justify = "right"
    for each in verification.accounts:
        table.add_row(*_row(each))
    expired = sum(each.expired for each in verification.accounts)
    table.add_section()
    table.add_row("total", "", f"{verification.total.total():,}", *(f"{verification.total[fate]:,}" for fate in COLUMNS), f"{expired:,}", style="bold")
    return table


def _row(each: Account) -> Iterator[str]:
    yield from (each.span.topic, str(each.span.partition), f"{each.span.start:,} to {each.span.end:,}")
    yield from (f"{each.counts[fate]:,}" for fate in COLUMNS)
    yield f"{each.expired:,}"
