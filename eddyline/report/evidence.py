"""What the report is told beside the tables: a generator's truth and what verify found."""

from pathlib import Path

import msgspec

from eddyline.errors import LakeError
from eddyline.game.truth import Truth, truth_from_json


class Total(msgspec.Struct, frozen=True):
    """How many offsets met which fate."""

    lost: int
    resend: int


class Verdict(msgspec.Struct, frozen=True):
    """What `eddyline verify --json` prints, as far as the report tells it."""

    balanced: bool
    total: Total


def read_truth(path: str) -> Truth | None:
    """Read a generator's truth file, if one is named.

    Raises LakeError when it cannot be read.
    """
    try:
        return truth_from_json(Path(path).read_bytes()) if path else None
    except (OSError, msgspec.MsgspecError) as error:
        raise LakeError(f"the truth file {path} cannot be read ({error}): write it with `eddyline generate game --truth FILE`") from error


def read_verdict(path: str) -> Verdict | None:
    """Read what `eddyline verify --json` printed, if a file is named.

    Raises LakeError when it cannot be read.
    """
    try:
        return msgspec.json.decode(Path(path).read_bytes(), type=Verdict) if path else None
    except (OSError, msgspec.MsgspecError) as error:
        raise LakeError(f"the verify file {path} cannot be read ({error}): write it with `eddyline verify --json > FILE`") from error
