"""How fast the engine answers in CPU time, beside the seed's formula in plain Python in the same run."""

import math
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.football_report import Line, verdict
from eddyline.football.decisions import Decisions
from eddyline.football.game import Game, GameInfo
from eddyline.football.models import Models
from eddyline.football.moments import view
from eddyline.football.rules import Rules, nfl
from eddyline.football.situations import Situations
from eddyline.football.state import GameState, Phase
from eddyline.plays.feed_files import events_of, feed_of, read
from eddyline.plays.scored_plays import ScoredPlays
from eddyline.plays.tables import Plays

STATE = GameState(
    home_team="GB", away_team="MIN", home_score=20, away_score=14, quarter=3, seconds=512, phase=Phase.SCRIMMAGE,
    possession="MIN", yards_to_goal=44, down=4, distance=3, home_timeouts=2, away_timeouts=3, second_half_receiver="GB",
)  # fmt: skip
BATCH, ROUNDS, BLOCKS = 200_000, 10, 10


def compare(tested: Plays, models: Models, folder: Path) -> Iterator[Line]:
    """Yield the goals of speed."""
    rules = nfl(2022)
    yield _both(rules, models)
    decisions = Decisions(rules, models, home_spread=-1.5)
    card = _typical(lambda: decisions.card(STATE), 300)
    yield Line("a fourth-down card", f"{card * 1e3:.2f} ms", "3 ms", "0.5 ms", verdict(reached=card <= 3e-3, stretch=card <= 5e-4))
    yield from _batches(tested, models)
    yield from _engine(models, folder)


def _both(rules: Rules, models: Models) -> Line:
    both = _typical(lambda: models.win_probability.one(view(STATE, -1.5), rules), 5_000)
    toy = _typical(lambda: 1 / (1 + math.exp(-(0.15 * STATE.margin - 0.05 * 0.42 + 0.1 + 0.02 * STATE.field_position))), 20_000)
    return Line(
        "both win probabilities of one game state (with and without spread)",
        f"{both * 1e3:.3f} ms ({both / toy:,.0f} times the seed's formula)",
        "0.2 ms",
        "30 µs",
        verdict(reached=both <= 2e-4, stretch=both <= 3e-5),
    )


def _batches(tested: Plays, models: Models) -> Iterator[Line]:
    rows = ScoredPlays.of(tested)
    rules, at = next(iter(rows.plays.by_rules()))
    situations = rows.plays.take(np.resize(at, BATCH).astype(np.intp)).situations()
    unknown = replace(situations, spread=np.full(BATCH, np.nan))
    alone = replace(models.win_probability, without_spread=replace(models.win_probability.without_spread, residual=None))
    for name, model, asked, reach, stretch in (
        ("batch, full model (trees, without spread)", models.win_probability, unknown, 100e3, 400e3),
        ("batch, offset alone (without spread)", alone, unknown, 1e6, math.inf),
        ("batch, with spread (offset alone is the model)", models.win_probability, situations, 0, math.inf),
    ):
        rate = _rate(lambda model=model, asked=asked: model.chances(asked, rules), asked)
        goals = (_thousands(reach), _thousands(stretch), verdict(reached=rate >= reach, stretch=rate >= stretch)) if reach else ("", "", "")
        yield Line(name, f"{rate / 1e3:,.0f}k/s", *goals)


def _engine(models: Models, folder: Path) -> Iterator[Line]:
    """Process the events of a real game one after the other."""
    for path in sorted((folder / "replay").glob("*.events.jsonl.gz"))[:1]:
        recording = read(path)
        feed = feed_of(recording)
        game = Game(feed.rules, GameInfo(feed.game_id, feed.home, feed.away, recording.header.get("spread_line")), models, time.process_time)
        took = [game.process(event)["processing_time_ms"] or 0.0 for record in recording.records for event in events_of(feed, record)]
        yield Line(
            f"the engine: {len(took)} events of {feed.game_id}, all of it",
            f"{statistics.median(took):.2f} ms an event (95 %: {np.percentile(took, 95):.2f} ms)",
        )


def _thousands(rate: float) -> str:
    return "" if math.isinf(rate) else f"{rate / 1e3:,.0f}k/s"


def _typical(call: Callable[[], object], times: int) -> float:
    """Return the seconds of CPU that a call takes: what other programs take of the machine is not counted."""
    call()
    blocks = []
    for _ in range(BLOCKS):
        began = time.process_time()
        for _ in range(max(1, times // BLOCKS)):
            call()
        blocks.append((time.process_time() - began) / max(1, times // BLOCKS))
    return statistics.median(blocks)


def _rate(call: Callable[[], object], asked: Situations) -> float:
    return len(asked) / _typical(call, ROUNDS)
