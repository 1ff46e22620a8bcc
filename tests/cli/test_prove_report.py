"""What `eddyline prove` prints: every count that its verdict rests on, and how to repeat a failure."""

import io
from collections import Counter
from dataclasses import replace

import pytest
from rich.console import Console

from eddyline.cli.prove_report import print_result
from eddyline.prove.faults.strike import Strike
from eddyline.prove.judge import Finding, Wrong
from eddyline.prove.ledger import Answer, Attempt, Sent, Via
from eddyline.prove.result import Occurrence, Result
from eddyline.prove.schedule import Fault, Kind


@pytest.fixture
def passed():
    return Result(
        plan={},
        command="eddyline prove --seed 1",
        ledger="home/proofs/ledger-seed1.jsonl",
        seconds=61.0,
        attempts=[Attempt(Sent(1, 0.0, Via.HTTP, "e"), Answer.ACKNOWLEDGED)],
        findings=[],
        verdict="All is accounted for.",
        balanced=True,
        counts={"landed": 1234},
        occurrences=[Occurrence(Fault(Kind.KILL, "api", 0), Strike(1.0, 1.0, True, "gone"), 1.5, 2.5)],
        not_run={"disk of broker": "no right to mount"},
        left_out=2,
        compared={"rows counted by Trino": 1234},
        reads=Counter({200: 7, 0: 1}),
        phases={"start": 20.2},
        peak_memory_mb={"api": 100.0},
    )


def printed(result):
    console = Console(file=io.StringIO(), width=200)
    print_result(result, console)
    return console.file.getvalue()


def test_a_proof_that_passed_shows_what_it_rests_on(passed):
    text = printed(passed)
    for words in (
        "1 messages were sent in 61 s: 1 acknowledged",
        "1,234 landed",
        "Compared with the tables: rows counted by Trino: 1,234.",
        "Players were asked for meanwhile: 1 times no answer, 7 times 200.",
        "start 20 s",
        "1.5 / 1.5 / 1.5",
        "not run: disk of broker (no right to mount)",
        "not run: 2 of the faults",
        "Proved: 1 faults happened, every promise was kept. All is accounted for.",
        "home/proofs/worst-ledger.jsonl",
    ):
        assert words in text


def test_a_proof_that_failed_says_why_and_how_to_repeat_it(passed):
    text = printed(replace(passed, findings=[Finding(Wrong.DIFFERING, "public/ada", "redis: no state")]))
    assert "differing: public/ada (redis: no state)" in text
    assert "NOT proved: 1 differing" in text
    assert "Repeat it with: eddyline prove --seed 1" in text
