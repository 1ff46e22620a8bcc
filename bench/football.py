"""Measures the football engine on seasons that nothing was fitted on: `python -m bench.football [--data DIR] [section ...]`.

Every figure stands beside a rival's on the same rows: nflfastR's columns, the seed's formula, models of one feature.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from bench import football_fourth, football_pieces, football_replays, football_speed, football_win
from bench.football_report import Line, show, verdict
from bench.football_rows import FITTED_ON, TESTED_ON, read_seasons
from eddyline.football import artefacts
from eddyline.football.models import Models, shipped
from eddyline.plays.tables import Plays
from eddyline.settings import PROJECT_ROOT


@dataclass
class Bench:
    """What the sections measure with; seasons are read when first asked for."""

    folder: Path

    @cached_property
    def fitted(self) -> Plays:
        """Return the seasons that the models were fitted on."""
        return read_seasons(self.folder, FITTED_ON)

    @cached_property
    def tested(self) -> Plays:
        """Return the seasons that they have not seen."""
        return read_seasons(self.folder, TESTED_ON)

    @property
    def models(self) -> Models:
        """Return the models that ship."""
        return shipped()


def win(bench: Bench) -> Iterator[Line]:
    """Quarters 1-4."""
    return football_win.compare(bench.tested, bench.models.win_probability)


def overtime(bench: Bench) -> Iterator[Line]:
    """Overtime."""
    return football_win.overtime(bench.fitted, bench.tested, bench.models.win_probability)


def pieces(bench: Bench) -> Iterator[Line]:
    """Field goals, conversions, punts."""
    return football_pieces.compare(bench.fitted, bench.tested, bench.models.fourth_down)


def fourth(bench: Bench) -> Iterator[Line]:
    """Fourth downs."""
    reference = bench.folder / "fourth_reference_visible.parquet"
    return football_fourth.compare(bench.tested, reference, bench.models.fourth_down, bench.models.win_probability)


def seasons(_: Bench) -> Iterator[Line]:
    """Calibration with each season left out in turn, as the training measured it: it fits every model ten times, which takes minutes."""
    card = json.loads((files(artefacts) / "win_probability.json").read_text(encoding="utf-8"))["card"]["each_season_left_out"]
    for name, reach, stretch in (("with_spread", 0.0080, 0.0072), ("without_spread", 0.0095, 0.0085)):
        error = card[name]["calibration_error"]
        goals = (f"{reach:.4f}", f"{stretch:.4f}", verdict(reached=error <= reach, stretch=error <= stretch))
        yield Line(f"{name.replace('_', ' ')}: calibration error (`eddyline football train` measures it again)", f"{error:.4f}", *goals)


def replays(bench: Bench) -> Iterator[Line]:
    """Real games told again."""
    return football_replays.compare(bench.folder)


def speed(bench: Bench) -> Iterator[Line]:
    """How fast it answers."""
    return football_speed.compare(bench.tested, bench.models, bench.folder)


SECTIONS: dict[str, tuple[str, Callable[[Bench], Iterator[Line]]]] = {
    "win": ("Win probability, 2020-2023", win),
    "seasons": ("Calibration, each season of 2009-2018 left out in turn", seasons),
    "overtime": ("Overtime, 2020-2023", overtime),
    "pieces": ("Pieces of the fourth down, 2020-2023", pieces),
    "fourth": ("Fourth downs against the reference, 2020-2023", fourth),
    "replays": ("Replays", replays),
    "speed": ("Speed in CPU time, one thread", speed),
}


def main() -> None:
    """Print the sections that were asked for, all of them where none was."""
    parser = argparse.ArgumentParser(prog="python -m bench.football", description="Measure the football engine beside its rivals.")
    default = Path(os.environ.get("EDDYLINE_TEST_DATA") or PROJECT_ROOT.parent / "shared" / "data") / "football"
    parser.add_argument("--data", type=Path, default=default, help="folder with nfl_*.parquet, replay/ and college/")
    parser.add_argument("sections", nargs="*", metavar="section", help=f"of {', '.join(SECTIONS)}; all where none is named")
    asked = parser.parse_args()
    if unknown := set(asked.sections) - set(SECTIONS):
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    bench = Bench(asked.data)
    for name, (heading, measure) in SECTIONS.items():
        if not asked.sections or name in asked.sections:
            show(heading, measure(bench))


if __name__ == "__main__":
    main()
