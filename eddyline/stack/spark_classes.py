"""The archive of Spark's classes, made once by a short run of Spark (see `eddyline.spark.class_archive`)."""

import logging
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import filelock

from eddyline.spark import class_archive
from eddyline.stack.process import Child

TIMEOUT_S = 300.0
_log = logging.getLogger(__name__)


def make(jars: Sequence[Path]) -> None:
    """Make the archive for drivers with these jars where there is none; some 30 s.

    What goes wrong is logged, no error: drivers start without it, too.
    """
    place = class_archive.place(jars)
    place.parent.mkdir(exist_ok=True)
    with filelock.FileLock(place.parent / "make.lock"):
        if not place.is_file() and not _run(jars, place):
            _log.warning("Spark will start more slowly: the archive of its classes could not be made")


def _run(jars: Sequence[Path], place: Path) -> bool:
    unfinished = place.with_suffix(".unfinished")
    for old in place.parent.glob("*.jsa"):
        old.unlink()
    training = Child([sys.executable, "-m", "eddyline.spark.class_training", unfinished, *jars], subprocess.DEVNULL)
    try:
        is_made = training.wait(TIMEOUT_S) == 0 and unfinished.is_file()
    finally:
        training.kill()
    if is_made:
        unfinished.replace(place)
    return is_made
