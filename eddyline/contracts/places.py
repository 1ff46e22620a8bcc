"""Where a record stands: topic, partition and offset, in one spelling everywhere."""

import re
from dataclasses import dataclass

_SPELLED = re.compile(r"(?:kafka:)?(?P<topic>[\w.-]{1,249}):(?P<partition>\d{1,9}):(?P<offset>\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A record's topic, partition and offset; spelled `events:0:12`."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}:{self.partition}:{self.offset}"

    @property
    def event_id(self) -> str:
        """The id of an event that brought none: the same one at every replay."""
        return f"kafka:{self}"


def read_place(text: str) -> Place | None:
    """Read what `Place` spells, with or without `kafka:` before it; None for anything else."""
    match = _SPELLED.fullmatch(text)
    return Place(match["topic"], int(match["partition"]), int(match["offset"])) if match else None
