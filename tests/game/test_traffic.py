from collections import Counter
from datetime import UTC, datetime
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from eddyline.contracts.decode import Accepted, Rejected, decode
from eddyline.game.simulate import WINDOW, players
from eddyline.game.traffic import Kind, Mix, Parcel, traffic

START = datetime(2026, 11, 9, 6, 30, tzinfo=UTC)
shares = st.sampled_from([0.0, 0.05, 0.5, 1.0])


def parcels(seed: int, events: int, mix: Mix) -> list[Parcel]:
    return list(traffic(players(seed, 10, events, START), mix, Random(seed)))


@given(st.integers(0, 1000), st.integers(0, 200), st.builds(Mix, shares, shares, st.booleans(), st.booleans()))
@settings(max_examples=60, deadline=None)
def test_valid_bodies_are_accepted_bad_ones_refused_as_stated_and_resends_repeat_an_earlier_one(seed: int, events: int, mix: Mix) -> None:
    sent: dict[str, bytes] = {}
    for parcel in parcels(seed, events, mix):
        decoded = decode(parcel.body, "unused", START + WINDOW)
        match parcel.kind:
            case Kind.VALID:
                assert isinstance(decoded, Accepted)
                assert parcel.event_id not in sent
                sent[parcel.event_id] = parcel.body
            case Kind.RESENT:
                assert sent[parcel.event_id] == parcel.body
            case Kind.BAD:
                assert isinstance(decoded, Rejected)
                assert decoded.reason == parcel.reason
    assert len(sent) == events


def test_the_same_seed_sends_the_same() -> None:
    mix = Mix(bad_share=0.1, resend_share=0.1)
    assert parcels(3, 500, mix) == parcels(3, 500, mix)


def test_shares_are_those_asked_for_and_resends_come_at_once_and_late() -> None:
    sent = parcels(1, 5_000, Mix(bad_share=0.1, resend_share=0.1))
    kinds = Counter(parcel.kind for parcel in sent)
    assert kinds[Kind.VALID] == 5_000
    assert 400 < kinds[Kind.BAD] < 600
    assert 400 < kinds[Kind.RESENT] < 600
    first = {parcel.event_id: place for place, parcel in enumerate(sent) if parcel.kind is Kind.VALID}
    delays = [place - first[parcel.event_id] for place, parcel in enumerate(sent) if parcel.kind is Kind.RESENT]
    assert min(delays) <= 2
    assert max(delays) > 1_000


def test_headers_stay_in_the_body_only_where_no_door_adds_them() -> None:
    inside, outside = (parcels(1, 50, Mix(headers_inside=inside)) for inside in (True, False))
    assert all(b'"Host":' in parcel.body for parcel in inside)
    assert not any(b'"headers"' in parcel.body for parcel in outside)
    assert [parcel.host for parcel in inside] == [parcel.host for parcel in outside]
