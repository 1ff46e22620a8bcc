"""`eddyline football train`: makes the models that ship again, from plays of 2009-2018."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from eddyline.football.artefacts import hashes
from eddyline.settings import load


def train(
    plays: Annotated[Path, typer.Option("--plays", metavar="DIR", help="A folder with plays of 2009-2018: nfl_*.parquet, or nflverse's files.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Where the models go; football/ in the state folder if not given.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the hashes for programs.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Fit win probability, fourth downs and expected points on 2009-2018 (two minutes or so), and compare their hashes with those that ship."""
    # LightGBM and onnx take seconds to import, which no other command should wait for.
    from eddyline.plays.training.models import train as train_models  # noqa: PLC0415

    folder = out or load().home / "football"
    found, shipped = train_models(plays, folder, _say), hashes()
    if as_json:
        models = {name: {"sha256": value, "as_shipped": shipped.get(name) == value} for name, value in found.items()}
        sys.stdout.write(json.dumps({"folder": str(folder), "models": models}) + "\n")
        return
    for name, value in found.items():
        sys.stdout.write(f"{name}: {value} ({'as shipped' if shipped.get(name) == value else 'not the one that ships'})\n")
    sys.stdout.write(f"The models are in {folder}.\n")


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
