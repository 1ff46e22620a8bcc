"""The shop: what the game sells, for how much, and which pieces are drunk rather than worn."""

from collections.abc import Mapping
from types import MappingProxyType

PRICES: Mapping[str, float] = MappingProxyType(
    {
        "sword": 120.0,
        "shield": 90.0,
        "helmet": 60.0,
        "gauntlet": 45.0,
        "knife": 25.0,
        "bow": 110.0,
        "boots": 40.0,
        "amulet": 240.0,
        "health_potion": 8.0,
        "mana_potion": 10.0,
        "elixir": 35.0,
        "scroll": 15.0,
    }
)
ITEMS: tuple[str, ...] = tuple(PRICES)
CONSUMABLES: tuple[str, ...] = ("health_potion", "mana_potion", "elixir", "scroll")
EQUIPMENT: tuple[str, ...] = tuple(item for item in ITEMS if item not in CONSUMABLES)
RESALE_SHARE = 0.5
UNLISTED_PRICE = 10.0


def price_of(item_type: str) -> float:
    """Return the list price of one piece in gold, `UNLISTED_PRICE` for an item that the shop does not list."""
    return PRICES.get(item_type, UNLISTED_PRICE)


def resale_price_of(item_type: str) -> float:
    """Return what the shop pays for one used piece."""
    return round(price_of(item_type) * RESALE_SHARE, 2)
