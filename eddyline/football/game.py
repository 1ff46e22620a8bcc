"""One game, event by event: validated, applied, scored, and told to whoever listens (the seed's engine, exercise 26.9)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict

from eddyline.football.chart_data import ChartData, chart_data
from eddyline.football.course import Course, PlayRecord
from eddyline.football.decisions import Card, Decisions
from eddyline.football.events import AnyEvent, Event
from eddyline.football.export_rows import as_text
from eddyline.football.feeds.scoring_summary import ScoringLine
from eddyline.football.history import Effect, Entry, History, Order
from eddyline.football.models import Models, shipped
from eddyline.football.moments import Standing
from eddyline.football.ordering import by_clock
from eddyline.football.rules import Rules
from eddyline.football.simple_events import simple_event
from eddyline.football.situation import situation
from eddyline.football.state import GameState
from eddyline.football.summary import Summary, summarise
from eddyline.football.telling import Teller, settled, valued
from eddyline.football.validation import DataQuality, ValidationResult, validate


@dataclass(frozen=True, slots=True)
class GameInfo:
    """Who plays, and what is known before the kickoff; what nobody knows stays None."""

    game_id: str = ""
    home_team: str = "HOME"
    away_team: str = "AWAY"
    home_spread: float | None = None  # points by which the home team is favoured
    total: float | None = None  # points that the market expects of both teams
    indoor: bool = False


class Analysis(TypedDict):
    """What an event came to."""

    validation: ValidationResult
    effect: Effect | None  # None: invalid, so nothing was changed
    state: GameState
    win_probability: dict[str, float]  # home, away, tie
    decision_analysis: Card | None
    key_metrics: dict[str, Any]
    processing_time_ms: float | None  # None without a clock


Subscriber = Callable[[Analysis], object]


@dataclass(frozen=True, slots=True)
class SubscriberFailure:
    """A subscriber that failed; the game and the other subscribers went on."""

    subscriber: Subscriber
    event: AnyEvent | Mapping[str, Any]
    error: Exception


@dataclass(slots=True)
class Game:
    """Processes one game's events in whatever order they arrive; a correction recomputes what follows it."""

    rules: Rules
    info: GameInfo = field(default_factory=GameInfo)
    models: Models = field(default_factory=shipped)
    clock: Callable[[], float] | None = None  # seconds, such as time.perf_counter: these rules have no clock of their own
    order: Order = by_clock
    failures: list[SubscriberFailure] = field(default_factory=list, init=False)
    _history: History = field(init=False)
    _teller: Teller = field(init=False)
    _subscribers: list[Subscriber] = field(default_factory=list, init=False)
    _entries: list[Entry] = field(default_factory=list, init=False)
    _records: list[PlayRecord] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        """Start before the first kickoff."""
        info = self.info
        start = GameState(home_team=info.home_team, away_team=info.away_team, yards_to_goal=self.rules.kickoff_from)
        self._history = History(self.rules, start, self.order)
        decisions = Decisions(self.rules, self.models, info.home_spread, info.total, info.indoor)
        self._teller = Teller(self.rules, self.models, decisions, info.home_spread)

    @property
    def state(self) -> GameState:
        """The state after the last event."""
        return self._history.state

    @property
    def course(self) -> Course:
        """The game so far, play by play."""
        return Course(self.info.game_id, self.info.home_team, self.info.away_team, tuple(self._records), over=self.state.final)

    def process(self, event: AnyEvent | Mapping[str, Any]) -> Analysis:
        """Validate an event, apply it, and return what it came to; an invalid one changes nothing."""
        began = self.clock() if self.clock else 0.0
        typed, validation = self._read(event)
        effect = self._history.add(typed) if typed is not None and validation.quality is not DataQuality.INVALID else None
        if effect not in {None, Effect.REPEATED, Effect.OUTDATED}:
            self._tell()
        analysis = self._analysis(validation, effect)
        analysis["processing_time_ms"] = (self.clock() - began) * 1000 if self.clock else None
        self._notify(analysis, event)
        return analysis

    def note_scores(self, lines: Iterable[ScoringLine]) -> None:
        """Take lines of a scoring summary in: evidence for tries and points that the plays do not tell of."""
        self._history.summarise(lines)
        self._tell()

    def subscribe(self, subscriber: Subscriber) -> None:
        """Call this with every analysis; one that fails is noted in `failures` and called again next time."""
        self._subscribers.append(subscriber)

    def standing(self) -> Standing:
        """Return each team's chance of a win, and a tie's."""
        if not self._records:
            return self._teller.standing(self.state)
        last = self._records[-1]
        return Standing(last.home_wp, max(0.0, 1 - last.home_wp - last.tie_wp), last.tie_wp)

    def summary(self) -> Summary:
        """Return the game so far in figures."""
        return summarise(self.course)

    def chart_data(self) -> ChartData:
        """Return the win probability so far as lists for a chart."""
        return chart_data(self.course)

    def export(self, wanted: Literal["csv", "json"] = "json") -> str:
        """Return the plays so far as text; `eddyline.plays.export` writes files, Parquet among them."""
        return as_text(self.course, wanted)

    def _tell(self) -> None:
        """Bring the records up to the history: from the first entry that changed."""
        entries, same = self._history.entries, _common_start(self._history.entries, self._entries)
        del self._records[same:]
        for entry in entries[same:]:
            record = self._teller.record(entry)
            if self._records:
                self._records[-1] = settled(self._records[-1], record, self.info.home_team)
            self._records.append(valued(record, None, self.info.home_team) if entry.after.final else record)
        self._entries = list(entries)

    def _read(self, event: AnyEvent | Mapping[str, Any]) -> tuple[AnyEvent | None, ValidationResult]:
        validation = validate(event, self.state, self.rules)
        if isinstance(event, Event) or validation.quality is DataQuality.INVALID:
            return (event if isinstance(event, Event) else None), validation
        return simple_event(event, self.state, self._next_id()), validation

    def _next_id(self) -> int:
        """Number events that have no id in the order in which they come."""
        return 1 + max((entry.event.play_id for entry in self._entries if isinstance(entry.event.play_id, int)), default=0)

    def _analysis(self, validation: ValidationResult, effect: Effect | None) -> Analysis:
        stands = self.standing()
        return Analysis(
            validation=validation,
            effect=effect,
            state=self.state,
            win_probability={"home": stands.home, "away": stands.away, "tie": stands.tie},
            decision_analysis=self._teller.decisions.card(self.state),
            key_metrics=self._key_metrics(),
            processing_time_ms=None,
        )

    def _key_metrics(self) -> dict[str, Any]:
        """Return where the game stands and what the newest play was worth to the home team and to the offence."""
        last = self._records[-1] if self._records else None
        return {
            "situation": situation(self.state),
            "plays": sum(record.offence != "" for record in self._records),
            "home_wp_added": last.gained if last else 0.0,
            "expected_points": self._teller.expected_points(self.state),
            "previous_play_epa": next((record.epa for record in reversed(self._records) if record.epa is not None), None),
            "excitement": sum(abs(record.gained) for record in self._records),
        }

    def _notify(self, analysis: Analysis, event: AnyEvent | Mapping[str, Any]) -> None:
        for subscriber in list(self._subscribers):
            try:
                subscriber(analysis)
            except Exception as error:  # noqa: BLE001 - a subscriber's fault must not stop the game or the other subscribers
                self.failures.append(SubscriberFailure(subscriber, event, error))


def _common_start(new: list[Entry], old: list[Entry]) -> int:
    return next((place for place, (one, other) in enumerate(zip(new, old, strict=False)) if one is not other), min(len(new), len(old)))
