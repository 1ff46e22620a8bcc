"""`eddyline football replay`: a recorded game told again, with the state before each play."""

import gzip
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from eddyline.plays.feed_files import read
from eddyline.plays.replay import Replay
from eddyline.plays.replay_rows import Row


def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A recorded game, one JSON object a line: FILE.events.jsonl.gz.")],
    states: Annotated[Path, typer.Option("--states", metavar="OUT", help="Where the states go, one JSON object a line; .gz compresses.")],
    live: Annotated[bool, typer.Option("--live", help="Write each state as it was known when its event came, without later corrections.")] = False,  # noqa: FBT002 - a flag
    as_json: Annotated[bool, typer.Option("--json", help="Print the report for programs.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Tell a recorded game again and write two states before each play: as the feed states it, and as we believed it without having read the play."""
    told = Replay(read(file))
    count = _write(states, told.live() if live else told.rows())
    report = told.report() | {"rows": count, "states": str(states)}
    sys.stdout.write(json.dumps(report, indent=1) + "\n" if as_json else _sentences(report))
    if told.rejected:
        raise typer.Exit(1)


def _write(path: Path, rows: Iterable[Row]) -> int:
    count = 0
    with gzip.open(path, "wt", encoding="utf-8") if path.suffix == ".gz" else path.open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row) + "\n")
            count += 1
    return count


def _sentences(report: dict[str, Any]) -> str:
    lines = [
        f"{report['game_id']}: {report['events']} events, {report['rows']} rows in {report['states']}",
        f"{report['away_team']} {report['away_score']} - {report['home_team']} {report['home_score']} ({report['situation']})",
        f"{report['foreseen']} of {report['scrimmage']} plays from scrimmage began as we believed: possession, spot, down and distance",
        f"{report['repeated']} repeats, {report['corrected']} corrections, {report['tries_inferred']} tries that the feed lacks",
    ]
    lines += [f"not understood: {what}" for what in report["rejected"]]
    return "\n".join(lines) + "\n"
