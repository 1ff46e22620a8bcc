"""Field goals, conversions and punts against models of one feature, fitted on the same seasons."""

from collections.abc import Callable, Iterator

import numpy as np

from bench.football_baselines import Logistic, conversions, field_goals, punt_nets, table_by_five_yards
from bench.football_report import Line, verdict
from eddyline.football.fourth_down.conditions import Conditions
from eddyline.football.fourth_down.model import FourthDown
from eddyline.football.rules import Rules
from eddyline.football.situations import Floats, Situations
from eddyline.plays.forecast_scores import log_loss
from eddyline.plays.fourth_downs import conditions
from eddyline.plays.tables import Plays


def compare(fitted: Plays, tested: Plays, model: FourthDown) -> Iterator[Line]:
    """Yield the scores of each piece beside its rival's."""
    yield _field_goals(fitted, tested, model)
    yield _conversions(fitted, tested, model)
    yield _punts(fitted, tested, model)


def _field_goals(fitted: Plays, tested: Plays, model: FourthDown) -> Line:
    (before, were_good), (kicks, good) = field_goals(fitted), field_goals(tested)
    rival = log_loss(Logistic.fit(before.floats("kick_distance"), were_good).predict(kicks.floats("kick_distance")), good)
    ours = log_loss(by_season(kicks, lambda at, known, _: model.field_goals.make(at.yards_to_goal, known)), good)
    what = f"field goals: log loss, distance logistic {rival:.4f}, {len(kicks):,} kicks"
    return Line(what, f"{ours:.4f} ({ours - rival:+.5f})", "-.003", "-.006", verdict(reached=ours - rival <= -0.003, stretch=ours - rival <= -0.006))


def _conversions(fitted: Plays, tested: Plays, model: FourthDown) -> Line:
    (before, were_made), (tries, made) = conversions(fitted), conversions(tested)
    rival = log_loss(Logistic.fit(np.log(before.floats("ydstogo")), were_made).predict(np.log(tries.floats("ydstogo"))), made)
    ours = log_loss(by_season(tries, lambda at, known, _: model.conversions.convert(at, known)), made)
    what = f"conversions: log loss, log-distance logistic {rival:.4f}, {len(tries):,} tries"
    return Line(what, f"{ours:.4f} ({ours - rival:+.5f})", "not above", "-.005", verdict(reached=ours <= rival, stretch=ours - rival <= -0.005))


def _punts(fitted: Plays, tested: Plays, model: FourthDown) -> Line:
    (before, moved_before), (punts, moved) = punt_nets(fitted), punt_nets(tested)
    table, spot = table_by_five_yards(before.floats("yardline_100"), moved_before), punts.floats("yardline_100")
    rival = _rmse(table[np.clip(spot / 5, 0, 19).astype(int)], moved)
    ours = _rmse(by_season(punts, lambda at, known, rules: model.punts.landings(at.yards_to_goal, known).net(at.yards_to_goal, rules.punt_touchback)), moved)
    what = f"punt net: RMSE in yards, table by 5 yards {rival:.3f}, {len(punts):,} punts"
    return Line(what, f"{ours:.3f} ({ours - rival:+.3f})", "-.05", "-.1", verdict(reached=ours - rival <= -0.05, stretch=ours - rival <= -0.1))


def by_season(plays: Plays, ask: Callable[[Situations, Conditions, Rules], Floats]) -> Floats:
    """Return what a piece answers to the rows of each season under its rules."""
    answer = np.zeros(len(plays))
    for rules, at in plays.by_rules():
        some = plays.take(at)
        answer[at] = ask(some.situations(), conditions(some, rules.season), rules)
    return answer


def _rmse(forecast: Floats, moved: Floats) -> float:
    return float(np.sqrt(np.mean((forecast - moved) ** 2)))
