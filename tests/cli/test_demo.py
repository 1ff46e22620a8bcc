"""When the demo is content, and what it tells."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from eddyline import settings
from eddyline.cli.demo_steps import Run, last_words
from eddyline.cli.demo_summary import BUSIEST, Outcome, print_summary
from eddyline.game.truth import Truth

TOTAL = {"landed": 7, "quarantined": 2, "resend": 1, "lost": 0}
ANSWERS = {BUSIEST: pa.table({"event_type": ["log_in", "heal", "join_guild", "log_out"], "events": [4, 2, 1, 0]})}


def outcome(home: Path, *, balanced: bool = True, unanswered: int = 0) -> Outcome:
    run = Run(settings.load(home=home))
    run.truth.parent.mkdir(parents=True, exist_ok=True)
    run.truth.write_bytes(Truth(seed=1, via="http", start="", sent=10, acknowledged=8, refused=2, unanswered=unanswered, bad=2, resent=1).to_json())
    verdict = "NOT balanced: 3 lost."
    run.verdict.write_text(json.dumps({"balanced": balanced, "total": TOTAL, "verdict": verdict, "disagreements": ["3 events are missing"]}))
    return Outcome(run, ANSWERS, 60.0, 2500.0)


@pytest.mark.parametrize(("balanced", "unanswered", "content"), [(True, 0, True), (False, 0, False), (True, 1, False)])
def test_the_demo_is_content_only_when_all_was_answered_and_all_balances(tmp_path: Path, balanced: bool, unanswered: int, content: bool) -> None:
    assert outcome(tmp_path, balanced=balanced, unanswered=unanswered).is_balanced is content


def test_the_summary_tells_the_counts_the_busiest_types_and_the_places(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_summary(outcome(tmp_path))
    told = capsys.readouterr().out
    for part in (
        "sent",
        "acknowledged",
        "refused",
        "landed",
        "quarantined",
        "resends",
        "lost",
        "log_in (4), heal (2), join_guild (1)",
        "report.html",
        "eddyline up",
    ):
        assert part in told
    assert "nothing was lost and nothing is there twice" in told


def test_the_summary_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_summary(outcome(tmp_path, balanced=False))
    told = capsys.readouterr().out
    assert "NOT balanced: 3 lost." in told
    assert "3 events are missing" in told
    assert "nothing was lost" not in told


def test_the_last_words_of_a_program_are_its_last_line(tmp_path: Path) -> None:
    log = tmp_path / "players.log"
    log.write_text("sent 3\nerror: 5 bodies got no answer\n")
    assert last_words(log) == "5 bodies got no answer"
    log.write_text("")
    assert last_words(log) == "it printed nothing"
