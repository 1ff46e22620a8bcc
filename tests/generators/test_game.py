import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from eddyline.cli.generate import command_of
from eddyline.game.truth import Truth, truth_from_json
from eddyline.settings import PROJECT_ROOT
from generators.summary import summary


def run_game(*arguments: str, cwd: Path = PROJECT_ROOT) -> subprocess.CompletedProcess[str]:
    command, environment = command_of("generators.game", arguments, os.environ)
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=cwd, timeout=60)


def test_it_runs_from_any_folder_and_says_what_it_can_do(tmp_path: Path) -> None:
    done = run_game("--help", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "--resend-share" in done.stdout


def test_an_api_that_is_not_there_is_named_and_nothing_made_is_called_acknowledged(tmp_path: Path) -> None:
    truth_file = tmp_path / "truth.json"
    done = run_game("--events", "50", "--patience", "0.2", "--url", "http://127.0.0.1:1", "--json", "--truth", str(truth_file))
    assert done.returncode == 1
    assert "http://127.0.0.1:1" in done.stderr
    assert "eddyline up" in done.stderr
    truth = truth_from_json(truth_file.read_bytes())
    assert json.loads(done.stdout)["unanswered"] == truth.unanswered == truth.sent
    assert truth.acknowledged == truth.refused == 0


def test_an_api_that_wants_a_key_is_one_clear_line_and_refuses_nothing(tmp_path: Path) -> None:
    class Shut(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_error(401)

        def log_message(self, *words: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Shut) as api:
        threading.Thread(target=api.serve_forever, kwargs={"poll_interval": 0.01}).start()
        done = run_game("--events", "50", "--url", f"http://127.0.0.1:{api.server_port}", "--truth", str(tmp_path / "truth.json"))
        api.shutdown()
    assert (done.returncode, done.stdout) == (1, "")
    assert "EDDYLINE_API__CLIENT_KEY" in done.stderr
    assert not (tmp_path / "truth.json").exists()


@pytest.mark.parametrize("arguments", [("--users", "0"), ("--bad-share", "2"), ("--via", "pigeon"), ("--rate", "-1"), ("--events", "many")])
def test_an_option_that_cannot_be_is_refused(arguments: tuple[str, str]) -> None:
    assert run_game(*arguments).returncode == 2


def test_an_address_that_is_none_is_one_clear_line() -> None:
    done = run_game("--url", "nowhere")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "nowhere" in done.stderr


def test_the_generators_module_is_found_beside_what_the_user_had_on_the_path() -> None:
    command, environment = command_of("generators.game", ["--users", "3"], {"PYTHONPATH": "/theirs", "HOME": "/h"})
    assert command == [sys.executable, "-m", "generators.game", "--users", "3"]
    assert environment == {"PYTHONPATH": os.pathsep.join((str(PROJECT_ROOT), "/theirs")), "HOME": "/h"}


def test_the_summary_tells_every_count() -> None:
    truth = Truth(7, "http", "", 1013, 1000, 11, 2, 1, 990, 11, 12, 5, {"log_in": 990}, {"clock": 11}, 2.0)
    text = summary(truth)
    for words in (
        "1,013 bodies",
        "990 events, 11 bad bodies, 12 resends",
        "1,000 acknowledged, 11 refused, 2 without an answer (5 sent again)",
        "clock",
        "log_in",
    ):
        assert words in text
