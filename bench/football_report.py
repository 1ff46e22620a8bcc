"""How the football benchmark prints: a line a measure, with what was to be reached beside it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One measure."""

    what: str
    found: str
    reach: str = ""
    stretch: str = ""
    verdict: str = ""


def verdict(*, reached: bool, stretch: bool) -> str:
    """Return the word for how far a goal was reached."""
    return "stretch" if stretch and reached else "reached" if reached else "MISSED"


def show(heading: str, lines: Iterable[Line]) -> list[Line]:
    """Print a section as a Markdown table and return its lines."""
    print(f"\n## {heading}\n\n| what | found | reach | stretch | |\n|---|---|---|---|---|", flush=True)
    shown = []
    for line in lines:
        print(f"| {line.what} | {line.found} | {line.reach} | {line.stretch} | {line.verdict} |", flush=True)
        shown.append(line)
    return shown
