"""How likely a game in regulation time is to end in a tie: that it goes to overtime, times how often overtime ends level."""

from dataclasses import dataclass

from eddyline.football.win_probability.arithmetic import COLUMNS, Arithmetic, Value
from eddyline.football.win_probability.terms import Clock, Moment

DECAYS_S = (30.0, 120.0, 500.0)


@dataclass(frozen=True, slots=True)
class Ties:
    """A logistic model of overtime, by the name of its terms."""

    coefficients: dict[str, float]

    def overtime(self, moment: Moment, now: Clock, log_odds: Value, arithmetic: Arithmetic = COLUMNS) -> Value:
        """Return how likely overtime is; `log_odds` are those of a win where somebody wins."""
        told = terms(arithmetic, moment, now, log_odds)
        return 0.5 + 0.5 * arithmetic.tanh(0.5 * sum(weight * told[name] for name, weight in self.coefficients.items()))


def terms(a: Arithmetic, m: Moment, now: Clock, log_odds: Value) -> dict[str, Value]:
    """Return what the model is told: how open the game is, how far apart the teams are for the time left, and late, whether one score would level them.

    `open` is the logarithm of 4 p (1 - p). Where a win is sure or out of reach, overtime is not: so a tie never takes more from a win than another point gives.
    """
    z, sure = m.margin * now.scale, a.most(log_odds, -log_odds)
    behind, ahead = (m.margin >= -3) & (m.margin < 0), (m.margin > 0) & (m.margin <= 3)
    told = {"constant": 1.0 + 0.0 * z, "open": 1.3863 - sure - 2.0 * a.log(1.0 + a.exp(-sure)), "share": now.share, "margin_squared": a.least(z * z, 16.0)}
    for decay in DECAYS_S:
        fading = a.exp(now.game / -decay)
        told |= {
            f"level_{int(decay)}s": (m.margin == 0) * fading,
            f"behind_by_a_goal_{int(decay)}s": behind * fading,
            f"behind_by_three_{int(decay)}s": (m.margin == -3) * fading,
            f"ahead_by_a_goal_{int(decay)}s": ahead * fading,
            f"ahead_by_three_{int(decay)}s": (m.margin == 3) * fading,
            f"apart_{int(decay)}s": (a.most(m.margin, -m.margin) > 8.5) * fading,
        }
    return told
