"""What the translation knows without running anything, and the guards it puts around what depends on types."""

from dataclasses import dataclass, field
from typing import Protocol

from sqlglot import exp


@dataclass
class Guards:
    """Conditions under which an answer would differ from Trino's: they raise when they hold.

    DuckDB refuses an error inside TRY, so a guard found there is raised outside of it.
    """

    _tries: list[list[tuple[str, str]]] = field(default_factory=list)

    def refuse(self, condition: str, why: str, plain: str) -> str:
        """Raise where the condition holds, inside of `try` too: the answer would be another one."""
        if self._tries:
            self._tries[-1].append((condition, why))
            return plain
        return f"CASE WHEN {condition} THEN error({literal(f'refused: {why}: use --engine trino')}) ELSE {plain} END"

    def fail(self, condition: str, why: str, plain: str) -> str:
        """Fail where Trino fails too; inside of `try` that is NULL."""
        outcome = "NULL" if self._tries else f"error({literal(why)})"
        return f"CASE WHEN {condition} THEN {outcome} ELSE {plain} END"

    def enter_try(self) -> None:
        """Begin to collect the guards of what `try` holds."""
        self._tries.append([])

    def leave_try(self, plain: str) -> str:
        """End the `try` and put its guards around it."""
        for condition, why in self._tries.pop():
            plain = self.refuse(condition, why, plain)
        return plain


class Speaker(Protocol):
    """Says a part of the tree."""

    guards: Guards

    def sql(self, expression: exp.Expr | None, /) -> str:
        """Say a node in DuckDB's dialect."""

    def joined(self, parts: list[exp.Expr]) -> str:
        """Join texts."""


def literal(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"


def static(node: exp.Expr) -> bool:
    """Tell whether a node is a number as written."""
    return isinstance(node, exp.Literal) and not node.is_string


def is_double(node: exp.Expr) -> bool:
    """Tell whether a node is certainly a double: one such operand makes the whole so."""
    if isinstance(node, exp.Literal):
        return not node.is_string and "e" in node.name.lower()
    if isinstance(node, exp.Cast | exp.TryCast):
        return bool(node.to.is_type("double"))
    if isinstance(node, exp.Paren | exp.Neg | exp.Add | exp.Sub | exp.Mul | exp.Div | exp.Mod):
        return any(is_double(part) for part in node.iter_expressions())
    return isinstance(node, exp.Anonymous) and node.name.lower() in {"avg", "sqrt", "ln", "exp", "power", "to_unixtime"}
