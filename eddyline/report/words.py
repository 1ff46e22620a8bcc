"""Numbers and names as a reader in the business says them."""

LONGEST_NAME = 28
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
_PROVIDERS = {"att": "AT&T", "earthlink": "EarthLink"}


def event_words(event_type: str) -> str:
    """Say an event type in words."""
    return _WORDS.get(event_type) or plain_words(event_type)


def provider_words(provider: str) -> str:
    """Write a provider as it writes itself."""
    return _PROVIDERS.get(provider) or plain_words(provider)


def plain_words(name: str) -> str:
    """Write a name_of_code as words."""
    return shown(name.replace("_", " ").capitalize())


def shown(name: str) -> str:
    """Make a name fit for a chart, whatever a player chose: printable and short."""
    printable = "".join(character if character.isprintable() else " " for character in name)
    return printable if len(printable) <= LONGEST_NAME else f"{printable[: LONGEST_NAME - 1]}…"


def share(part: float, total: float) -> str:
    """Write a part as percent of the total."""
    if not total:
        return "0%"
    return "under 1%" if 0 < part / total < 0.005 else f"{100 * part / total:.0f}%"


def plural(count: int, noun: str, nouns: str = "") -> str:
    """Write a count with its noun; `nouns` is the plural where an s does not make it."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"
