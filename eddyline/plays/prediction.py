"""Win probability for every row of a table of plays."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa

from eddyline.football.rules import Rules
from eddyline.football.situations import Flags, Situations
from eddyline.football.win_probability.chances import Chances
from eddyline.football.win_probability.model import WinProbability
from eddyline.plays.prediction_rows import Rows, last_known
from eddyline.plays.tables import Plays

Ask = Callable[[Situations, Rules], Chances]


def predict(plays: Plays, model: WinProbability) -> pa.Table:
    """Return `game_id, seq, home_wp, home_wp_spread, tie_wp` for every row, in the order of the rows.

    `home_wp` and `home_wp_spread` are chances of a win of the home team, without and with the spread (the same where nobody knows it); `tie_wp`
    that of a tie, so the visitors win with what is left. Administrative rows repeat the row before; ends follow from quarter, clock and score.
    """
    order = np.lexsort((plays.ints("seq"), plays.texts("game_id")))
    rows = Rows.of(plays.take(order))
    unknown = np.full(len(rows.game), np.nan)
    plain, informed = home_chances(rows, replace(rows.situations, spread=unknown), model), home_chances(rows, rows.situations, model)
    # One chance of a tie for both, so that each adds up to one with it.
    with_spread = np.where(informed.tie < 1.0, informed.win / np.maximum(1.0 - informed.tie, 1e-12), 0.0) * (1.0 - plain.tie)
    back = np.empty(len(order), dtype=np.intp)
    back[order] = np.arange(len(order))
    told = {"home_wp": plain.win[back], "home_wp_spread": with_spread[back], "tie_wp": plain.tie[back]}
    return pa.table({"game_id": plays.table["game_id"], "seq": plays.table["seq"], **told})


def home_chances(rows: Rows, situations: Situations, model: WinProbability) -> Chances:
    """Return the home team's chances before each row."""
    answer = Chances(np.full(len(situations), np.nan), np.full(len(situations), np.nan))
    for rules, chosen in rows.plays.by_rules():
        within = np.zeros(len(situations), dtype=bool)
        within[chosen] = True
        for kind, moments, ask in _questions(rows, situations, rules, model):
            wanted = np.flatnonzero(kind & within)
            if len(wanted):
                asked = moments.take(wanted)
                answer.put(wanted, _homes(ask(asked, rules), asked.home == 1))
    return _repeated(answer, rows)


def _questions(rows: Rows, situations: Situations, rules: Rules, model: WinProbability) -> list[tuple[Flags, Situations, Ask]]:
    free = rows.free_kick(rules)
    return [
        (rows.down, situations, model.chances),
        (rows.receives & ~free, situations, model.kickoff),
        (free, situations, partial(model.kickoff, free_kick=True)),
        (rows.kicks, situations, model.kicking_off),
        (rows.after_touchdown, situations, model.after_touchdown),
        (_ended(rows, rules), _ending(rows, situations), model.after_play),
        (_begun(rows), situations, model.before_the_toss),
    ]


def _ended(rows: Rows, rules: Rules) -> Flags:
    quarter, level = rows.situations.quarter, rows.plays.ints("home_score") == rows.plays.ints("away_score")
    again = (quarter > 4) & level & (not rules.overtime.may_tie)  # another period: the row before stands
    over = rows.period_over() & ((quarter == 2) | (quarter >= 4)) & ~again
    return np.asarray(over | rows.overtime_decided(rules))


def _begun(rows: Rows) -> Flags:
    first = np.append(True, rows.game[1:] != rows.game[:-1])
    return np.asarray(first & rows.administrative)


def _ending(rows: Rows, situations: Situations) -> Situations:
    """Return administrative rows at a period's end as moments of the home team whose clock has run out."""
    lead = rows.plays.ints("home_score") - rows.plays.ints("away_score")
    sign = np.where(situations.home == 1, 1, -1)
    return replace(
        situations,
        seconds=np.zeros_like(situations.seconds),
        margin=lead,
        receives_second_half=rows.home_receives_second_half(),
        home=np.ones_like(situations.home),
        spread=situations.spread * sign,
    )


def _homes(chances: Chances, home: Flags) -> Chances:
    return chances.where(home, chances.other())


def _repeated(answer: Chances, rows: Rows) -> Chances:
    known = ~np.isnan(answer.win)
    last = last_known(known, rows.game)
    win, tie = answer.win[last], answer.tie[last]
    return Chances(np.where(np.isnan(win), 0.5, win), np.where(np.isnan(tie), 0.0, tie))
