"""Casts as Trino does them: doubles round half away from zero, text must be a number as a whole, widths are kept."""

import re

from sqlglot import exp

from eddyline.errors import QueryError
from eddyline.lake.dialect.words import Speaker, literal

_TEXT = "typeof({0}) = 'VARCHAR'"
_INTEGERS = {"BIGINT": "BIGINT", "INT": "INTEGER", "INTEGER": "INTEGER", "SMALLINT": "SMALLINT", "TINYINT": "TINYINT"}
_INSTANT = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{1,6})?)?)?"
_PATTERNS = {
    "integer": r"^\s*[+-]?[0-9]+\s*$",
    "number": r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$|^[+-]?(NaN|Infinity)$",
    "date": r"^\s*[+-]?[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}\s*$",
    "boolean": r"^(?i:true|t|1|false|f|0)$",
    "timestamp": rf"^\s*{_INSTANT}\s*$",
    "timestamptz": rf"^\s*{_INSTANT}( ?[+-][0-9]{{1,2}}(:[0-9]{{2}})?| [A-Za-z][A-Za-z0-9_/+-]*)?\s*$",
}
_SAME_AS_TEXT = "'VARCHAR', '\"NULL\"', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'BOOLEAN', 'DATE'"


def say(speaker: Speaker, node: exp.Cast, *, tried: bool) -> str:
    """Say a cast in DuckDB's dialect.

    Raises QueryError for a type whose casts are not known to be the same.
    """
    value, kind = speaker.sql(node.this), node.to.this.name
    if tried:
        speaker.guards.enter_try()
    said = _said(speaker, node, value, kind, "TRY_CAST" if tried else "CAST")
    return speaker.guards.leave_try(said) if tried else said


def _said(speaker: Speaker, node: exp.Cast, value: str, kind: str, cast: str) -> str:
    parameters = _parameters(node)
    if kind in _INTEGERS:
        return _integer(speaker, value, _INTEGERS[kind], cast)
    if kind in {"VARCHAR", "TEXT"} and not parameters:
        return _text(speaker, node, value, cast)
    if kind == "DECIMAL" and not parameters and node.this.is_string:
        raise QueryError(f"{node.sql('trino')}: write the number without quotes, or CAST to decimal(p, s); or use --engine trino")
    if kind in {"DOUBLE", "DECIMAL"}:
        width = f"({', '.join(map(str, parameters or [38, 0]))})" if kind == "DECIMAL" else ""
        return _strict(speaker, value, "number", f"{cast}({value} AS {kind}{width})")
    if kind in {"DATE", "BOOLEAN"}:
        return _strict(speaker, value, kind.lower(), f"{cast}({value} AS {kind})")
    if kind in {"TIMESTAMP", "TIMESTAMPTZ"}:
        return _timestamp(speaker, node, value, cast)
    raise QueryError(f"CAST to {node.to.sql('trino')} is not known to mean the same on DuckDB: use --engine trino")


def _integer(speaker: Speaker, value: str, kind: str, cast: str) -> str:
    rounded = f"CASE WHEN trino_is_double({value}) THEN {cast}(round(TRY_CAST({value} AS DOUBLE)) AS {kind}) ELSE {cast}({value} AS {kind}) END"
    return _strict(speaker, value, "integer", rounded)


def _text(speaker: Speaker, node: exp.Cast, value: str, cast: str) -> str:
    plain = f"{cast}({value} AS VARCHAR)"
    if node.this.is_string:
        return plain
    other = f"typeof({value}) NOT IN ({_SAME_AS_TEXT}) AND NOT trino_is_decimal({value})"
    return speaker.guards.refuse(other, "CAST to varchar of a double or a timestamp; use CAST to decimal or date_format first", plain)


def _timestamp(speaker: Speaker, node: exp.Cast, value: str, cast: str) -> str:
    kind, digits_kept = node.to.this.name, _parameters(node) or [3]
    if node.this.is_string:
        fraction = re.search(r"\.([0-9]+)", node.this.name)
        if fraction and len(fraction[1]) > min(digits_kept[0], 6):
            raise QueryError(f"{node.sql('trino')} loses digits; write CAST({literal(node.this.name)} AS timestamp(6))")
        # Trino takes a blank before an offset, DuckDB does not.
        value = literal(re.sub(r" (?=[+-][0-9]{1,2}(:|$))", "", node.this.name))
    strict = _strict(speaker, value, kind.lower(), f"{cast}({value} AS {kind})")
    if node.this.is_string or digits_kept == [6]:
        return strict
    return speaker.guards.refuse(f"typeof({value}) <> 'DATE'", "CAST to timestamp keeps milliseconds only in Trino; write timestamp(6)", strict)


def _parameters(node: exp.Cast) -> list[int]:
    return [int(parameter.name) for parameter in node.to.expressions if isinstance(parameter, exp.DataTypeParam)]


def _strict(speaker: Speaker, value: str, pattern: str, plain: str) -> str:
    wrong = f"{_TEXT.format(value)} AND NOT regexp_matches(CAST({value} AS VARCHAR), {literal(_PATTERNS[pattern])})"
    return speaker.guards.fail(wrong, f"cannot cast text to {pattern}", plain)


def whole(text: str) -> int:
    """Read the number of an interval.

    Raises QueryError for a fraction.
    """
    try:
        return int(text)
    except ValueError as error:
        raise QueryError(f"INTERVAL '{text}' is not known to mean the same on DuckDB: use a whole number of one unit") from error
