"""What a generator made and what the door answered: the truth that `verify`, the demo and the report compare with."""

from dataclasses import asdict, dataclass, field
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Truth:
    """Counts of one generator run; a body is counted once, however often it had to be sent.

    What was made: `sent` = `valid` + `bad` + `resent`.
    What was answered: `sent` = `acknowledged` + `refused` + `unanswered`.

    * `valid`: events with an id of their own that the contract accepts; `by_type` counts them.
    * `bad`: bodies that must end in quarantine, `bad_by_reason` by the reason expected there.
    * `resent`: bodies that repeat a valid event, the same id and content.
    * `acknowledged`: the door said 2xx, or Kafka acknowledged where no door is between.
    * `refused`: the door said no for good (4xx). By HTTP that is every bad body, by Kafka none.
    * `unanswered`: no definite answer within the retries; such a body may be stored or not.
    * `unanswered_valid`: valid events of which neither the event nor a resend was acknowledged.
    * `retried`: attempts beyond the first; each may have stored a body once more.
    """

    seed: int
    via: str
    start: str
    sent: int = 0
    acknowledged: int = 0
    refused: int = 0
    unanswered: int = 0
    unanswered_valid: int = 0
    valid: int = 0
    bad: int = 0
    resent: int = 0
    retried: int = 0
    by_type: dict[str, int] = field(default_factory=dict)
    bad_by_reason: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def landed(self) -> range:
        """How many distinct events may stand in the table: one number when everything was answered."""
        return range(self.valid - self.unanswered_valid, self.valid + 1)

    @property
    def quarantined(self) -> range:
        """How many rows may stand in quarantine: one number when nothing was retried or left unanswered."""
        return range(max(0, self.bad - self.unanswered), self.bad + self.retried + 1)

    @property
    def resends(self) -> range:
        """How many resends may be recognised: one number when nothing was retried or left unanswered."""
        return range(max(0, self.resent - self.unanswered), self.resent + self.retried + 1)

    @property
    def complete(self) -> bool:
        """Whether every body got a definite answer."""
        return self.unanswered == 0

    def as_dict(self) -> dict[str, Any]:
        """Return the counts for JSON output."""
        return asdict(self)

    def to_json(self) -> bytes:
        """Render the truth as it stands in a `--truth` file."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"


def truth_from_json(text: bytes) -> Truth:
    """Read what `Truth.to_json` wrote.

    Raises msgspec.ValidationError when it is something else.
    """
    return msgspec.json.decode(text, type=Truth)
