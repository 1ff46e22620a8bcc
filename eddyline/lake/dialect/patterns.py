"""Patterns that are written differently: regular expressions, their replacements, and paths into JSON."""

import re
from dataclasses import dataclass

from sqlglot import exp

from eddyline.errors import QueryError

# RE2 knows no look-around and no back references, and these mean something else or nothing to it.
_OTHER_IN_RE2 = re.compile(r"\(\?[=!<>]|\\[1-9kGZ]|\\[hRX]|[*+?}]\+|\[[^\]]*&&|\(\?[a-z]*[ud-][a-z]*[:)]")

_GROUPS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?P<special>\?)?|\)(?P<optional>[?*]|\{0)?|\|", re.DOTALL)
_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\[\"([^\"\\]*)\"\]|\[(\d+)\]")


def same_in_both(pattern: exp.Expr) -> str:
    """Return a regular expression that Java's and RE2's rules read alike.

    Raises QueryError for one that is not a text as written, or that only Java reads.
    """
    if not pattern.is_string:
        raise QueryError("a regular expression must stand in the query as a text in quotes")
    text: str = pattern.name
    other = _OTHER_IN_RE2.search(text)
    if other:
        raise QueryError(f"{other[0]} in the regular expression {text!r} is not known to mean the same on DuckDB: use --engine trino")
    return text


def asks_for_the_end(pattern: exp.Expr) -> bool:
    """Tell whether a pattern holds an unescaped `$`, which Trino also matches before a last line feed."""
    return any(token[0] == "$" for token in re.finditer(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$", pattern.name, flags=re.DOTALL))


def may_match_nothing(pattern: exp.Expr) -> bool:
    """Tell whether a pattern can match an empty text somewhere: the libraries then differ in where they go on."""
    try:
        compiled = re.compile(same_in_both(pattern))
    except re.error:
        return bool(re.search(r"[*?]|\{0|\\b", pattern.name))
    return any(not match[0] for subject in ("", "a", "a b", "\n") for match in compiled.finditer(subject))


def replacement(text: exp.Expr) -> str:
    """Turn a replacement with `$1` into one with a backslash and a number.

    Raises QueryError for a group by name and for a replacement that is not a text as written.
    """
    if not text.is_string:
        raise QueryError("a replacement must stand in the query as a text in quotes")
    return re.sub(r"\\(.)|\$(\d)|\$|\\$", _replaced, text.name, flags=re.DOTALL)


def _replaced(match: re.Match[str]) -> str:
    escaped, group = match.groups()
    if group is not None:
        return f"\\{group}"
    if escaped is None:
        raise QueryError("$ in a replacement must be followed by a number, or be written \\$: for a group by name use --engine trino")
    return "\\\\" if escaped == "\\" else str(escaped)


def certain_group(pattern: exp.Expr, rest: list[exp.Expr]) -> int:
    """Return the number of the group asked for, 0 without one.

    Raises QueryError for a group that a match can leave out: Trino gives NULL for it and RE2 an empty text.
    """
    if not rest:
        return 0
    if len(rest) > 1 or not rest[0].is_int:
        raise QueryError("regexp_extract takes a text, a pattern and the number of a group")
    group = int(rest[0].name)
    if group and not _always_takes_part(same_in_both(pattern), group):
        raise QueryError(f"group {group} of {pattern.name!r} may take no part in a match: Trino gives NULL there; use --engine trino")
    return group


@dataclass
class _Open:
    """A parenthesis not yet closed: its number (0 where it captures nothing), and what was met within."""

    number: int = 0
    has_bar: bool = False
    holds_wanted: bool = False


def _always_takes_part(pattern: str, wanted: int) -> bool:
    stack, groups = [_Open()], 0
    for token in _GROUPS.finditer(pattern):
        if token[0] == "|":
            stack[-1].has_bar = True
        elif token[0].startswith("("):
            groups += not token["special"]
            stack.append(_Open(0 if token["special"] else groups))
        elif token[0].startswith(")") and len(stack) > 1:
            closed = stack.pop()
            if closed.number != wanted and not closed.holds_wanted:
                continue
            # Alternatives within the wanted group itself do no harm.
            if token["optional"] or (closed.number != wanted and closed.has_bar):
                return False
            stack[-1].holds_wanted = True
    return stack[0].holds_wanted and not stack[0].has_bar


def json_path(path: exp.Expr) -> str:
    """Turn a path such as `$["User-Agent"].a[0]` into one that DuckDB reads.

    Raises QueryError for a path with a wildcard, a filter or a recursion.
    """
    if not path.is_string:
        raise QueryError("a JSON path must stand in the query as a text in quotes")
    if _STEP.sub("", path.name) != "$":
        raise QueryError(f"JSON path {path.name!r} is not known to mean the same on DuckDB: use names, indexes and quoted names only")
    steps = (match.groups() for match in _STEP.finditer(path.name))
    return "$" + "".join(f"[{index}]" if index else f'."{name or quoted}"' for name, quoted, index in steps)
