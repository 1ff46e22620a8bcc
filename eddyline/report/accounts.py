"""Where this run's events went: told by `eddyline verify` where it ran, else by the tables and the generator's truth."""

from dataclasses import dataclass

from eddyline.chart_style import CLAY, REED, RIVER, SAND
from eddyline.game.truth import Truth
from eddyline.report.charts import Bar, Part, bars, whole
from eddyline.report.evidence import Verdict
from eddyline.report.section import Questions, Section
from eddyline.report.words import plural, share

QUARANTINED = "SELECT stage, reason, count(*) AS rows FROM ops.quarantine GROUP BY stage, reason ORDER BY rows DESC, reason, stage"
WHERE, WHY = "Where the records went", "Why records are in quarantine"
LANDED = "SELECT count(*) AS rows FROM game.events"

_REASONS = {
    "empty": "Nothing in it",
    "too_large": "Larger than 256 KiB",
    "malformed_json": "Not readable as JSON",
    "duplicate_key": "A field twice in one event",
    "not_an_event": "Something else than an event",
    "unknown_event_type": "A kind of event nobody defined",
    "missing_field": "A field is missing",
    "unknown_field": "A field nobody defined",
    "wrong_type": "Text where a number belongs, or the like",
    "out_of_range": "An impossible value",
    "clock": "A clock that is years off",
    "id_conflict": "Same id, other content",
    "unstated": "No reason was stated",
}
_STAGES = {"door": "by the API", "job": "by the landing job"}


@dataclass(frozen=True, slots=True)
class Accounts:
    """Counts of every way an event can end; None where nobody counted. `quarantined` counts by stage and reason."""

    landed: int
    quarantined: dict[tuple[str, str], int]
    resends: int | None = None
    lost: int | None = None
    balanced: bool = False
    sent: int | None = None

    @property
    def refused(self) -> int:
        """How many are in quarantine."""
        return sum(self.quarantined.values())


def read_accounts(questions: Questions, truth: Truth | None = None, verdict: Verdict | None = None) -> Accounts:
    """Count the tables, and take what they cannot tell from the generator and from verify."""
    landed = questions.rows(LANDED)[0]["rows"]
    quarantined = {(row["stage"], row["reason"]): row["rows"] for row in questions.rows(QUARANTINED)}
    sent = truth.sent if truth else None
    if verdict is None:
        return Accounts(landed, quarantined, sent=sent)
    return Accounts(landed, quarantined, verdict.total.resend, verdict.total.lost, balanced=verdict.balanced, sent=sent)


def where_events_went(accounts: Accounts) -> Section:
    """Show how many events landed, were kept aside, were recognised as resends, or are lost."""
    if not (accounts.landed or accounts.refused):
        return Section("Nothing has arrived in this run yet. Start the pipeline and send some events, then run the report again.")
    parts = [
        Part("landed", accounts.landed, RIVER),
        Part("in quarantine", accounts.refused, SAND),
        Part("sent again, recognised", accounts.resends or 0, REED),
        Part("lost", accounts.lost or 0, CLAY),
    ]
    chart = whole([part for part in parts if part.count or part.name in {"landed", "in quarantine"}], WHERE)
    return Section(_balance(accounts), _warning(accounts), chart, WHERE)


def _warning(accounts: Accounts) -> str:
    if accounts.lost is None or accounts.balanced:
        return ""
    return "Do not rely on this page: run `eddyline verify`, which names each record that is lost or stands twice, and mend that first."


def _balance(accounts: Accounts) -> str:
    sent = f"The generator sent {plural(accounts.sent, 'record')}. " if accounts.sent is not None else ""
    ends = f"{plural(accounts.landed, 'event')} landed in the table, {plural(accounts.refused, 'record')} went to quarantine with the reason"
    if accounts.lost is None:
        return f"{sent}{ends}. Nobody has verified this run yet: `eddyline verify` counts every record."
    resends = f", {plural(accounts.resends or 0, 'record')} came a second time and {'was' if accounts.resends == 1 else 'were'} recognised"
    verdict = "nothing is lost and nothing counted twice" if accounts.balanced else f"{accounts.lost:,} ARE LOST, or some are counted twice"
    return f"{sent}{ends}{resends}. Verified record by record: {verdict}."


def quarantine_reasons(accounts: Accounts) -> Section:
    """Show why records were kept aside."""
    if not accounts.quarantined:
        return Section("Nothing was refused: every event that came was a good one.")
    ordered = sorted(accounts.quarantined.items(), key=lambda counted: -counted[1])
    drawn = [Bar(_REASONS.get(reason, reason), count, f"{count:,}, refused {_STAGES.get(stage, stage)}") for (stage, reason), count in ordered]
    (_, reason), count = ordered[0]
    finding = f"The most frequent reason is “{_REASONS.get(reason, reason)}” with {share(count, accounts.refused)} of what was refused."
    advice = "Show these rows to the team that builds the app. Their bytes are kept, and can be sent through again once the cause is fixed."
    return Section(finding, advice, bars(drawn, WHY, strong=1), WHY)
