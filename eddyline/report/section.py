"""One section of the report: a chart, what it shows, what to do about it, and the query behind it."""

from dataclasses import dataclass
from html import escape
from typing import Any

from eddyline.lake.queries import run_query
from eddyline.lake.query_files import QueryFile, find_query
from eddyline.settings import Settings

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Section:
    """What a notebook cell shows; without a chart it says in `finding` why there is none."""

    finding: str
    advice: str = ""
    chart: str = ""
    caption: str = ""
    query: QueryFile | None = None

    def _repr_html_(self) -> str:
        """Render for the notebook; texts are escaped, since players choose names."""
        parts = [self._figure(), f'<p class="{"finding" if self.chart else "nothing"}">{escape(self.finding)}</p>']
        if self.advice:
            parts.append(f'<p class="advice"><strong>What to do</strong> {escape(self.advice)}</p>')
        if self.query:
            parts.append(f"<details><summary>How this was counted</summary><pre>{escape(self.query.sql.strip())}</pre></details>")
        return "\n".join(parts)

    def _figure(self) -> str:
        caption = f"<figcaption>{escape(self.caption)}</figcaption>" if self.caption else ""
        return f"<figure>{caption}{self.chart}</figure>" if self.chart else ""


@dataclass(frozen=True, slots=True)
class Questions:
    """Asks the lake the questions kept in `sql/queries`."""

    settings: Settings

    def ask(self, name: str) -> tuple[QueryFile, Rows]:
        """Return the question's file and its answer, one dictionary a row.

        Raises QueryError when there is no such question.
        """
        query = find_query(name)
        return query, self.rows(query.sql)

    def rows(self, sql: str) -> Rows:
        """Return a query's answer."""
        rows: Rows = run_query(sql, self.settings).to_pylist()
        return rows
