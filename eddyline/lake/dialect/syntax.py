"""The syntax that means the same to Trino and DuckDB, or that `saying` translates: all else is refused.

A key is sqlglot's name of a node, a value the parts of it that are known.
"""

_BINARY = frozenset({"this", "expression"})
_THIS = frozenset({"this"})
_LIST = frozenset({"expressions"})

SYNTAX: dict[str, frozenset[str]] = {
    **dict.fromkeys(("Add", "And", "AtTimeZone", "DPipe", "Div", "EQ", "Escape", "Extract", "Filter", "GT", "GTE", "Is", "LT", "LTE", "Like"), _BINARY),
    **dict.fromkeys(("Mod", "Mul", "NEQ", "NullSafeEQ", "NullSafeNEQ", "Or", "Sub"), _BINARY),
    **dict.fromkeys(("All", "Any", "Boolean", "DataTypeParam", "Exists", "Having", "HexString", "IgnoreNulls", "Neg", "Not", "Paren"), _THIS),
    **dict.fromkeys(("UnicodeString", "Var", "Where"), _THIS),
    **dict.fromkeys(("Array", "Cube", "Distinct", "GroupingSets", "Rollup", "Tuple"), _LIST),
    **dict.fromkeys(("CurrentDate", "CurrentTimestamp", "Null", "Star"), frozenset[str]()),
    **dict.fromkeys(("Except", "Intersect", "Union"), _BINARY | {"distinct", "limit", "offset", "order", "with_"}),
    "Alias": frozenset({"alias", "this"}),
    "Anonymous": frozenset({"expressions", "this"}),
    "AtTimeZone": frozenset({"this", "zone"}),
    "Between": frozenset({"high", "low", "this"}),
    "CTE": frozenset({"alias", "this"}),
    "Case": frozenset({"default", "ifs", "this"}),
    "Cast": frozenset({"this", "to"}),
    "Column": frozenset({"catalog", "db", "table", "this"}),
    "DataType": frozenset({"expressions", "nested", "this"}),
    "Div": _BINARY | {"typed"},
    "Fetch": frozenset({"count", "direction", "limit_options"}),
    "From": _THIS,
    "Group": frozenset({"cube", "expressions", "grouping_sets", "rollup"}),
    "GroupConcat": frozenset({"separator", "this"}),
    "Identifier": frozenset({"quoted", "this"}),
    "If": frozenset({"false", "this", "true"}),
    "In": frozenset({"expressions", "query", "this"}),
    "Interval": frozenset({"this", "unit"}),
    "Join": frozenset({"kind", "on", "side", "this", "using"}),
    "Lambda": frozenset({"expressions", "this"}),
    "Limit": frozenset({"expression"}),
    "LimitOptions": frozenset({"rows"}),
    "Literal": frozenset({"is_string", "this"}),
    "Offset": frozenset({"expression"}),
    "Order": frozenset({"expressions", "this"}),
    "Ordered": frozenset({"desc", "nulls_first", "this"}),
    "Select": frozenset({"distinct", "expressions", "from_", "group", "having", "joins", "limit", "offset", "order", "where", "windows", "with_"}),
    "StrPosition": frozenset({"substr", "this"}),
    "Subquery": frozenset({"alias", "limit", "offset", "order", "this", "with_"}),
    "Substring": frozenset({"length", "start", "this"}),
    "Table": frozenset({"alias", "catalog", "db", "joins", "this"}),
    "TableAlias": frozenset({"columns", "this"}),
    "Trim": frozenset({"expression", "position", "this"}),
    "TryCast": frozenset({"safe", "this", "to"}),
    "Unnest": frozenset({"alias", "expressions", "offset"}),
    "Values": frozenset({"alias", "expressions"}),
    "Window": frozenset({"alias", "order", "over", "partition_by", "spec", "this"}),
    "WindowSpec": frozenset({"end", "end_side", "kind", "start", "start_side"}),
    "With": frozenset({"expressions", "recursive"}),
}
