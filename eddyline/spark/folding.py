"""The fold of players' events as a transform: new events and known states in, states out, in Arrow."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
from msgspec.structs import asdict
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema

from eddyline.contracts.tables import PLAYER_STATE
from eddyline.game.state import PlayerState, fold, new_player

WHO = ("tenant", "user_id")
EVENT = ("kafka_partition", "kafka_offset", "event_type", "occurred_at", "item_type", "quantity", "price", "amount", "guild_name", "level", "outcome")
_ARROW = {"string": pa.string(), "int": pa.int32(), "long": pa.int64(), "double": pa.float64(), "timestamptz": pa.timestamp("us", tz="UTC")}
TABLE_SCHEMA = pa.schema({column.name: _ARROW[column.type] for column in PLAYER_STATE.columns})
STATE_SCHEMA = TABLE_SCHEMA.remove(TABLE_SCHEMA.get_field_index("landed_at"))
# `refold` is true for a user whose new events do not all come after those that are in the state: the whole must be folded again.
_FOLDED = STATE_SCHEMA.append(pa.field("refold", pa.bool_()))


def fold_events(events: DataFrame, known: DataFrame) -> pa.Table:
    """Fold events onto the known states of their users; a state with `refold` is still the known one."""
    grouped = events.groupBy(*WHO).agg(F.collect_list(F.struct(*EVENT)).alias("new"))
    states = known.select(*WHO, F.struct(*known.columns).alias("state"))
    return grouped.join(states, list(WHO), "left").mapInArrow(_fold_batches, from_arrow_schema(_FOLDED)).toArrow()


def row_of(state: PlayerState) -> dict[str, Any]:
    """Write a state as a row of `game.player_state`, without `landed_at`."""
    return asdict(state) | {"inventory": json.dumps(state.inventory, ensure_ascii=False)}


def state_of(row: Mapping[str, Any]) -> PlayerState:
    """Read what `row_of` wrote."""
    return PlayerState(**{**row, "inventory": json.loads(row["inventory"])})


def states_of(folded: pa.Table) -> Iterator[PlayerState]:
    """Read what `fold_events` gave."""
    return map(state_of, folded.drop_columns(["refold"]).to_pylist())


def _fold_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield pa.RecordBatch.from_pylist([_folded(row) for row in batch.to_pylist()], schema=_FOLDED)


def _folded(row: Mapping[str, Any]) -> dict[str, Any]:
    events = row["new"]
    state = state_of(row["state"]) if row["state"] else new_player(row["tenant"], row["user_id"], min(event["occurred_at"] for event in events))
    refold = min((event["kafka_partition"], event["kafka_offset"]) for event in events) <= state.place
    return row_of(state if refold else fold(state, events)) | {"refold": refold}
