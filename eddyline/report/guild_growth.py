"""How guilds grow and which lose their members."""

from collections import defaultdict
from datetime import date

from eddyline.report.charts import Line, lines
from eddyline.report.section import Questions, Rows, Section
from eddyline.report.words import plural, share, shown

SHOWN_GUILDS = 10
CAPTION = "Members by guild (joined minus left)"
# Guilds with fewer joins than this can lose half their members by one goodbye.
ENOUGH_JOINS = 10
WORTH_TELLING = 0.25


def guild_growth(questions: Questions) -> Section:
    """Show each guild's members from day to day."""
    query, rows = questions.ask("guild_growth")
    if not rows:
        return Section("Nobody has joined a guild yet, so none grows so far.", query=query)
    days = sorted({row["day"] for row in rows})
    grown = sorted((Line(shown(name), days, _members(of_guild, days)) for name, of_guild in _by_guild(rows).items()), key=lambda line: -line.values[-1])
    chart = lines(grown[:SHOWN_GUILDS], CAPTION, strong=grown[0].name)
    return Section(_finding(grown), _advice(rows), chart, CAPTION, query)


def _by_guild(rows: Rows) -> dict[str, Rows]:
    guilds: dict[str, Rows] = defaultdict(list)
    for row in rows:
        guilds[row["guild_name"]].append(row)
    return guilds


def _members(rows: Rows, days: list[date]) -> list[float]:
    """Count a guild's members on each day; a day without news has the number of the day before."""
    known = {row["day"]: row["members"] for row in rows}
    members, counts = 0, []
    for day in days:
        members = known.get(day, members)
        counts.append(members)
    return counts


def _finding(grown: list[Line]) -> str:
    first, total = grown[0], sum(line.values[-1] for line in grown)
    members = plural(int(first.values[-1]), "member")
    return f"{first.name} is the largest guild with {members}, {share(first.values[-1], total)} of all in {plural(len(grown), 'guild')}."


def _advice(rows: Rows) -> str:
    joined = {name: sum(row["joined"] for row in of_guild) for name, of_guild in _by_guild(rows).items()}
    left = {name: sum(row["left_guild"] for row in of_guild) for name, of_guild in _by_guild(rows).items()}
    losses = {name: left[name] / count for name, count in joined.items() if count >= ENOUGH_JOINS}
    if not losses:
        return "Too few have joined to judge a guild by: invite players to one in their first session."
    worst = max(losses, key=lambda name: losses[name])
    if losses[worst] < WORTH_TELLING:
        return "Guilds keep those who join: invite players who are in none, in their first session."
    loss = f"{shown(worst)} loses {losses[worst]:.0%} of those who join ({left[worst]:,} of {joined[worst]:,})"
    return f"{loss}: talk to its leaders before inviting more players there."
