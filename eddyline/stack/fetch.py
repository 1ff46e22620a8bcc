"""Download the jars and show how far it is: `python -m eddyline.stack.fetch [kafka] [spark] [s3] [trino]`."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.progress import Progress as RichProgress

from eddyline.errors import EddylineError
from eddyline.spark import class_archive
from eddyline.stack import jars, spark_classes

PLAIN_LINE_EVERY_S = 5.0


@contextmanager
def shown(title: str, console: Console | None = None) -> Iterator[jars.OnProgress]:
    """Show a download: a bar on a terminal, a plain line now and then elsewhere."""
    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield _plain_lines(title)
        return
    bar = RichProgress(
        TextColumn(title),
        BarColumn(),
        TextColumn("{task.fields[files]}"),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    with bar:
        task = bar.add_task(title, files="")
        yield lambda now: bar.update(task, total=now.bytes, completed=now.bytes_done, files=f"{now.files_done}/{now.files} files")


def prepare_spark(console: Console | None = None) -> list[Path]:
    """Download what Kafka and Spark need and make the archive of Spark's classes, once, with progress; return the files."""
    with shown("downloading jars", console) as on_progress:
        files = jars.fetch(on_progress=on_progress)
    libraries = jars.installed("spark")
    if not class_archive.place(libraries).is_file():
        (console or Console(stderr=True)).print("preparing Spark's classes, once, so that it starts in half of the time: about 30 s")
        spark_classes.make(libraries)
    return files


def _fetch(configurations: Sequence[str]) -> list[Path]:
    with shown("downloading") as on_progress:
        return jars.fetch(*configurations, on_progress=on_progress)


def main() -> None:
    """Download the configurations named on the command line; without a name all that Kafka and Spark need, made ready to start."""
    try:
        files = _fetch(sys.argv[1:]) if sys.argv[1:] else prepare_spark()
    except KeyboardInterrupt:
        sys.exit("eddyline: stopped; run it again to go on where it was")
    except EddylineError as error:
        sys.exit(f"eddyline: {error}")
    sys.stderr.write(f"{len(files)} files are in {jars.cache_folder()}\n")


def _plain_lines(title: str) -> jars.OnProgress:
    last = time.monotonic() - PLAIN_LINE_EVERY_S

    def line(now: jars.Progress) -> None:
        nonlocal last
        if now.files_done == now.files or time.monotonic() - last >= PLAIN_LINE_EVERY_S:
            last = time.monotonic()
            sys.stderr.write(f"{title}: {now.files_done} of {now.files} files, {now.bytes_done / 1e6:.0f} of {now.bytes / 1e6:.0f} MB\n")

    return line


if __name__ == "__main__":
    main()
