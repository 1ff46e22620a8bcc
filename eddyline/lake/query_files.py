"""The questions kept in `sql/`: one file one question, asked by the file's bare name."""

from dataclasses import dataclass
from pathlib import Path

from eddyline.errors import QueryError
from eddyline.settings import PROJECT_ROOT

QUERIES = PROJECT_ROOT / "sql" / "queries"
AUDITS = PROJECT_ROOT / "sql" / "audits"


@dataclass(frozen=True, slots=True)
class QueryFile:
    """A question, its text and the file it stands in."""

    name: str
    question: str
    sql: str
    path: Path


def query_files(folder: Path = QUERIES) -> list[QueryFile]:
    """List the questions of a folder by name."""
    return [_read(path) for path in sorted(folder.glob("*.sql"))]


def find_query(name: str) -> QueryFile:
    """Find a question by the path of its file, or by its bare name among the queries and audits.

    Raises QueryError that lists the names there are.
    """
    for path in (Path(name), QUERIES / f"{name}.sql", AUDITS / f"{name}.sql"):
        if path.is_file():
            return _read(path)
    known = ", ".join(file.name for folder in (QUERIES, AUDITS) for file in query_files(folder))
    raise QueryError(f"there is no file {name}; give a path or one of: {known}")


def _read(path: Path) -> QueryFile:
    try:
        sql = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{path} cannot be read: {error}") from error
    return QueryFile(path.stem, _question(sql), sql, path)


def _question(sql: str) -> str:
    first = sql.split("\n", maxsplit=1)[0]
    return first.removeprefix("--").strip().removeprefix("Question:").strip()
