"""The proof passes where nothing is wrong, and can fail: planted bugs are caught by what the tables hold."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eddyline.prove.ledger import Begun, Sent, read_ledger
from eddyline.settings import PROJECT_ROOT

pytestmark = pytest.mark.integration
PLANTED = PROJECT_ROOT / "tests" / "prove" / "planted"


def prove(home: Path, *options: str, bug: str = "") -> tuple[int, dict[str, Any]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EDDYLINE_", "PYSPARK_", "SPARK_"))}
    planted = {"PYTHONPATH": str(PLANTED), "PLANTED_BUG": bug} if bug else {}
    command = [sys.executable, "-m", "eddyline", "prove", "--seed", "1", "--json", *options]
    environment = kept | planted | {"EDDYLINE_HOME": str(home)}
    done = subprocess.run(command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, timeout=540, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_without_a_fault_every_promise_is_kept_and_the_ledger_stays(tmp_path):
    code, result = prove(tmp_path, "--kills", "0")
    assert (code, result["passed"], result["failed"], result["faults"]) == (0, True, [], [])
    assert result["offsets"]["landed"] > 100
    entries = list(read_ledger(Path(result["ledger"])))
    assert isinstance(entries[0], Begun)
    assert sum(isinstance(entry, Sent) for entry in entries) == sum(result["answers"].values())


@pytest.mark.parametrize(
    ("bug", "options", "wrong"),
    [
        # One kill, with two crash points: no time is left for the other.
        ("without-marks", ("--kills", "2", "--minutes", "0.1", "--component", "landing", "--fault", "crash-point"), "doubled"),
        ("early-answer", ("--kills", "1", "--component", "broker", "--fault", "away"), "lost"),
        ("watermark", ("--kills", "0"), "lost"),
    ],
)
def test_a_planted_bug_is_found(tmp_path, bug, options, wrong):
    code, result = prove(tmp_path, *options, bug=bug)
    assert code == 1
    assert [finding for finding in result["findings"] if finding["wrong"] == wrong], result["failed"]
    assert all(fault["fired"] for fault in result["faults"])
    assert result["command"].startswith("eddyline prove --seed 1")
