"""Writes every rendering of the contracts; `--check` only compares. The one module here that touches files."""

import json
import sys
from pathlib import Path

from eddyline.contracts.events import GAME_EVENT_TYPES, event_type
from eddyline.contracts.json_schema import Schema, event_schema, events_schema
from eddyline.contracts.spark_schema import spark_ddl
from eddyline.contracts.tables import TABLES
from eddyline.contracts.trino_ddl import create_schema, create_table

PROJECT_ROOT = Path(__file__).resolve().parents[2]
RENDERED_FOLDERS = ("schemas", "sql/ddl")
_COMMAND = "python -m eddyline.contracts.render"


def renderings() -> dict[str, str]:
    """Render everything: texts by their path below the project's root."""
    namespaces = {table.namespace for table in TABLES}
    return (
        {"schemas/events.schema.json": _json(events_schema())}
        | {f"schemas/events/{event_type(kind)}.schema.json": _json(event_schema(kind)) for kind in GAME_EVENT_TYPES}
        | {f"schemas/spark/{table.namespace}_{table.name}.ddl": spark_ddl(table) for table in TABLES}
        | {f"sql/ddl/{namespace}.sql": _sql(create_schema(namespace)) for namespace in namespaces}
        | {f"sql/ddl/{table.namespace}_{table.name}.sql": _sql(create_table(table)) for table in TABLES}
    )


def stale_files(root: Path) -> list[str]:
    """Name the files that are missing, differ, or belong to nothing that is rendered any more."""
    texts = renderings()
    differing = {path for path, text in texts.items() if not (root / path).is_file() or (root / path).read_text("utf-8") != text}
    return sorted(differing | _left_over(root, texts))


def write(root: Path) -> None:
    """Bring the files below a project's root up to date."""
    texts = renderings()
    for path in _left_over(root, texts):
        (root / path).unlink()
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8", newline="\n")


def main(arguments: list[str]) -> int:
    """Write the renderings, or with `--check` exit with 1 and name those that are stale."""
    if arguments not in ([], ["--check"]):
        return _say(f"usage: {_COMMAND} [--check]", 2)
    stale = stale_files(PROJECT_ROOT)
    if arguments and stale:
        return _say(f"stale, run `{_COMMAND}`:\n" + "\n".join(stale), 1)
    if stale:
        write(PROJECT_ROOT)
    return _say(f"{len(stale)} of {len(renderings())} renderings were stale", 0)


def _say(text: str, exit_code: int) -> int:
    (sys.stderr if exit_code else sys.stdout).write(f"{text}\n")
    return exit_code


def _left_over(root: Path, texts: dict[str, str]) -> set[str]:
    there = {path.relative_to(root).as_posix() for folder in RENDERED_FOLDERS for path in (root / folder).rglob("*") if path.is_file()}
    return {path for path in there - set(texts) if not Path(path).name.startswith((".", "README"))}


def _json(schema: Schema) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _sql(statement: str) -> str:
    return f"-- Rendered from eddyline/contracts by `{_COMMAND}`; do not edit.\n{statement}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
