"""Follows docs/your-own-event.md on a copy of the contracts."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from eddyline.contracts.render import PROJECT_ROOT
from eddyline.lake.catalog import open_catalog
from eddyline.lake.tables import create_tables
from eddyline.settings import load

PAGE = (PROJECT_ROOT / "docs/your-own-event.md").read_text("utf-8")
LOOK = """
import json, sys
from datetime import UTC, datetime
from eddyline.contracts.decode import Rejected, decode
from eddyline.contracts.rows import event_row
decoded = decode(sys.stdin.buffer.read(), "made-here", datetime(2026, 5, 1, tzinfo=UTC))
print(json.dumps([decoded.reason, decoded.detail] if isinstance(decoded, Rejected) else event_row(decoded.event), default=str))
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def run(project: Path, *arguments: str, value: str = "", home: Path | None = None) -> str:
    environment = {**os.environ, "EDDYLINE_HOME": str(home or project / "home"), "PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, *arguments], check=False, cwd=project, env=environment, input=value, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the contracts with their renderings, in which the page's first step has been done."""
    for folder in ("eddyline/contracts", "schemas", "sql/ddl"):
        shutil.copytree(PROJECT_ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT_ROOT / "eddyline/__init__.py", tmp_path / "eddyline/__init__.py")
    definition, entry = blocks("python")
    events = tmp_path / "eddyline/contracts/events.py"
    above, names, below = events.read_text("utf-8").partition("GAME_EVENT_TYPES: ")
    listed, end, rest = below.partition("\n)\n")
    assert names, "the list of event types has another look now"
    assert end, "the list of event types has another look now"
    events.write_text(f"{above}{definition}\n\n{names}{listed}\n{entry.rstrip()}{end}{rest}", "utf-8")
    return tmp_path


@pytest.fixture
def rendered(project: Path) -> Path:
    """The copy after the page's second step."""
    python, *arguments = shlex.split(blocks("sh")[0])
    assert python == "python"
    run(project, *arguments)
    return project


def sent() -> dict[str, object]:
    words = shlex.split(blocks("sh")[1])
    return json.loads(words[words.index("-d") + 1])


def test_the_event_of_the_page_is_unknown_before() -> None:
    assert json.loads(run(PROJECT_ROOT, "-c", LOOK, value=json.dumps(sent())))[0] == "unknown_event_type"


def test_the_event_of_the_page_is_decoded_and_has_its_columns(project: Path) -> None:
    row = json.loads(run(project, "-c", LOOK, value=json.dumps(sent())))
    assert {name: row[name] for name in sent()} == sent()


def test_the_event_with_the_bad_value_of_the_page_is_refused(project: Path) -> None:
    name, value = re.search(r'Try it with `"(\w+)": (\d+)`', PAGE).groups()
    reason, detail = json.loads(run(project, "-c", LOOK, value=json.dumps(sent() | {name: int(value)})))
    assert reason == "out_of_range"
    assert name in detail


def test_the_event_of_the_page_appears_in_every_rendering(rendered: Path) -> None:
    run(rendered, "-m", "eddyline.contracts.render", "--check")
    schema = json.loads((rendered / "schemas/events/tame_dragon.schema.json").read_text("utf-8"))
    assert {"dragon_name", "feedings"} <= set(schema["required"])
    assert "tame_dragon" in json.loads((rendered / "schemas/events.schema.json").read_text("utf-8"))["discriminator"]["mapping"]
    assert "`dragon_name` STRING COMMENT 'The dragon.'" in (rendered / "schemas/spark/game_events.ddl").read_text("utf-8")
    assert "TameDragon" in run(rendered, "-c", "from eddyline.contracts.json_schema import components; print(*components()['schemas'])")


def test_a_table_that_was_made_before_gets_the_new_columns_by_the_page_s_command(project: Path, tmp_path: Path) -> None:
    shutil.copytree(PROJECT_ROOT / "eddyline", project / "eddyline", ignore=shutil.ignore_patterns("__pycache__", "contracts"), dirs_exist_ok=True)
    home = tmp_path / "home"
    create_tables(open_catalog(load(home=home).lake))
    program, *arguments = shlex.split(blocks("sh")[-1])
    assert program == "eddyline"
    assert "dragon_name, feedings" in run(project, "-m", "eddyline", *arguments, home=home)
    assert {"dragon_name", "feedings"} <= {field.name for field in open_catalog(load(home=home).lake).load_table("game.events").schema().fields}
