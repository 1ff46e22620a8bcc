"""The report notebook, run by papermill on real tables."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from game_lake import make_lake

from eddyline.errors import LakeError
from eddyline.game.truth import Truth
from eddyline.report.render import NOTEBOOK, render_report
from eddyline.settings import PROJECT_ROOT, Settings, load

pytestmark = pytest.mark.integration
QUESTIONS = (
    "How an event gets here",
    "Where this run's events went",
    "What do players do most?",
    "Does the network provider matter?",
    "What earns money?",
    "Which guilds grow?",
    "Are the levels fair?",
)
PLANTED = "planted-4711"
VERDICT = {"balanced": True, "total": {"landed": 6000, "quarantined": 100, "resend": 61, "lost": 0}}


class Remote(HTMLParser):
    """Collects what a browser would fetch: everything but anchors a reader may click, and names of namespaces."""

    FETCHING = ("src", "srcset", "href", "xlink:href", "data", "poster", "action", "background", "style", "content")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.styles = False
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.styles = tag == "style"
        if tag in {"script", "iframe", "object", "embed", "link", "base"}:
            self.found.append(f"<{tag}>")
        for name, value in attributes:
            if name in self.FETCHING and not (tag == "a" and name == "href"):
                self._look(value or "", whole=name not in {"style", "content", "srcset"})

    def handle_endtag(self, tag: str) -> None:
        self.styles = False

    def handle_data(self, text: str) -> None:
        if self.styles:
            self._look(text, whole=False)

    def _look(self, text: str, *, whole: bool) -> None:
        inside = (r"url\(\s*['\"]?([^)'\"]*)", r"@import\s+(\S+)", r"(https?://\S+)")
        addresses = [text] if whole else [found for pattern in inside for found in re.findall(pattern, text)]
        self.found += [address for address in addresses if not address.startswith(("#", "data:"))]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return make_lake(tmp_path_factory.mktemp("lake"), users=120, events=6_000)


@pytest.fixture(scope="module")
def page(lake: Settings) -> str:
    truth, verdict = lake.home / "truth.json", lake.home / "verify.json"
    truth.write_bytes(Truth(1, "http", "", sent=6_161, acknowledged=6_061, refused=100, valid=6_000, bad=100, resent=61).to_json())
    verdict.write_text(json.dumps(VERDICT))
    with pytest.MonkeyPatch.context() as environment:
        login = {"SECURITY_PROTOCOL": "SASL_SSL", "SASL_MECHANISM": "PLAIN", "SASL_USERNAME": "me", "SASL_PASSWORD": PLANTED, "SSL_KEY_PASSWORD": PLANTED}
        for name, value in login.items():
            environment.setenv(f"EDDYLINE_KAFKA__{name}", value)
        return render_report(lake, None, truth, verdict).read_text(encoding="utf-8")


def test_no_secret_of_the_settings_is_in_the_notebook_or_the_page(page: str, lake: Settings) -> None:
    made = {file.name: file.read_text(encoding="utf-8") for file in (lake.home / "report").iterdir()}
    assert {"report.ipynb", "report.html"} <= set(made)
    assert [name for name, text in made.items() if PLANTED in text] == []


def test_every_question_is_answered_with_a_chart_and_an_advice(page: str) -> None:
    for question in QUESTIONS:
        assert question.replace("'", "&#39;") in page or question in page
    assert page.count("<svg") == 8
    assert page.count('class="advice"') == 6
    assert 'class="nothing"' not in page
    assert "Level 9 is won" in page


def test_it_says_what_was_sent_and_what_verify_found(page: str) -> None:
    for words in ("The generator sent 6,161 records", "6,000 events landed", "61 records came a second time", "nothing is lost and nothing counted twice"):
        assert words in page


def test_nothing_on_the_page_needs_a_network_and_no_code_is_shown(page: str) -> None:
    assert Remote(page).found == []
    assert "import " not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    assert "Out[" not in page


@pytest.mark.parametrize(
    "planted",
    [
        '<img src="https://cdn.example/a.png">',
        '<link rel="stylesheet" href="a.css">',
        "<script>1</script>",
        "<style>@import 'a.css';</style>",
        "<style>p { background: url(//cdn.example/a.png) }</style>",
        '<p style="background: url(a.png)">',
        '<svg><use xlink:href="http://a.example/b.svg#c"/></svg>',
    ],
)
def test_a_remote_resource_would_be_noticed(page: str, planted: str) -> None:
    assert Remote(page.replace("</main>", f"{planted}</main>")).found


def test_an_empty_lake_gets_a_page_that_says_so(tmp_path: Path) -> None:
    page = render_report(make_lake(tmp_path, users=1, events=0)).read_text(encoding="utf-8")
    assert page.count('class="nothing"') == 7
    assert page.count("<svg") == 1
    assert Remote(page).found == []


def test_a_handful_of_events_gets_charts_and_careful_advice(tmp_path: Path) -> None:
    page = render_report(make_lake(tmp_path, users=3, events=25)).read_text(encoding="utf-8")
    assert "Too few events to tell the providers apart" in page
    assert "Too few tries to judge a level by" in page


def test_the_command_prints_where_the_page_is_from_any_folder(lake: Settings, tmp_path: Path) -> None:
    environment = {**os.environ, "EDDYLINE_HOME": str(lake.home)}
    command = [sys.executable, "-m", "eddyline", "report", "--output", "page.html", "--json"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert Path(told["report"]) == tmp_path / "page.html"
    assert "Nobody has verified this run yet" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert done.stderr == ""


def test_a_verify_file_that_is_none_fails_and_says_how_to_make_one(lake: Settings, tmp_path: Path) -> None:
    (tmp_path / "verify.json").write_text("{}")
    with pytest.raises(LakeError, match="eddyline verify --json"):
        render_report(lake, tmp_path / "page.html", None, tmp_path / "verify.json")


def test_a_lake_without_tables_fails_in_words(tmp_path: Path) -> None:
    with pytest.raises(LakeError, match=r"^there is no .*eddyline up"):
        render_report(load(home=tmp_path))


def test_the_committed_notebook_is_thin_and_holds_no_results() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert sum(len(cell.source.splitlines()) for cell in code) < 40
    assert NOTEBOOK.is_relative_to(PROJECT_ROOT)
