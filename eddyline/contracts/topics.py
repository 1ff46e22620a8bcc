"""The topics Eddyline creates, and the headers its records carry."""

from dataclasses import dataclass

REASON, DETAIL, LENGTH, SHA256, TENANT = "eddyline_reason", "eddyline_detail", "eddyline_length", "eddyline_sha256", "eddyline_tenant"
REPLAY_OF, ATTEMPT = "eddyline_replay_of", "eddyline_attempt"

_DEAD_LETTERS = ".dlq"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic: of input records, kept for a time and a size that the settings state, or `compacted`: the last record of each key."""

    name: str
    doc: str
    compacted: bool = False

    @property
    def dead_letters(self) -> "Topic":
        """The topic that keeps what the door refused on the way to this one."""
        return Topic(f"{self.name}{_DEAD_LETTERS}", f"What the door refused on the way to `{self.name}`, with the reason in the headers.")


def input_topic(name: str) -> str:
    """Name the topic that a record was meant for: itself, or the one whose dead letters it keeps."""
    return name.removesuffix(_DEAD_LETTERS)


def keeps_dead_letters(name: str) -> bool:
    """Tell whether a topic of this name keeps dead letters."""
    return name.endswith(_DEAD_LETTERS)


EVENTS = Topic("events", "Game events as JSON, keyed by user.")
PLAYER_STATES = Topic("player-state", "The present state of every player as JSON, keyed by tenant and user.", compacted=True)
INPUT_TOPICS = (EVENTS, EVENTS.dead_letters)
