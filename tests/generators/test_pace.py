from dataclasses import dataclass, field

from generators.pace import MOST_BEHIND_S, Pace


@dataclass
class Clock:
    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_bodies_leave_at_the_rate_asked_for() -> None:
    clock = Clock()
    pace = Pace(10, clock, clock.sleep)
    for _ in range(101):
        pace.wait()
    assert round(clock.now - 100.0, 6) == 10.0


def test_time_spent_on_sending_is_not_waited_for_again() -> None:
    clock = Clock()
    pace = Pace(10, clock, clock.sleep)
    for _ in range(101):
        pace.wait()
        clock.now += 0.05
    assert round(clock.now - 100.0, 2) == 10.05


def test_after_a_stall_it_catches_up_by_one_second_at_most() -> None:
    clock = Clock()
    pace = Pace(10, clock, clock.sleep)
    pace.wait()
    clock.now += 60
    at_once = 0
    while not clock.slept:
        pace.wait()
        at_once += 1
    assert at_once == MOST_BEHIND_S * 10 + 2


def test_no_rate_never_waits() -> None:
    clock = Clock()
    pace = Pace(0, clock, clock.sleep)
    for _ in range(1000):
        pace.wait()
    assert clock.slept == []
