"""What a quota is and how it is written: `100/second; 5000/minute`."""

import re
from dataclasses import dataclass

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_QUOTA = re.compile(r"([1-9]\d{0,14}) ?/ ?(second|minute|hour|day)")


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `amount` in any `seconds`."""

    amount: int
    seconds: int


def parse_quotas(text: str) -> tuple[Quota, ...]:
    """Read quotas separated by semicolons; an empty text has none.

    Raises ValueError that shows the form.
    """
    parts = [part.strip() for part in text.split(";") if part.strip()]
    found = [_QUOTA.fullmatch(part) for part in parts]
    if not all(found):
        raise ValueError("a limit is written like 100/second or 100/second; 5000/minute (second, minute, hour or day)")
    return tuple(Quota(int(match[1]), SECONDS[match[2]]) for match in found if match)
