"""The port to a store of player states, as readers and the projection see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from eddyline.game.state import PlayerState
from eddyline.players.coding import Key


@dataclass(frozen=True, slots=True)
class Page:
    """Some players of a guild as JSON, in the order of their names; `after` names the last one where there are more."""

    states: Sequence[bytes]
    after: str | None = None


class PlayerReader(Protocol):
    """Answers what is known of players; states are JSON as they were written."""

    def find(self, key: Key) -> bytes | None:
        """Give one player's state.

        Raises PlayersUnavailable while the store does not answer or has not caught up.
        """

    def of_guild(self, tenant: str, guild: str, limit: int, after: str) -> Page:
        """Give the players of a guild whose names come after `after`.

        Raises PlayersUnavailable while the store does not answer or has not caught up.
        """


class PlayerWriter(Protocol):
    """Takes states, each an absolute value; an older one never replaces a newer one."""

    def write(self, states: Iterable[PlayerState], *, force: bool = False) -> None:
        """Write states; with `force` also over newer ones, as a rebuild must.

        Raises PlayersUnavailable when the store does not answer.
        """

    def remove(self, keys: Iterable[Key]) -> None:
        """Forget players."""

    def keys(self) -> set[Key]:
        """List who is known."""
