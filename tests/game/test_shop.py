from eddyline.game.shop import CONSUMABLES, EQUIPMENT, ITEMS, UNLISTED_PRICE, price_of, resale_price_of


def test_every_listed_item_has_its_price_and_is_either_worn_or_drunk() -> None:
    assert set(CONSUMABLES) | set(EQUIPMENT) == set(ITEMS)
    assert not set(CONSUMABLES) & set(EQUIPMENT)
    assert all(0 < resale_price_of(item) < price_of(item) for item in ITEMS)
    assert {"sword", "shield", "helmet", "knife", "gauntlet"} <= set(ITEMS)


def test_an_unlisted_item_has_a_price_too() -> None:
    assert price_of("moon") == UNLISTED_PRICE
