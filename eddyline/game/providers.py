"""The network providers that players come from: their share, and what is special about their players."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """A network provider; `patience` below 1 means that its players give up levels more often."""

    name: str
    share: float
    patience: float = 1.0
    favourite: str | None = None


PROVIDERS: tuple[Provider, ...] = (
    Provider("comcast", 0.36),
    Provider("att", 0.22, favourite="shield"),
    Provider("cox", 0.14, favourite="helmet"),
    Provider("google", 0.13),
    Provider("frontier", 0.09, patience=0.35),
    Provider("earthlink", 0.06, favourite="knife"),
)
PROVIDER_NAMES: tuple[str, ...] = tuple(provider.name for provider in PROVIDERS)


def host_of(user_number: int, provider: str) -> str:
    """Name the host that a player's requests state."""
    return f"user{user_number}.{provider}.com"
