"""Renders docs/configuration.md from the settings: `python -m eddyline.cli.settings_page`; `--check` only compares."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from eddyline.settings import PROJECT_ROOT, Settings

PAGE = PROJECT_ROOT / "docs" / "configuration.md"
COMMAND = "python -m eddyline.cli.settings_page"
PREFIX = "EDDYLINE_"
INTRODUCTION = f"""# Configuration

<!-- Rendered from eddyline/settings.py by `{COMMAND}`; do not edit. -->

A setting is taken from the first of these that names it: a command's option, the environment variable, `eddyline.toml` in the
folder where the command runs, what the state folder was set up with (`eddyline up --with s3` and its like), the default. A running
stack's ports stand before the file. `eddyline config show` prints what is in use and where each value comes from, secrets
masked. A name in the file that does not exist is refused rather than ignored.

```toml
# eddyline.toml
[api]
port = 5001

[kafka]
partitions = 4
```

is the same as `EDDYLINE_API__PORT=5001` and `EDDYLINE_KAFKA__PARTITIONS=4`. A list is written as JSON in the environment:
`EDDYLINE_API__CORS_ORIGINS='["https://dashboard.example"]'`."""
OUTSIDE = """

## Outside the settings

These are asked before settings are read, and have no place in `eddyline.toml`.

| environment | default | meaning |
|---|---|---|
| `EDDYLINE_CACHE` | the user's cache folder | Where downloads (jars, Trino) are kept, shared by all checkouts. |
| `JAVA_HOME` | found by itself | The Java 17 or 21 that runs Kafka and Spark; PATH and the usual folders are tried after it. |
| `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_PROFILE` ... | not set | AWS's own ways to keys, where the settings name none. |
| `SPARK_CONF_DIR` | PySpark's own | Folder of a `spark-defaults.conf`. |
| `EDDYLINE_DEBUG` | not set | Set to anything, an error of the operating system is shown with its traceback. |
"""


def page() -> str:
    """Render the page."""
    single = [(name, field) for name, field in Settings.model_fields.items() if _section(field) is None]
    sections = [(name, section) for name, field in Settings.model_fields.items() if (section := _section(field))]
    parts = [INTRODUCTION, *_table("The whole", "", single, "The state folder, and what concerns no part alone.")]
    for name, section in sections:
        parts += _table(f"`[{name}]`", name, list(section.model_fields.items()), section.__doc__ or "")
    return "\n".join(parts) + OUTSIDE


def _section(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _table(title: str, section: str, fields: Sequence[tuple[str, FieldInfo]], meaning: str) -> Iterator[str]:
    yield f"\n## {title}\n\n{meaning}\n\n| environment | `eddyline.toml` | default | allowed | meaning |\n|---|---|---|---|---|"
    for name, field in fields:
        variable = PREFIX + (f"{section}__" if section else "").upper() + name.upper()
        cells = (f"`{variable}`", f"`{name}`", _default(field), _allowed(field), field.description or "")
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(field: FieldInfo) -> str:
    value: Any = field.get_default()
    match value:
        case SecretStr() | "":
            return "empty"
        case Path():
            return f"`{value.relative_to(PROJECT_ROOT)}`"
        case tuple():
            return f"`{list(value)}`"
        case _:
            return f"`{value}`"


def _allowed(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(field.annotation) if choice)
    bounds = {name: getattr(part, name) for part in field.metadata for name in ("ge", "gt", "le") if hasattr(part, name)}
    words = {"ge": "at least", "gt": "more than", "le": "at most"}
    return ", ".join(f"{words[name]} {bound:,}" for name, bound in bounds.items())


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with `--check` exit with 1 when it is stale."""
    is_current = PAGE.is_file() and PAGE.read_text("utf-8") == page()
    if "--check" in arguments:
        sys.stderr.write("" if is_current else f"docs/configuration.md is stale, run `{COMMAND}`\n")
        return 0 if is_current else 1
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
