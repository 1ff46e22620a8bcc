"""Numbers and names as a reader in the business says them."""

_WORDS = {
    "purchase_item": "Bought an item",
    "sell_item": "Sold an item back",
    "use_item": "Used an item",
    "join_guild": "Joined a guild",
    "leave_guild": "Left a guild",
    "take_damage": "Took damage",
    "heal": "Healed",
    "start_level": "Started a level",
    "finish_level": "Finished a level",
    "log_in": "Logged in",
    "log_out": "Logged out",
}


def event_words(event_type: str) -> str:
    """Say an event type in words."""
    return _WORDS.get(event_type) or plain_words(event_type)


def plain_words(name: str) -> str:
    """Write a name_of_code as words."""
    return name.replace("_", " ").capitalize()


def share(part: float, total: float) -> str:
    """Write a part as percent of the total."""
    return f"{100 * part / total:.0f}%" if total else "0%"


def plural(count: int, noun: str) -> str:
    """Write a count with its noun."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
