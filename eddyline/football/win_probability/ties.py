"""How likely a game in regulation time is to end in a tie: that it goes to overtime, times how often overtime ends level."""

from dataclasses import dataclass

from eddyline.football.win_probability.arithmetic import COLUMNS, Arithmetic, Value
from eddyline.football.win_probability.terms import Clock, Moment

DECAYS_S = (30.0, 120.0, 500.0)
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Ties:
    """A logistic model of overtime, by the name of its terms."""

    coefficients: dict[str, float]

    def overtime(self, moment: Moment, now: Clock, log_odds: Value, arithmetic: Arithmetic = COLUMNS) -> Value:
        """Return how likely overtime is; `log_odds` are those of a win where somebody wins."""
        return self.of_open(self.apart(moment, now, arithmetic), log_odds, arithmetic)

    def apart(self, moment: Moment, now: Clock, arithmetic: Arithmetic) -> Value:
        """Return what margin and clock say of the log odds of overtime."""
        told = terms(arithmetic, moment, now)
        return sum([weight * told[name] for name, weight in self.coefficients.items() if name != OPEN])

    def of_open(self, apart: Value, log_odds: Value, a: Arithmetic) -> Value:
        """Return how likely overtime is in a game so open."""
        return 0.5 + 0.5 * a.tanh(0.5 * (apart + self.coefficients[OPEN] * openness(a, log_odds)))


def openness(a: Arithmetic, log_odds: Value) -> Value:
    """Return the logarithm of 4 p (1 - p): where a win is sure or out of reach, overtime is not, so a tie never takes more than a point gives."""
    sure = a.most(log_odds, -log_odds)
    return 1.3863 - sure - 2.0 * a.log(1.0 + a.exp(-sure))


def terms(a: Arithmetic, m: Moment, now: Clock) -> dict[str, Value]:
    """Return what else the model is told: how far apart the teams are for the time left, and late, whether one score would level them."""
    z = m.margin * now.scale
    behind, ahead = (m.margin >= -3) & (m.margin < 0), (m.margin > 0) & (m.margin <= 3)
    told = {"constant": 1.0 + 0.0 * z, "share": now.share, "margin_squared": a.least(z * z, 16.0)}
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
