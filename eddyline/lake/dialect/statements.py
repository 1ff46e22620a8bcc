"""What a text asks of the lake: one statement, and one that only reads."""

import re
from dataclasses import dataclass
from typing import Literal

import sqlglot
from sqlglot import Token, TokenType
from sqlglot.errors import SqlglotError

from eddyline.errors import QueryError

Kind = Literal["query", "show", "describe", "explain"]

_KINDS: dict[str, Kind] = {
    "SELECT": "query",
    "WITH": "query",
    "VALUES": "query",
    "TABLE": "query",
    "(": "query",
    "SHOW": "show",
    "DESCRIBE": "describe",
    "DESC": "describe",
    "EXPLAIN": "explain",
}
_EXPLAIN = re.compile(r"EXPLAIN(\s+ANALYZE(\s+VERBOSE)?)?\s*(\(\s*(TYPE|FORMAT)\b[^)]*\))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement without its semicolon; `explained` is the query after EXPLAIN."""

    kind: Kind
    text: str
    explained: str = ""


def read_statement(sql: str) -> Statement:
    """Take the one reading statement out of a text.

    Raises QueryError for none, for several, and for one that writes.
    """
    tokens = _only(_split(_tokens(sql)))
    word = re.split(r"\s", tokens[0].text.upper(), maxsplit=1)[0]
    kind = _KINDS.get(word)
    if kind is None:
        raise QueryError(f"{word} is not allowed here: queries only read; use SELECT, WITH, VALUES, SHOW, DESCRIBE or EXPLAIN")
    text = sql[tokens[0].start : tokens[-1].end + 1].rstrip("; \n")
    return Statement(kind, text, _explained(text) if kind == "explain" else "")


def _tokens(sql: str) -> list[Token]:
    try:
        return list(sqlglot.tokenize(sql, read="trino"))
    except SqlglotError as error:
        raise QueryError(f"the query cannot be read: {' '.join(str(error).split())}") from error


def _split(tokens: list[Token]) -> list[list[Token]]:
    statements: list[list[Token]] = [[]]
    for token in tokens:
        if token.token_type is TokenType.SEMICOLON:
            statements.append([])
        else:
            statements[-1].append(token)
    return [statement for statement in statements if statement]


def _only(statements: list[list[Token]]) -> list[Token]:
    if not statements:
        raise QueryError("the query is empty; give a SELECT")
    if len(statements) > 1:
        raise QueryError(f"{len(statements)} statements were given; run them one at a time")
    return statements[0]


def _explained(text: str) -> str:
    match = _EXPLAIN.match(text)
    inner = read_statement(text[match.end() :] if match else "")
    if inner.kind != "query":
        raise QueryError("only a query can be explained")
    return inner.text
