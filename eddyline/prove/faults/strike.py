"""What is known of a fault that struck."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Strike:
    """When a fault began, when its cause was gone, whether it happened, and by what that was seen."""

    began_at: float
    over_at: float
    fired: bool
    seen: str
