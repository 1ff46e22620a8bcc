"""The network providers that players come from: their share, and what is special about their players."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """A network provider: its share of the players, and how they differ from the others.

    `patience` below 1 gives up levels more often, `stamina` below 1 has shorter sessions (a bad line drops them),
    `shopping` is the chance to buy something instead of what comes next.
    """

    name: str
    share: float
    patience: float = 1.0
    stamina: float = 1.0
    shopping: float = 0.0
    favourite: str | None = None


PROVIDERS: tuple[Provider, ...] = (
    Provider("comcast", 0.36),
    Provider("att", 0.22, favourite="shield"),
    Provider("cox", 0.14, favourite="helmet"),
    Provider("google", 0.13, stamina=1.4),
    Provider("frontier", 0.09, patience=0.35, stamina=0.45),
    Provider("earthlink", 0.06, shopping=0.3, favourite="knife"),
)
PROVIDER_NAMES: tuple[str, ...] = tuple(provider.name for provider in PROVIDERS)


def host_of(user_number: int, provider: str) -> str:
    """Name the host that a player's requests state."""
    return f"user{user_number}.{provider}.com"
