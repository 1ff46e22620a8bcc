import threading
from collections import defaultdict
from collections.abc import Callable, Sequence

from eddyline.contracts.reasons import Reason
from eddyline.game.traffic import Kind, Parcel
from eddyline.game.truth import Truth
from generators.doors import Outcome
from generators.postmen import Postmen, Route
from generators.tally import Tally


class ScriptedDoor:
    """Answers by the test's rule, and keeps who was sent in which order."""

    def __init__(self, rule: Callable[[Parcel, int], Outcome] = lambda parcel, tries: Outcome.ACKNOWLEDGED) -> None:
        self.rule = rule
        self.tries: dict[str, int] = defaultdict(int)
        self.batches: list[list[Parcel]] = []
        self.lock = threading.Lock()

    def attempt(self, parcels: Sequence[Parcel]) -> list[Outcome]:
        with self.lock:
            self.batches.append(list(parcels))
            for parcel in parcels:
                self.tries[parcel.event_id] += 1
            return [self.rule(parcel, self.tries[parcel.event_id]) for parcel in parcels]

    def close(self) -> None:
        pass


def valid(number: int, user: str = "user1") -> Parcel:
    return Parcel(Kind.VALID, b"{}", user, f"{user}.cox.com", f"id-{number}", "log_in")


def bad(number: int) -> Parcel:
    return Parcel(Kind.BAD, b"{", "user1", "user1.cox.com", f"bad-{number}", "none", Reason.MALFORMED_JSON)


def resent(number: int) -> Parcel:
    return Parcel(Kind.RESENT, b"{}", "user2", "user2.cox.com", f"id-{number}", "log_in")


def deliver(door: ScriptedDoor, parcels: Sequence[Parcel], *, postmen: int = 3, at_once: int = 1, patience_s: float = 30.0) -> Truth:
    tally = Tally()
    with Postmen(door, Route(postmen, at_once, lambda parcel: parcel.host), tally, patience_s) as team:
        for parcel in parcels:
            tally.make(parcel)
            team.carry(parcel)
    return tally.truth(seed=1, via="http", start="", seconds=1.0)


def test_each_players_parcels_arrive_in_order_and_every_parcel_once() -> None:
    door = ScriptedDoor()
    parcels = [valid(number, f"user{number % 7}") for number in range(300)]
    truth = deliver(door, parcels)
    sent = [parcel for batch in door.batches for parcel in batch]
    for user in {parcel.user_id for parcel in parcels}:
        assert [parcel for parcel in sent if parcel.user_id == user] == [parcel for parcel in parcels if parcel.user_id == user]
    assert (truth.sent, truth.acknowledged, truth.by_type, truth.complete) == (300, 300, {"log_in": 300}, True)


def test_batches_hold_one_players_parcels_and_the_rest_leaves_at_the_end() -> None:
    door = ScriptedDoor()
    truth = deliver(door, [valid(number, f"user{number % 3}") for number in range(100)], at_once=20)
    assert all(len({parcel.host for parcel in batch}) == 1 for batch in door.batches)
    assert max(len(batch) for batch in door.batches) == 20
    assert truth.acknowledged == 100


def test_what_got_no_answer_is_sent_again_with_the_same_id_until_it_does() -> None:
    door = ScriptedDoor(lambda parcel, tries: Outcome.ACKNOWLEDGED if tries == 3 else Outcome.UNANSWERED)
    truth = deliver(door, [valid(1)])
    assert door.tries == {"id-1": 3}
    assert (truth.acknowledged, truth.unanswered, truth.retried) == (1, 0, 2)


def test_of_a_batch_only_what_got_no_answer_is_sent_again() -> None:
    door = ScriptedDoor(lambda parcel, tries: Outcome.UNANSWERED if parcel.event_id == "id-2" and tries == 1 else Outcome.ACKNOWLEDGED)
    truth = deliver(door, [valid(1), valid(2), valid(3)], at_once=3)
    assert [len(batch) for batch in door.batches] == [3, 1]
    assert (truth.acknowledged, truth.retried) == (3, 1)


def test_a_refusal_is_final() -> None:
    door = ScriptedDoor(lambda parcel, tries: Outcome.REFUSED if parcel.kind is Kind.BAD else Outcome.ACKNOWLEDGED)
    truth = deliver(door, [valid(1), bad(1), bad(2)])
    assert set(door.tries.values()) == {1}
    assert (truth.sent, truth.acknowledged, truth.refused, truth.bad) == (3, 1, 2, 2)
    assert truth.bad_by_reason == {"malformed_json": 2}


def test_when_patience_ends_everything_waiting_is_counted_as_unanswered_and_nothing_is_counted_twice() -> None:
    door = ScriptedDoor(lambda parcel, tries: Outcome.UNANSWERED)
    truth = deliver(door, [valid(number, f"user{number}") for number in range(50)], patience_s=0.0)
    assert (truth.sent, truth.acknowledged, truth.unanswered, truth.unanswered_valid) == (50, 0, 50, 50)
    assert not truth.complete
    assert len(door.batches) < 50 * 2


def test_an_event_without_an_answer_whose_resend_got_one_is_known_to_have_arrived() -> None:
    tally = Tally()
    for parcel, outcome in ((valid(1), Outcome.UNANSWERED), (resent(1), Outcome.ACKNOWLEDGED)):
        tally.make(parcel)
        tally.settle([(parcel, outcome)])
    truth = tally.truth(seed=1, via="http", start="", seconds=0.0)
    assert (truth.unanswered, truth.unanswered_valid, list(truth.landed)) == (1, 0, [1])


def test_who_is_kept_out_tries_no_further_and_says_so() -> None:
    door, tally = ScriptedDoor(lambda parcel, tries: Outcome.KEPT_OUT), Tally()
    with Postmen(door, Route(1, 1, lambda parcel: parcel.host), tally, 30.0) as team:
        for number in range(20):
            tally.make(valid(number))
            team.carry(valid(number))
    assert team.kept_out.is_set()
    assert sum(door.tries.values()) == 1
    assert tally.answered[Outcome.REFUSED] == 0
