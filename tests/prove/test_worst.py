"""The worst proof's ledger stays: a better one never takes its place."""

import json
from dataclasses import replace

import pytest

from eddyline.prove.faults.strike import Strike
from eddyline.prove.judge import Finding, Wrong
from eddyline.prove.result import Occurrence, Result
from eddyline.prove.schedule import Fault, Kind
from eddyline.prove.worst import LEDGER, RESULT, keep_if_worst


@pytest.fixture
def prove(tmp_path):
    def run(seed, *, findings=(), fired=True, visible=1.0):
        ledger = tmp_path / f"ledger-seed{seed}.jsonl"
        ledger.write_text(f"ledger of {seed}")
        struck = Occurrence(Fault(Kind.KILL, "api", 0), Strike(1.0, 1.0, fired, "seen"), 1.0, visible)
        plain = Result({}, f"eddyline prove --seed {seed}", str(ledger), 1.0, [], [], "all is well", True, {}, [struck], {}, 0)
        return keep_if_worst(replace(plain, findings=list(findings)))

    return run


LOST = Finding(Wrong.LOST, "e", "gone")


def test_the_worst_stays_through_better_ones(prove, tmp_path):
    for worse in ({"visible": 1.0}, {"visible": 9.0}, {"fired": False}, {"findings": [LOST]}, {"findings": [LOST, LOST]}):
        assert prove(7, **worse) == tmp_path / LEDGER
        assert prove(8, visible=0.5) is None
        assert (tmp_path / LEDGER).read_text() == "ledger of 7"
    kept = json.loads((tmp_path / RESULT).read_text())
    assert (kept["wrongs"], kept["ledger"]) == ({"lost": 2}, str(tmp_path / LEDGER))


def test_a_kept_result_that_cannot_be_read_is_no_reason_to_fail(prove, tmp_path):
    (tmp_path / RESULT).write_text("[")
    assert prove(1) == tmp_path / LEDGER
