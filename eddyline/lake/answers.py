"""The types an answer has, whichever engine gave it: every integer is int64, every instant is in UTC with microseconds."""

import pyarrow as pa

from eddyline.errors import QueryError


def plain(table: pa.Table, integers: frozenset[int] = frozenset()) -> pa.Table:
    """Give a table's columns the types of an answer; `integers` are positions of columns that arrive as decimals but count.

    Raises QueryError for a number that no bigint can hold.
    """
    types = [pa.int64() if position in integers else plain_type(field.type) for position, field in enumerate(table.schema)]
    schema = pa.schema([pa.field(field.name, kind) for field, kind in zip(table.schema, types, strict=True)])
    try:
        return table.cast(schema)
    except pa.ArrowInvalid as error:
        raise QueryError(f"a number is too large for bigint: {error}") from error


def plain_type(kind: pa.DataType) -> pa.DataType:
    """Name the type an answer uses for a type of either engine."""
    if pa.types.is_integer(kind):
        return pa.int64()
    if pa.types.is_floating(kind):
        return pa.float64()
    if pa.types.is_decimal(kind):
        return pa.decimal128(38, kind.scale)
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", "UTC" if kind.tz else None)
    if pa.types.is_null(kind) or pa.types.is_large_string(kind):
        return pa.string()
    return _nested(kind)


def _nested(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_list(kind):
        return pa.list_(plain_type(kind.value_type))
    if pa.types.is_map(kind):
        return pa.map_(plain_type(kind.key_type), plain_type(kind.item_type))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(field.name, plain_type(field.type)) for field in kind])
    if pa.types.is_interval(kind) or pa.types.is_duration(kind):
        raise QueryError("an answer cannot hold an interval; use date_diff for a number of units")
    return kind
