"""How hard each level is for those who try it."""

from eddyline.report.charts import Attempts, outcomes
from eddyline.report.section import Questions, Section
from eddyline.report.words import plural

# Fewer tries than this say little about a level.
ENOUGH_TRIES = 10
ENOUGH_LEVELS = 3
WORTH_TELLING = 8.0
SHOWN_LEVELS = 20
TOO_FEW = "Too few tries to judge a level by: let more players in first."
CAPTION = "How tries end, by level"


def level_outcomes(questions: Questions) -> Section:
    """Show how the tries at each level end, and which level stands out."""
    query, rows = questions.ask("level_difficulty")
    tries = [_attempts(row) for row in rows if row["won"] + row["lost"] + row["quit"]][:SHOWN_LEVELS]
    if not tries:
        return Section("Nobody has finished a level yet, so none is hard or easy so far.", query=query)
    known = [level for level in tries if level.count >= ENOUGH_TRIES]
    cliff = _cliff(known)
    chart = outcomes(tries, CAPTION, marked=cliff[0].level if cliff else None)
    return Section(_finding(known or tries), _advice(cliff) if len(known) >= ENOUGH_LEVELS else TOO_FEW, chart, CAPTION, query)


def _attempts(row: dict[str, int]) -> Attempts:
    count = row["won"] + row["lost"] + row["quit"]
    return Attempts(row["level"], 100 * row["won"] / count, 100 * row["lost"] / count, 100 * row["quit"] / count, count)


def _cliff(known: list[Attempts]) -> tuple[Attempts, float] | None:
    """Find the level that falls farthest below the mean of the levels beside it, and by how many points."""
    drops = [(level, (before.won + after.won) / 2 - level.won) for before, level, after in zip(known, known[1:], known[2:], strict=False)]
    cliff = max(drops, key=lambda found: found[1], default=None)
    return cliff if cliff and cliff[1] >= WORTH_TELLING else None


def _finding(tries: list[Attempts]) -> str:
    if len(tries) == 1:
        return f"Only level {tries[0].level} was tried often enough to tell: {tries[0].won:.0f}% of {plural(tries[0].count, 'try', 'tries')} are won."
    hardest = min(tries, key=lambda level: level.won)
    easiest = max(tries, key=lambda level: level.won)
    first = f"Level {hardest.level} is the hardest: {hardest.won:.0f}% of {plural(hardest.count, 'try', 'tries')} are won."
    return f"{first} Level {easiest.level} is the easiest with {easiest.won:.0f}%."


def _advice(cliff: tuple[Attempts, float] | None) -> str:
    if cliff is None:
        return "No level stands out from those beside it: difficulty rises evenly, so leave it as it is."
    level, drop = cliff
    given_up = f", and {level.quit:.0f}% of tries are given up" if level.quit >= 5 else ""
    return (
        f"Level {level.level} is won {drop:.0f} points less often than the levels beside it{given_up}: ease it first, for example with a resting place halfway."
    )
