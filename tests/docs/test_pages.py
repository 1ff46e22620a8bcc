"""Holds the pages to the code: every command they show exists with its options, every link leads somewhere."""

import inspect
import re
import tomllib
from pathlib import Path

import pytest
from pages import PAGES, commands, links, name_of
from shown_commands import problems

from eddyline import __version__
from eddyline.cli import demo_summary
from eddyline.cli.settings_page import COMMAND, PAGE, page
from eddyline.settings import PROJECT_ROOT

_SOURCE_FILE = re.compile(r"(?<![\w/.])(?:eddyline|api|streaming_jobs|generators|tests|bench|sql|deploy)/[\w/.-]+\.(?:py|sql|lock|properties)\b")

every_page = pytest.mark.parametrize("page", PAGES, ids=name_of)


@every_page
def test_every_command_of_a_page_exists_with_its_options(page: Path) -> None:
    assert problems(commands(page)) == []


@pytest.mark.parametrize(
    "shown",
    [
        "eddyline up --nothing",
        "eddyline nothing",
        "eddyline topics nothing",
        "eddyline generate game --nothing 1",
        "make nothing",
        "python -m eddyline.nothing",
        "python generators/event_generator.py many",
        'spark-submit --jars "$(python -m eddyline.stack.jars)" streaming_jobs/land_events.py --nothing',
        "nothing",
    ],
)
def test_a_command_that_is_not_there_would_be_noticed(tmp_path: Path, shown: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"```sh\nEDDYLINE_HOME=x {shown}  # that's none\n```\n", "utf-8")
    assert len(problems(commands(page))) == 1


def test_the_commands_of_a_block_are_told_apart(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```sh\nmake demo    # don't wait\n\ncurl a -d '\n {\"a\": 1}' \\\n  -i\nA=b make test | cat\n```\nand `make check`.\n", "utf-8")
    assert list(commands(page)) == [["make", "demo"], ["curl", "a", "-d", '\n {"a": 1}', "-i"], ["make", "test"], ["cat"], ["make", "check"]]


@every_page
def test_every_relative_link_leads_to_a_file_of_the_project(page: Path) -> None:
    local = [link.partition("#")[0] for link in links(page) if not link.startswith(("http", "#"))]
    assert [link for link in local if not (page.parent / link).exists()] == []


@every_page
def test_a_page_names_no_machine_and_no_registry(page: Path) -> None:
    assert not re.search(r"\.\./shared|/root/|/home/\w|//[\w.]*(maven|pypi|pythonhosted)", page.read_text("utf-8"))


def test_the_readme_shows_the_two_commands_first() -> None:
    assert list(commands(PROJECT_ROOT / "README.md"))[:2] == [["make", "demo"], ["make", "test"]]


def test_the_configuration_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), f"run `{COMMAND}`"


def test_every_decision_is_listed_with_its_title() -> None:
    folder = PROJECT_ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text("utf-8")
    titles = {path: path.read_text("utf-8").splitlines()[0].removeprefix("# ") for path in sorted(folder.glob("[0-9]*.md"))}
    assert [path.name for path, title in titles.items() if f"* [{path.name[:4]}: {title}]({path.name})" not in listed] == []


def test_the_changelog_has_this_version() -> None:
    assert f"## [{__version__}]" in (PROJECT_ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_licence_is_the_one_the_package_states() -> None:
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "Apache-2.0"
    assert "Version 2.0, January 2004" in (PROJECT_ROOT / "LICENSE").read_text("utf-8")


@every_page
def test_every_source_file_that_a_page_names_is_there(page: Path) -> None:
    named = _SOURCE_FILE.findall(page.read_text("utf-8"))
    assert [path for path in named if not (PROJECT_ROOT / path).exists()] == []


def test_the_readme_shows_the_account_that_the_demo_prints() -> None:
    shown = re.findall(r"^│ (\w+) +│ +([\d,]+) │ (.+?) +│$", (PROJECT_ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    source = inspect.getsource(demo_summary)
    assert [name for name, _, _ in shown if f'("{name}", ' not in source] == []
    counts = {name: int(count.replace(",", "")) for name, count, _ in shown}
    assert counts["lost"] == 0
    assert counts["sent"] == counts["acknowledged"] + counts["refused"] == counts["landed"] + counts["quarantined"] + counts["resends"]
