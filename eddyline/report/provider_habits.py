"""What players of each network provider do more or less of than others."""

from collections import Counter
from dataclasses import dataclass

from eddyline.report.heat_map import Grid, heat_map
from eddyline.report.section import Questions, Rows, Section
from eddyline.report.words import event_words, provider_words, share

# Where fewer events of one kind are to be expected at a provider, a difference is chance.
ENOUGH_EVENTS = 30
CAPTION = "Share of each provider's events by kind (blue: more than usual, amber: less)"
WORTH_TELLING = 1.25


@dataclass(frozen=True, slots=True)
class Habit:
    """A kind of event at a provider, its share there and everywhere."""

    provider: str
    event_type: str
    here: float
    everywhere: float

    @property
    def times(self) -> float:
        """How many times more often than usual."""
        return self.here / self.everywhere


def provider_habits(questions: Questions) -> Section:
    """Show each provider's mix of events against the mix of all."""
    query, rows = questions.ask("provider_by_event")
    if not rows:
        return Section("No event has landed yet, so there is no provider to compare.", query=query)
    chart = heat_map(_grid(rows), CAPTION)
    return Section(_finding(_sums(rows, "provider")), _advice(_habits(rows)), chart, CAPTION, query)


def _grid(rows: Rows) -> Grid:
    providers, kinds = _sums(rows, "provider").most_common(), _sums(rows, "event_type").most_common()
    counts = {(row["event_type"], row["provider"]): row["events"] for row in rows}
    total = sum(row["events"] for row in rows)
    return Grid(
        [event_words(kind) for kind, _ in kinds],
        [f"{provider_words(provider)}\n{share(count, total)} of events" for provider, count in providers],
        [[100 * counts.get((kind, provider), 0) / of_provider for provider, of_provider in providers] for kind, _ in kinds],
        [100 * of_kind / total for _, of_kind in kinds],
        [[of_kind * of_provider / total >= ENOUGH_EVENTS for _, of_provider in providers] for _, of_kind in kinds],
    )


def _habits(rows: Rows) -> list[Habit]:
    of_provider, of_kind = _sums(rows, "provider"), _sums(rows, "event_type")
    total = of_provider.total()
    return [
        Habit(row["provider"], row["event_type"], row["events"] / of_provider[row["provider"]], of_kind[row["event_type"]] / total)
        for row in rows
        if of_kind[row["event_type"]] * of_provider[row["provider"]] / total >= ENOUGH_EVENTS
    ]


def _sums(rows: Rows, column: str) -> Counter[str]:
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row[column]] += row["events"]
    return sums


def _finding(of_provider: Counter[str]) -> str:
    (first, count), *others = of_provider.most_common()
    second = f", followed by {provider_words(others[0][0])} with {share(others[0][1], of_provider.total())}" if others else ""
    return f"{provider_words(first)} carries {share(count, of_provider.total())} of all events{second}. Each column adds up to 100%."


def _advice(habits: list[Habit]) -> str:
    if not habits:
        return "Too few events to tell the providers apart: let more players in first."
    telling = sorted((habit for habit in habits if habit.times >= WORTH_TELLING), key=lambda habit: -habit.times)
    if not telling:
        return "The providers' players behave alike: one experience for all is right, and no provider needs special care."
    return " ".join(_sentence(habit) for habit in _one_each(telling)[:2])


def _one_each(habits: list[Habit]) -> list[Habit]:
    """Keep the first habit of each provider."""
    return list({habit.provider: habit for habit in reversed(habits)}.values())[::-1]


def _sentence(habit: Habit) -> str:
    doing = f"Players on {provider_words(habit.provider)} have {habit.times:.1f} times the usual share of “{event_words(habit.event_type)}”"
    match habit.event_type:
        case "log_in" | "log_out":
            return f"{doing}: their sessions are short. Check the connection there and let the game resume where it broke off."
        case "purchase_item":
            return f"{doing}: show offers there first."
        case "leave_guild":
            return f"{doing}: ask those who left why."
        case _:
            return f"{doing}: look at what differs there before changing the game for all."
