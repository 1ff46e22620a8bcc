"""What the shop earns with each item."""

from collections import Counter

from eddyline.report.charts import Bar, bars_and_days
from eddyline.report.section import Questions, Rows, Section
from eddyline.report.words import plain_words, share

SHOWN_ITEMS = 15


def revenue_by_item(questions: Questions) -> Section:
    """Show the revenue of each item and of each day."""
    query, rows = questions.ask("revenue")
    items, pieces, days = _sums(rows, "item_type", "revenue"), _sums(rows, "item_type", "pieces_sold"), _sums(rows, "day", "revenue")
    if not items.total():
        return Section("Nobody has bought anything yet, so there is no revenue to explain.", query=query)
    drawn = [Bar(plain_words(item), gold, f"{gold:,.0f} gold") for item, gold in items.most_common(SHOWN_ITEMS)]
    ordered = sorted(days)
    chart = bars_and_days(drawn, ordered, [days[day] for day in ordered], ("Revenue by item", "Revenue by day, gold"))
    return Section(_finding(rows, items), _advice(items, pieces), chart, query=query)


def _sums(rows: Rows, key: str, value: str) -> Counter:  # type: ignore[type-arg] # keys are items or days, values pieces or gold
    sums: Counter = Counter()  # type: ignore[type-arg]
    for row in rows:
        sums[row[key]] += row[value] or 0
    return sums


def _finding(rows: Rows, items: Counter[str]) -> str:
    (first, gold), *_ = items.most_common()
    back = sum(row["paid_back"] or 0 for row in rows)
    resale = f" The shop paid {back:,.0f} gold for what players sold back." if back else ""
    return f"The shop took {items.total():,.0f} gold. {plain_words(first)} alone brings {share(gold, items.total())} of it.{resale}"


def _advice(items: Counter[str], pieces: Counter[str]) -> str:
    earner, popular = items.most_common(1)[0][0], pieces.most_common(1)[0][0]
    if earner == popular:
        return f"{plain_words(earner)} is both what sells most and what earns most: bring out variants of it, at a higher price."
    gold, sold = share(items[popular], items.total()), share(pieces[popular], pieces.total())
    return (
        f"{plain_words(popular)} is {sold} of the pieces but {gold} of the revenue: bundle it with {plain_words(earner).lower()}, "
        f"which earns {items[earner] / pieces[earner]:,.0f} gold a piece."
    )
