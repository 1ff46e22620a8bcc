"""What the tables hold at the end of a proof, read with SQL."""

import json

from eddyline.contracts.reasons import Reason
from eddyline.contracts.tables import GAME_EVENTS, QUARANTINE
from eddyline.lake.queries import run_query
from eddyline.prove.judge import Landed, Quarantined
from eddyline.settings import Settings


def read_landed(settings: Settings) -> list[Landed]:
    """Read the rows of the accepted table; an event's content stands in it as its quantity."""
    rows = run_query(f"SELECT event_id, coalesce(quantity, 1) AS quantity FROM {GAME_EVENTS.identifier}", settings)  # noqa: S608 - the name is a contract's
    return [Landed(event_id, quantity - 1) for event_id, quantity in zip(rows["event_id"].to_pylist(), rows["quantity"].to_pylist(), strict=True)]


def read_quarantined(settings: Settings) -> list[Quarantined]:
    """Read the rows of the quarantine; of an id's second content, which content it is."""
    conflict = f"CASE WHEN reason = '{Reason.ID_CONFLICT.value}' THEN value END"
    rows = run_query(f"SELECT stage, event_id, value_sha256, {conflict} AS value FROM {QUARANTINE.identifier}", settings)  # noqa: S608 - as above
    columns = (rows[name].to_pylist() for name in ("stage", "event_id", "value_sha256", "value"))
    return [Quarantined(stage, event_id or "", sha256, _content(value)) for stage, event_id, sha256, value in zip(*columns, strict=True)]


def _content(value: bytes | None) -> int | None:
    return None if value is None else int(json.loads(value).get("quantity", 1)) - 1
