"""Which events are the most popular."""

from eddyline.report.charts import Bar, bars
from eddyline.report.section import Questions, Rows, Section
from eddyline.report.words import event_words, plural, share

CAPTION = "Events by kind"


def popular_events(questions: Questions) -> Section:
    """Show how often each kind of event happened."""
    query, rows = questions.ask("most_popular_events")
    if not rows:
        return Section("No event has landed yet, so nothing is popular so far. Send some events and run the report again.", query=query)
    total = sum(row["events"] for row in rows)
    drawn = [Bar(event_words(row["event_type"]), row["events"], f"{row['events']:,}  ·  {share(row['events'], total)}") for row in rows]
    return Section(_finding(rows, total), _advice(rows), bars(drawn, CAPTION), CAPTION, query)


def _finding(rows: Rows, total: int) -> str:
    top = [f"“{event_words(row['event_type'])}” ({share(row['events'], total)})" for row in rows[:3]]
    return f"{plural(total, 'event')} landed. Most frequent: {', '.join(top)}."


def _advice(rows: Rows) -> str:
    counts = {row["event_type"]: row for row in rows}
    buys, plays = counts.get("purchase_item"), counts.get("finish_level")
    if not (buys and plays):
        return f"Make “{event_words(rows[0]['event_type'])}” fast and pleasant first: every improvement there is felt {rows[0]['events']:,} times."
    per_level = buys["events"] / plays["events"]
    if per_level < 1:
        return f"Players buy {per_level:.1f} times for each level they finish: offer the shop on the screen that ends a level, where attention already is."
    return f"Players buy {per_level:.1f} times for each level they finish: the shop is where they are, so place news and guild invitations there."
