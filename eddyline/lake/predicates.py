"""Predicates for scans of tables."""

from typing import Any, cast

from pyiceberg.expressions import BooleanExpression, EqualTo


def equal(column: str, value: str | int) -> BooleanExpression:
    """Keep the rows whose column has this value."""
    # Pydantic hides the constructor's types; what mypy says of it depends on what it has cached.
    predicate: Any = EqualTo
    return cast("BooleanExpression", predicate(column, value))
