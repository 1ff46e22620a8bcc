"""Reads what Apache Bench prints."""

import re
from dataclasses import dataclass

_COMPLETE = re.compile(r"^Complete requests:\s+(\d+)", re.MULTILINE)
_FAILED = re.compile(r"^Failed requests:\s+(\d+)", re.MULTILINE)
_NOT_2XX = re.compile(r"^Non-2xx responses:\s+(\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Bench:
    """What one command did; `problem` says in a line why requests failed."""

    complete: int
    failed: int
    problem: str = ""


def read_bench(output: str, errors: str, exit_code: int, requests: int) -> Bench:
    """Read one command's output; an answer of changed length, one that is no 2xx and one that never came have failed."""
    complete = _number(_COMPLETE, output)
    if exit_code or complete < requests:
        lines = [line for line in errors.splitlines() if line.strip()]
        return Bench(complete, requests - complete, lines[-1] if lines else f"ab ended with exit code {exit_code}")
    not_2xx, changed = _number(_NOT_2XX, output), _number(_FAILED, output)
    failed = max(not_2xx, changed)
    return Bench(complete, failed, _problem(not_2xx, changed))


def _problem(not_2xx: int, changed: int) -> str:
    if not_2xx:
        return "the API answered something else than success: its log says why"
    return "answers changed their length or did not come" if changed else ""


def _number(pattern: re.Pattern[str], output: str) -> int:
    found = pattern.search(output)
    return int(found[1]) if found else 0
