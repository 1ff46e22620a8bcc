"""Trino's types in Arrow, and the values its client gives for them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import sqlglot
from sqlglot import exp

from eddyline.errors import QueryError

_PLAIN: dict[str, pa.DataType] = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INT", "BIGINT"), pa.int64()),
    **dict.fromkeys(("FLOAT", "DOUBLE"), pa.float64()),
    **dict.fromkeys(("VARCHAR", "CHAR", "TEXT", "UNKNOWN", "JSON", "UUID", "IPADDRESS"), pa.string()),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIME": pa.time64("us"),
    "TIMESTAMP": pa.timestamp("us"),
    "TIMESTAMPTZ": pa.timestamp("us", "UTC"),
    "VARBINARY": pa.binary(),
}


def arrow_type(name: str) -> pa.DataType:
    """Turn a type as Trino names it into Arrow's.

    Raises QueryError for a type that no answer has, such as an interval.
    """
    if name == "unknown":
        return pa.string()
    return _arrow(sqlglot.parse_one(name, into=exp.DataType, read="trino"), name)


def _arrow(kind: exp.DataType, name: str) -> pa.DataType:
    inner = [part for part in kind.expressions if isinstance(part, exp.DataType)]
    match kind.this.name:
        case "ARRAY":
            return pa.list_(_arrow(inner[0], name))
        case "MAP":
            return pa.map_(_arrow(inner[0], name), _arrow(inner[1], name))
        case "STRUCT":
            return pa.struct([_field(part, position, name) for position, part in enumerate(kind.expressions)])
        case "DECIMAL":
            return pa.decimal128(38, int(kind.expressions[1].name) if len(kind.expressions) > 1 else 0)
        case plain if plain in _PLAIN:
            return _PLAIN[plain]
    raise QueryError(f"an answer cannot hold the type {name}; CAST it to varchar or to a number")


def _field(part: exp.Expr, position: int, name: str) -> pa.Field:
    inner = part.args.get("kind") or part
    assert isinstance(inner, exp.DataType)
    return pa.field(part.name or f"_{position}", _arrow(inner, name))


def values(kind: pa.DataType) -> Callable[[Any], Any]:
    """Return what turns a value of Trino's client into one that Arrow takes for the type."""
    if pa.types.is_map(kind):
        return lambda value: None if value is None else [(key, item) for key, item in value.items()]
    if pa.types.is_struct(kind):
        return lambda value: None if value is None else dict(zip((field.name for field in kind), value, strict=True))
    if pa.types.is_decimal(kind):
        return lambda value: None if value is None else Decimal(value)
    if pa.types.is_string(kind):
        return lambda value: None if value is None else str(value)
    return lambda value: value
