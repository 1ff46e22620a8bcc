"""What the report says about given answers, without a lake."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eddyline.lake.query_files import QueryFile
from eddyline.report.accounts import Accounts, quarantine_reasons, read_accounts, where_events_went
from eddyline.report.evidence import Total, Verdict
from eddyline.report.guild_growth import guild_growth
from eddyline.report.level_outcomes import level_outcomes
from eddyline.report.popular_events import popular_events
from eddyline.report.provider_habits import provider_habits
from eddyline.report.revenue_by_item import revenue_by_item
from eddyline.report.section import Section

MONDAY = date(2026, 11, 16)


@dataclass
class Answered:
    """Answers every question with the same rows."""

    answer: list[dict[str, Any]]
    asked: list[str] = field(default_factory=list)

    def ask(self, name: str) -> tuple[QueryFile, list[dict[str, Any]]]:
        self.asked.append(name)
        return QueryFile(name, "?", f"SELECT '<{name}>'", Path(name)), self.answer

    def rows(self, sql: str) -> list[dict[str, Any]]:
        return [row for row in self.answer if ("reason" in row) == ("reason" in sql)]


def level(number: int, won: int, lost: int, quit_: int) -> dict[str, Any]:
    return {"level": number, "won": won, "lost": lost, "quit": quit_}


def events(kind: str, count: int, provider: str = "cox") -> dict[str, Any]:
    return {"event_type": kind, "provider": provider, "events": count, "players": 1}


@pytest.mark.parametrize("ask", [popular_events, provider_habits, revenue_by_item, guild_growth, level_outcomes])
def test_no_rows_give_a_sentence_and_no_chart(ask: Any) -> None:
    section = ask(Answered([]))
    assert section.chart == ""
    assert section.finding
    assert 'class="nothing"' in section._repr_html_()


def test_names_that_players_choose_cannot_become_markup() -> None:
    nasty = "<script>alert('&')</script>"
    rows = [{"day": MONDAY, "guild_name": nasty, "joined": 3, "left_guild": 0, "members": 3}]
    page = guild_growth(Answered(rows))._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "&lt;guild_growth&gt;" in page


def test_popular_events_come_with_their_shares() -> None:
    section = popular_events(Answered([events("purchase_item", 75), events("finish_level", 25)]))
    assert "100 events landed" in section.finding
    assert "“Bought an item” (75%)" in section.finding
    assert "3.0 times for each level" in section.advice


def test_a_provider_whose_sessions_break_off_is_named_and_chance_is_not() -> None:
    rows = [events("log_in", 100, "att"), events("heal", 1900, "att"), events("log_in", 80, "frontier"), events("heal", 320, "frontier")]
    section = provider_habits(Answered([*rows, events("leave_guild", 3, "frontier")]))
    assert "Players on Frontier have 2.7 times the usual share of “Logged in”" in section.advice
    assert "Left a guild" not in section.advice
    assert "AT&amp;T carries 83%" in section._repr_html_()


def test_providers_alike_need_no_special_care() -> None:
    rows = [events(kind, count, provider) for provider in ("att", "cox") for kind, count in (("heal", 500), ("log_in", 100))]
    assert "behave alike" in provider_habits(Answered(rows)).advice


def test_what_sells_most_and_earns_least_is_bundled_with_the_earner() -> None:
    rows = [
        {"day": MONDAY, "item_type": "sword", "pieces_sold": 10, "revenue": 900.0, "paid_back": 0.0},
        {"day": MONDAY, "item_type": "scroll", "pieces_sold": 30, "revenue": 100.0, "paid_back": 50.0},
        {"day": MONDAY, "item_type": "knife", "pieces_sold": None, "revenue": 0.0, "paid_back": 12.0},
    ]
    section = revenue_by_item(Answered(rows))
    assert "1,000 gold. Sword alone brings 90%" in section.finding
    assert "62 gold for what players sold back" in section.finding
    assert section.advice == "Scroll is 75% of the pieces but 10% of the revenue: bundle it with sword, which earns 90 gold a piece."


def test_the_level_far_below_its_neighbours_is_the_one_to_ease() -> None:
    section = level_outcomes(Answered([level(1, 95, 5, 0), level(2, 40, 40, 20), level(3, 85, 15, 0), level(4, 80, 20, 0)]))
    assert "Level 2 is the hardest: 40% of 100 tries" in section.finding
    assert "Level 2 is won 50 points less often than the levels beside it, and 20% of tries are given up" in section.advice


def test_an_even_rise_in_difficulty_is_left_alone() -> None:
    section = level_outcomes(Answered([level(number, 100 - 5 * number, 5 * number, 0) for number in range(1, 9)]))
    assert "leave it as it is" in section.advice


def test_a_few_tries_are_no_ground_for_advice() -> None:
    assert "Too few tries" in level_outcomes(Answered([level(1, 1, 0, 0), level(2, 0, 1, 0)])).advice


def test_a_guild_keeps_its_members_on_days_without_news_and_the_leaking_one_is_named() -> None:
    rows = [
        {"day": MONDAY, "guild_name": "Otters", "joined": 20, "left_guild": 0, "members": 20},
        {"day": MONDAY, "guild_name": "Tigers", "joined": 12, "left_guild": 0, "members": 12},
        {"day": MONDAY + timedelta(1), "guild_name": "Tigers", "joined": 0, "left_guild": 6, "members": 6},
    ]
    section = guild_growth(Answered(rows))
    assert "Otters is the largest guild with 20 members, 77% of all in 2 guilds" in section.finding
    assert "Tigers loses 50% of those who join (6 of 12)" in section.advice


def test_where_events_went_is_told_from_tables_alone_or_with_what_verify_found() -> None:
    rows = [{"rows": 90}, {"stage": "door", "reason": "clock", "rows": 7}, {"stage": "job", "reason": "clock", "rows": 1}]
    unverified = where_events_went(read_accounts(Answered(rows)))
    assert "90 events landed in the table, 8 records went to quarantine" in unverified.finding
    assert "Nobody has verified" in unverified.finding
    verified = where_events_went(read_accounts(Answered(rows), None, Verdict(True, Total(0, 2))))
    assert "2 records came a second time and were recognised" in verified.finding
    assert "nothing is lost" in verified.finding
    assert verified.advice == ""


def test_a_loss_is_said_loudly() -> None:
    section = where_events_went(Accounts(90, {}, resends=0, lost=4, balanced=False))
    assert "4 ARE LOST" in section.finding
    assert "Do not rely on this page" in section.advice


def test_reasons_are_told_in_words_with_who_refused() -> None:
    section = quarantine_reasons(Accounts(1, {("door", "clock"): 3, ("job", "malformed_json"): 1}))
    assert "“A clock that is years off” with 75%" in section.finding
    assert "3, refused by the API" in section.chart
    assert "1, refused by the landing job" in section.chart


counts = st.integers(0, 10**9)
names = st.text(max_size=40) | st.sampled_from(["$x^{", "鍛冶屋ギルド", "a\x00b", "\u202eabc", "x" * 100])


@given(st.lists(st.builds(events, names, counts.filter(bool), names), min_size=1, max_size=12, unique_by=lambda row: (row["event_type"], row["provider"])))
@settings(max_examples=5)
def test_any_names_and_counts_can_be_drawn(rows: list[dict[str, Any]]) -> None:
    for ask in (popular_events, provider_habits):
        assert_drawn(ask(Answered(rows)))


@given(st.lists(st.tuples(names, counts), min_size=1, max_size=12, unique_by=lambda row: row[0]))
@settings(max_examples=5)
def test_guilds_of_any_name_can_be_drawn(rows: list[tuple[str, int]]) -> None:
    moves = [{"day": MONDAY, "guild_name": name, "joined": count, "left_guild": 0, "members": count} for name, count in rows]
    assert_drawn(guild_growth(Answered(moves)))


@given(st.lists(st.builds(level, st.integers(1, 10**5), counts, counts, counts.filter(bool)), min_size=1, max_size=30, unique_by=lambda row: row["level"]))
@settings(max_examples=5)
def test_any_levels_can_be_drawn(rows: list[dict[str, Any]]) -> None:
    assert_drawn(level_outcomes(Answered(rows)))


def assert_drawn(section: Section) -> None:
    assert "<svg" in section.chart
    assert "nan" not in section.finding + section.advice
