"""DuckDB's words for a query that Trino's parser read."""

from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ErrorLevel, UnsupportedError
from sqlglot.generators.duckdb import DuckDBGenerator

from eddyline.errors import QueryError
from eddyline.lake.dialect import calls, casts
from eddyline.lake.dialect.functions import FUNCTIONS
from eddyline.lake.dialect.syntax import SYNTAX
from eddyline.lake.dialect.words import Guards, is_double, static

_TIMES = "'DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'TIME'"
_NO_TEXT = "typeof({0}) NOT IN ('VARCHAR', 'BLOB', '\"NULL\"') AND NOT ends_with(typeof({0}), '[]')"


class Saying(DuckDBGenerator):
    """Says a tree in DuckDB's dialect; what is not known to mean the same is refused."""

    # A method of this class shall win over sqlglot's own transform of the same node.
    TRANSFORMS: ClassVar[dict[Any, Any]] = {
        kind: transform
        for kind, transform in DuckDBGenerator.TRANSFORMS.items()
        if kind not in {exp.Cast, exp.TryCast, exp.Extract, exp.GroupConcat, exp.StrPosition, exp.Interval, exp.CurrentTimestamp, exp.If, exp.Lambda}
    }

    @classmethod
    def of(cls, tree: exp.Expr) -> str:
        """Say a tree, which may be changed on the way."""
        for node in tree.walk():
            _known(node)
        try:
            said: str = cls(dialect=DuckDB(), unsupported_level=ErrorLevel.RAISE).generate(tree, copy=False)
        except UnsupportedError as error:
            raise QueryError(f"{error}: use --engine trino") from error
        return said

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.guards = Guards()

    def anonymous_sql(self, expression: exp.Anonymous) -> str:
        """Say a call by the table of functions, or by the code that knows the function."""
        name, arguments = expression.name.lower(), expression.expressions
        special = calls.CALLS.get(name)
        if special is not None:
            return special(self, expression)
        template = FUNCTIONS.get(f"{name}/{len(arguments)}")
        if template is None:
            raise calls.unknown(expression)
        said = [self.sql(_inner(argument)) for argument in arguments]
        return _filled(template, said, distinct=any(isinstance(argument, exp.Distinct) for argument in arguments))

    def div_sql(self, expression: exp.Div) -> str:
        """Divide integers to an integer, as Trino does."""
        a, b = self.sql(expression.this), self.sql(expression.expression)
        if is_double(expression):
            return f"{a} / {b}"
        decimal = f"(trino_is_decimal({a}) OR trino_is_decimal({b})) AND NOT (trino_is_double({a}) OR trino_is_double({b}))"
        large = f"trino_is_integer({a}) AND ({a}) NOT BETWEEN -9007199254740992 AND 9007199254740992"
        why = "a division of decimals rounds to their scale in Trino; write 1.5e0 for 1.5, or CAST to double"
        plain = self.guards.refuse(decimal, why, f"trino_divide({a}, {b})")
        return plain if static(expression.this) else self.guards.refuse(large, "a division of an integer over 2^53", plain)

    def add_sql(self, expression: exp.Add) -> str:
        """Add; a date plus an interval stays a date."""
        return self._with_interval(expression, "+") or self.binary(expression, "+")

    def sub_sql(self, expression: exp.Sub) -> str:
        """Subtract; a difference of times, an interval in Trino, is refused."""
        said = self._with_interval(expression, "-")
        if said or static(expression.this) or static(expression.expression) or is_double(expression):
            return said or self.binary(expression, "-")
        a = self.sql(expression.this)
        return self.guards.refuse(f"typeof({a}) IN ({_TIMES})", "a difference of times; use date_diff", self.binary(expression, "-"))

    def _with_interval(self, expression: exp.Binary, sign: str) -> str:
        for time, interval in ((expression.this, expression.expression), (expression.expression, expression.this)):
            if _is_interval(interval) and not _is_interval(time) and (sign == "+" or interval is expression.expression):
                said = self.sql(time)
                return f"cast_to_type({said} {sign} {self.sql(interval)}, {said})"
        return ""

    def dpipe_sql(self, expression: exp.DPipe) -> str:
        """Join texts or arrays; a number is not turned into text unasked."""
        return self.joined(list(expression.flatten()))

    def joined(self, parts: list[exp.Expr]) -> str:
        """Join with `||`, which is NULL where a part is."""
        said = [self.sql(part) for part in parts]
        doubtful = [_NO_TEXT.format(text) for part, text in zip(parts, said, strict=True) if not part.is_string]
        plain = f"({' || '.join(said)})"
        return self.guards.refuse(" OR ".join(f"({doubt})" for doubt in doubtful), "|| of what is no text; CAST it to varchar", plain) if doubtful else plain

    def cast_sql(self, expression: exp.Cast, safe_prefix: str | None = None) -> str:  # noqa: ARG002 - the signature is sqlglot's
        """Cast as Trino does: rounding, and strict with text."""
        return casts.say(self, expression, tried=False)

    def trycast_sql(self, expression: exp.TryCast) -> str:
        """Cast to NULL where the cast fails."""
        return casts.say(self, expression, tried=True)

    def extract_sql(self, expression: exp.Extract) -> str:
        """Take a field of a time, by the function of the same name."""
        template = FUNCTIONS.get(f"{expression.name.lower()}/1")
        if template is None:
            raise QueryError(f"EXTRACT of {expression.name} is not known to mean the same on DuckDB: use --engine trino")
        return template.format(self.sql(expression.expression))

    def trim_sql(self, expression: exp.Trim) -> str:
        """Trim what Java calls white space, or the characters given."""
        name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(expression.args.get("position") or "").upper(), "trim")
        characters = expression.args.get("expression")
        return f"{name}({self.sql(expression.this)}, {self.sql(characters) if characters else 'trino_spaces()'})"

    def substring_sql(self, expression: exp.Substring) -> str:
        """Take a part of a text."""
        text = self.sql(expression.this)
        length = expression.args.get("length")
        return f"trino_substr({text}, {self.sql(expression.args['start'])}, {self.sql(length) if length else f'length({text})'})"

    def strposition_sql(self, expression: exp.StrPosition) -> str:
        """Find a text in another."""
        return f"strpos({self.sql(expression.this)}, {self.sql(expression.args['substr'])})"

    def groupconcat_sql(self, expression: exp.GroupConcat) -> str:
        """Join a group's texts in a stated order."""
        order, separator = expression.this, expression.args.get("separator")
        if separator is None or not isinstance(order, exp.Order) or expression.args.get("on_overflow"):
            raise QueryError("LISTAGG without a separator or an order, or with ON OVERFLOW: write listagg(x, ',') WITHIN GROUP (ORDER BY x)")
        return f"string_agg({self.sql(order.this)}, {self.sql(separator)}{self.sql(exp.Order(expressions=order.expressions))})"

    def attimezone_sql(self, expression: exp.AtTimeZone) -> str:
        """Move a time to another zone."""
        return calls.zoned(self, expression, expression.this, expression.args["zone"])

    def currenttimestamp_sql(self, expression: exp.CurrentTimestamp) -> str:  # noqa: ARG002 - the signature is sqlglot's
        """Say the present instant."""
        return "now()"

    def interval_sql(self, expression: exp.Interval) -> str:
        """Say an interval of one unit."""
        if not isinstance(expression.unit, exp.Var) or not expression.this.is_string:
            raise QueryError(f"{expression.sql('trino')}: an interval of several units; add two intervals")
        return f"INTERVAL ({casts.whole(expression.this.name)}) {expression.unit.name}"

    def ignorenulls_sql(self, expression: exp.IgnoreNulls) -> str:
        """Put IGNORE NULLS where DuckDB wants it: inside of the call."""
        return f"{self.sql(expression.this).removesuffix(')')} IGNORE NULLS)"


def _known(node: exp.Expr) -> None:
    name = type(node).__name__
    if name not in SYNTAX:
        raise QueryError(f"{name} in `{node.sql('trino')[:80]}` is not known to mean the same on DuckDB: use --engine trino")
    allowed = SYNTAX[name]
    for key, value in node.args.items():
        if value and key not in allowed:
            raise QueryError(f"{key} of {name} in `{node.sql('trino')[:80]}` is not known to mean the same on DuckDB: use --engine trino")


def _is_interval(node: exp.Expr) -> bool:
    if isinstance(node, exp.Paren | exp.Mul | exp.Neg):
        return any(_is_interval(part) for part in node.iter_expressions())
    return isinstance(node, exp.Interval)


def _inner(argument: exp.Expr) -> exp.Expr:
    if isinstance(argument, exp.Distinct):
        if len(argument.expressions) != 1:
            raise QueryError("DISTINCT of several columns in one call; Trino takes one")
        return next(argument.iter_expressions())
    return argument


def _filled(template: str, arguments: list[str], *, distinct: bool) -> str:
    if distinct:
        # Every aggregate of the table begins with its name and a parenthesis.
        template = template.replace("(DISTINCT ", "(", 1).replace("(", "(DISTINCT ", 1)
    return template.format(*arguments)
