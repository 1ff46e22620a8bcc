"""Functions whose translation depends on what they are called with."""

from collections.abc import Callable

from sqlglot import exp

from eddyline.errors import QueryError
from eddyline.lake.dialect import patterns
from eddyline.lake.dialect.words import Speaker, literal

Call = Callable[[Speaker, exp.Anonymous], str]

_UNITS = ("millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year")
_ZONED = {"year", "quarter", "month", "week", "day", "day_of_week", "dow", "day_of_year", "doy", "hour", "minute", "second", "date", "date_format"}
# MySQL's letters, which Trino's date_format speaks, and Python's, which DuckDB's strftime does.
_FORMATS = {letter: f"%{letter}" for letter in "YymdHIpajbf%"} | {
    "M": "%B",
    "S": "%S",
    "T": "%H:%M:%S",
    "W": "%A",
    "c": "%-m",
    "e": "%-d",
    "h": "%I",
    "i": "%M",
    "k": "%-H",
    "l": "%-I",
    "r": "%I:%M:%S %p",
    "s": "%S",
    "v": "%V",
    "x": "%G",
}


def unknown(call: exp.Anonymous) -> QueryError:
    """Refuse a function that no table knows."""
    return QueryError(f"{call.name.lower()} with {len(call.expressions)} arguments is not known to mean the same on DuckDB: use --engine trino")


def _variadic(template: str, least: int) -> Call:
    def say(speaker: Speaker, call: exp.Anonymous) -> str:
        if len(call.expressions) < least:
            raise unknown(call)
        said = [speaker.sql(argument) for argument in call.expressions]
        return template.format(all=", ".join(said), null=" OR ".join(f"{text} IS NULL" for text in said))

    return say


def _concat(speaker: Speaker, call: exp.Anonymous) -> str:
    return speaker.joined(call.expressions)


def _try(speaker: Speaker, call: exp.Anonymous) -> str:
    (inner,) = _arguments(call, 1)
    speaker.guards.enter_try()
    return speaker.guards.leave_try(f"TRY({speaker.sql(inner)})")


def _date_trunc(speaker: Speaker, call: exp.Anonymous) -> str:
    unit, time = _arguments(call, 2)
    said = speaker.sql(time)
    return f"cast_to_type(date_trunc({literal(_unit(unit))}, {said}), {said})"


def _date_diff(speaker: Speaker, call: exp.Anonymous) -> str:
    # Trino counts whole units, as DuckDB's date_sub does; its date_diff counts the borders between.
    unit, start, end = _arguments(call, 3)
    return f"date_sub({literal(_unit(unit))}, trino_whole_millis({speaker.sql(start)}), trino_whole_millis({speaker.sql(end)}))"


def _date_add(speaker: Speaker, call: exp.Anonymous) -> str:
    unit, count, time = _arguments(call, 3)
    said = speaker.sql(time)
    return f"cast_to_type({said} + ({speaker.sql(count)}) * INTERVAL 1 {_unit(unit)}, {said})"


def _element_at(speaker: Speaker, call: exp.Anonymous) -> str:
    container, key = _arguments(call, 2)
    said, place = speaker.sql(container), speaker.sql(key)
    if key.is_string:
        return f"{said}[{place}]"
    zero = f"ends_with(typeof({said}), '[]') AND CAST({place} AS VARCHAR) = '0'"
    return speaker.guards.fail(zero, "SQL array indices start at 1", f"{said}[{place}]")


def _unit(node: exp.Expr) -> str:
    name = node.name.lower()
    if not node.is_string or name not in _UNITS:
        raise QueryError(f"unit {node.sql('trino')} is not known: use one of {', '.join(_UNITS)}, in quotes")
    return name


def _date_format(speaker: Speaker, call: exp.Anonymous) -> str:
    time, pattern = _arguments(call, 2)
    if not pattern.is_string:
        raise QueryError("date_format needs its format as a text in quotes")
    return f"strftime(trino_millis({speaker.sql(time)}), {literal(_format(pattern.name))})"


def _format(pattern: str) -> str:
    said, letters = "", iter(pattern)
    for letter in letters:
        if letter != "%":
            said += letter
            continue
        code = next(letters, "")
        if code not in _FORMATS:
            raise QueryError(f"%{code} in a date format is not known to mean the same on DuckDB: use --engine trino")
        said += _FORMATS[code]
    return said


def _from_unixtime(speaker: Speaker, call: exp.Anonymous) -> str:
    (seconds,) = _arguments(call, 1)
    return f"make_timestamptz(CAST(round({speaker.sql(seconds)} * 1000e0) AS BIGINT) * 1000)"


def _at_timezone(speaker: Speaker, call: exp.Anonymous) -> str:
    time, zone = _arguments(call, 2)
    return zoned(speaker, call, time, zone)


def zoned(speaker: Speaker, node: exp.Expr, time: exp.Expr, zone: exp.Expr) -> str:
    """Say a time in another zone, where only its fields are asked for: DuckDB has no instant that carries a zone."""
    instant = f"CAST({speaker.sql(time)} AS TIMESTAMP WITH TIME ZONE)"
    if zone.is_string and zone.name.upper() == "UTC":
        return instant
    if not zone.is_string or not _only_fields_asked(node):
        raise QueryError("a time in another zone is only known inside of a function that takes a field, date_format or CAST to date: use --engine trino")
    return f"({instant} AT TIME ZONE {literal(zone.name)})"


def _only_fields_asked(node: exp.Expr) -> bool:
    parent = node.parent
    if isinstance(parent, exp.Paren) or (isinstance(parent, exp.Anonymous) and parent.name.lower() == "date_trunc"):
        return _only_fields_asked(parent)
    if isinstance(parent, exp.Anonymous):
        return parent.name.lower() in _ZONED
    return isinstance(parent, exp.Extract) or (isinstance(parent, exp.Cast) and bool(parent.to.is_type("date")))


def _json_extract_scalar(speaker: Speaker, call: exp.Anonymous) -> str:
    document, path = _arguments(call, 2)
    return f"trino_json_scalar({speaker.sql(document)}, {literal(patterns.json_path(path))})"


def _regexp_extract(speaker: Speaker, call: exp.Anonymous) -> str:
    text, pattern, *rest = call.expressions
    group = patterns.certain_group(pattern, rest)
    said, expression = speaker.sql(text), literal(patterns.same_in_both(pattern))
    return _matched(speaker, said, pattern, f"CASE WHEN regexp_matches({said}, {expression}) THEN regexp_extract({said}, {expression}, {group}) END")


def _regexp_replace(speaker: Speaker, call: exp.Anonymous) -> str:
    text, pattern, *rest = call.expressions
    if len(rest) > 1:
        raise unknown(call)
    if patterns.may_match_nothing(pattern):
        raise QueryError(f"regexp_replace by {pattern.name!r}, which can match an empty text, is not known to mean the same on DuckDB: use --engine trino")
    replacement = literal(patterns.replacement(rest[0])) if rest else "''"
    said = speaker.sql(text)
    return _matched(speaker, said, pattern, f"regexp_replace({said}, {literal(patterns.same_in_both(pattern))}, {replacement}, 'g')")


def _regexp_like(speaker: Speaker, call: exp.Anonymous) -> str:
    text, pattern = _arguments(call, 2)
    said = speaker.sql(text)
    return _matched(speaker, said, pattern, f"regexp_matches({said}, {literal(patterns.same_in_both(pattern))})")


def _regexp_count(speaker: Speaker, call: exp.Anonymous) -> str:
    text, pattern = _arguments(call, 2)
    said = speaker.sql(text)
    return _matched(speaker, said, pattern, f"len(regexp_extract_all({said}, {literal(patterns.same_in_both(pattern))}))")


def _matched(speaker: Speaker, text: str, pattern: exp.Expr, plain: str) -> str:
    if not patterns.asks_for_the_end(pattern):
        return plain
    return speaker.guards.refuse(f"ends_with({text}, chr(10))", "$ in a regular expression on a text that ends with a line feed", plain)


def _arguments(call: exp.Anonymous, count: int) -> list[exp.Expr]:
    if len(call.expressions) != count:
        raise unknown(call)
    return list(call.expressions)


CALLS: dict[str, Call] = {
    "at_timezone": _at_timezone,
    "coalesce": _variadic("coalesce({all})", 2),
    "concat": _concat,
    "concat_ws": _variadic("concat_ws({all})", 2),
    "date_add": _date_add,
    "date_diff": _date_diff,
    "date_format": _date_format,
    "date_trunc": _date_trunc,
    "element_at": _element_at,
    "from_unixtime": _from_unixtime,
    "grouping": _variadic("grouping({all})", 1),
    "greatest": _variadic("CASE WHEN {null} THEN NULL ELSE greatest({all}) END", 1),
    "json_extract_scalar": _json_extract_scalar,
    "least": _variadic("CASE WHEN {null} THEN NULL ELSE least({all}) END", 1),
    "regexp_count": _regexp_count,
    "regexp_extract": _regexp_extract,
    "regexp_like": _regexp_like,
    "regexp_replace": _regexp_replace,
    "try": _try,
}
