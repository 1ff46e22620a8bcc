"""Every model that ships, fitted in turn."""

from pathlib import Path

from eddyline.errors import PlaysError
from eddyline.plays.training import decisions, win_probability
from eddyline.plays.training.artefact import Tell


def train(plays: Path, out: Path, tell: Tell) -> dict[str, str]:
    """Fit on a folder's plays, write the artefacts into `out`, and return the hash of each."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise PlaysError(f"{out} cannot be made ({problem.strerror or problem}); name a folder that can be written") from problem
    return win_probability.train(plays, out, tell) | decisions.train(plays, out, tell)
