from datetime import UTC, datetime

import pytest

from eddyline.contracts.decode import Accepted, Rejected, decode
from eddyline.contracts.reasons import Reason
from eddyline.game.spoiling import EMPTY_WAY, RARE_WAYS, WAYS, Spoil, encode

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PURCHASE = {
    "event_id": "a",
    "event_type": "purchase_item",
    "user_id": "user1",
    "occurred_at": NOW.isoformat(),
    "item_type": "sword",
    "price": 120.0,
    "quantity": 1,
}


def test_the_unspoiled_event_is_accepted() -> None:
    assert isinstance(decode(encode(PURCHASE), "unused", NOW), Accepted)


@pytest.mark.parametrize(("name", "reason", "spoil"), [*WAYS, *RARE_WAYS, EMPTY_WAY], ids=lambda value: value if isinstance(value, str) else "")
@pytest.mark.parametrize("headers", [{}, {"headers": {"Host": "user1.cox.com"}}], ids=["no headers", "headers"])
def test_each_way_to_spoil_is_refused_for_the_reason_it_states(name: str, reason: Reason, spoil: Spoil, headers: dict[str, object]) -> None:
    decoded = decode(spoil(PURCHASE | headers), "unused", NOW)
    assert isinstance(decoded, Rejected), name
    assert decoded.reason == reason


@pytest.mark.parametrize(("name", "reason", "spoil"), [*WAYS, *RARE_WAYS], ids=lambda value: value if isinstance(value, str) else "")
def test_each_way_but_the_empty_one_fits_on_a_line(name: str, reason: Reason, spoil: Spoil) -> None:
    body = spoil(PURCHASE)
    assert body.strip(), name
    assert b"\n" not in body
