"""Whether every copy says what the table says: players' states are folds over its rows, and Trino counts as DuckDB does. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from eddyline.game.state import Event, PlayerState, fold, new_player
from eddyline.players.coding import Key
from eddyline.prove.judge import Finding, Wrong

States = Mapping[Key, PlayerState]
Count = tuple[int, int]
"""Rows, and the highest offset among them."""


def fold_all(events: Iterable[Event]) -> dict[Key, PlayerState]:
    """Fold each player's events in the order of their places."""
    mine: dict[Key, list[Event]] = defaultdict(list)
    for event in events:
        mine[event["tenant"], event["user_id"]].append(event)
    return {key: fold(new_player(*key, min(event["occurred_at"] for event in theirs)), theirs) for key, theirs in mine.items()}


def in_guilds(states: States) -> States:
    """Keep the players who are in a guild."""
    return {key: state for key, state in states.items() if state.guild}


def judge_states(folded: States, held: Mapping[str, States]) -> list[Finding]:
    """List each player whose state in one of the places is not the fold over the table's rows."""
    return [
        Finding(Wrong.DIFFERING, f"{tenant}/{user_id}", f"{place}: {_told(states.get((tenant, user_id)), folded.get((tenant, user_id)))}")
        for place, states in held.items()
        for tenant, user_id in sorted(folded.keys() | states.keys())
        if states.get((tenant, user_id)) != folded.get((tenant, user_id))
    ]


def judge_counts(counts: Mapping[str, Count], others: Mapping[str, Count], engine: str) -> list[Finding]:
    """List where another engine counts other rows, or finds another highest offset."""
    return [
        Finding(Wrong.DIFFERING, name, f"{engine} says {others.get(name)}, the tables {counts.get(name)} (rows, highest offset)")
        for name in sorted(counts.keys() | others.keys())
        if counts.get(name) != others.get(name)
    ]


def _told(found: PlayerState | None, expected: PlayerState | None) -> str:
    if found is None:
        return "no state, though events of theirs landed"
    if expected is None:
        return "a state, though no event of theirs landed"
    return f"{found.events} events up to {found.place}, and the fold has {expected.events} up to {expected.place}"
