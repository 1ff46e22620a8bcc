"""The judge: silent when promises were kept, and never when one was broken."""

from collections import Counter
from dataclasses import dataclass

from hypothesis import assume, given
from hypothesis import strategies as st

from eddyline.prove.judge import Landed, Quarantined, Wrong, judge
from eddyline.prove.ledger import Answer, Attempt, Sent, Via


def event(event_id: str, answer: Answer, content: int = 0, via: Via = Via.HTTP) -> Attempt:
    return Attempt(Sent(0, 1.0, via, event_id, content), answer)


def body(name: str, answer: Answer, via: Via = Via.HTTP) -> Attempt:
    return Attempt(Sent(0, 1.0, via, name, sha256=name), answer)


@dataclass
class World:
    """What was sent, and what an honest system holds of it."""

    attempts: list[Attempt]
    landed: list[Landed]
    quarantined: list[Quarantined]


@st.composite
def honest_worlds(draw):
    world = World([], [], [])
    for number in range(draw(st.integers(1, 6))):
        tries = draw(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([Answer.ACKNOWLEDGED, Answer.OPEN]), st.booleans()), min_size=1, max_size=5))
        stored = []
        for content, answer, stored_all_the_same in tries:
            world.attempts.append(event(f"e{number}", answer, content))
            if answer is Answer.ACKNOWLEDGED or stored_all_the_same:
                stored.append(content)
        if stored:
            world.landed.append(Landed(f"e{number}", stored[0]))
            world.quarantined += [Quarantined("job", f"e{number}", "", content) for content in stored if content != stored[0]]
    for number in range(draw(st.integers(0, 4))):
        via = draw(st.sampled_from([Via.HTTP, Via.KAFKA]))
        answer = draw(st.sampled_from([Answer.OPEN, Answer.ACKNOWLEDGED if via is Via.KAFKA else Answer.REFUSED]))
        world.attempts.append(body(f"b{number}", answer, via))
        if answer is not Answer.OPEN or draw(st.booleans()):
            world.quarantined.append(Quarantined("job" if via is Via.KAFKA else "door", "", f"b{number}"))
    return world


def wrongs(world: World) -> set[Wrong]:
    return {finding.wrong for finding in judge(world.attempts, world.landed, world.quarantined)}


@given(honest_worlds())
def test_an_honest_system_is_found_without_fault(world):
    assert judge(world.attempts, world.landed, world.quarantined) == []


@given(honest_worlds(), st.data())
def test_a_row_that_is_gone_is_a_loss_if_it_was_promised(world, data):
    promised = {each.sent.event_id for each in world.attempts if each.answer is Answer.ACKNOWLEDGED}
    rows = [row for row in world.landed if row.event_id in promised]
    assume(rows)
    world.landed.remove(data.draw(st.sampled_from(rows)))
    assert Wrong.LOST in wrongs(world)


@given(honest_worlds(), st.data())
def test_a_refusal_that_is_gone_is_a_loss(world, data):
    kept = Counter(each.sent.sha256 for each in world.attempts if each.sent.sha256 and each.answer is not Answer.OPEN)
    rows = [row for row in world.quarantined if row.sha256 in kept]
    assume(rows)
    world.quarantined.remove(data.draw(st.sampled_from(rows)))
    assert Wrong.LOST in wrongs(world)


@given(honest_worlds(), st.data())
def test_a_row_too_many_is_a_double(world, data):
    assume(world.landed)
    world.landed.append(data.draw(st.sampled_from(world.landed)))
    assert Wrong.DOUBLED in wrongs(world)


@given(honest_worlds(), st.data())
def test_a_refusal_too_many_is_a_double(world, data):
    rows = [row for row in world.quarantined if row.content is None]
    assume(rows)
    world.quarantined.append(data.draw(st.sampled_from(rows)))
    assert Wrong.DOUBLED in wrongs(world)


@given(honest_worlds())
def test_a_row_that_nobody_sent_is_found(world):
    world.landed.append(Landed("stranger", 0))
    world.quarantined.append(Quarantined("door", "", "stranger"))
    assert [finding.wrong for finding in judge(world.attempts, world.landed, world.quarantined)] == [Wrong.UNKNOWN] * 2


def test_a_bad_body_that_was_accepted_and_a_good_one_that_was_refused_are_misjudged():
    found = judge([body("b", Answer.ACKNOWLEDGED), event("e", Answer.REFUSED)], [], [])
    assert {finding.wrong for finding in found} == {Wrong.MISJUDGED}
