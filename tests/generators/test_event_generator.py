import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from eddyline.game.guilds import APPEAL
from eddyline.game.providers import PROVIDER_NAMES
from eddyline.game.shop import ITEMS
from eddyline.settings import PROJECT_ROOT
from generators.bench import Bench, read_bench
from generators.event_generator import MOST_REQUESTS, Call, calls, report

SCRIPT = PROJECT_ROOT / "generators" / "event_generator.py"
COMPLETE = """
Document Path:          /purchase/sword
Concurrency Level:      2
Complete requests:      7
Failed requests:        {failed}
   (Connect: 0, Receive: 0, Length: {failed}, Exceptions: 0)
{more}Total transferred:      1000 bytes
"""


def run_script(*arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = os.environ if path is None else {**os.environ, "PATH": path}
    return subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False, env=environment, timeout=60)


def test_numbers_of_requests_are_mostly_small_and_now_and_then_very_large() -> None:
    requests = [call.requests for call in calls(5_000, Random(1))]
    assert min(requests) == 1
    assert max(requests) == MOST_REQUESTS
    assert sorted(requests)[len(requests) // 2] <= 2
    # P(1 / -ln u > 50) = 1 - e^(-1/50), about 2 in 100
    assert 0.01 < sum(count > 50 for count in requests) / len(requests) < 0.03


def test_players_keep_their_provider_and_all_items_guilds_and_providers_appear() -> None:
    drawn = calls(3_000, Random(2))
    hosts = {call.host for call in drawn}
    assert Counter(host.split(".")[0] for host in hosts).most_common(1)[0][1] == 1
    assert {host.split(".")[1] for host in hosts} == set(PROVIDER_NAMES)
    routes = {call.route for call in drawn}
    assert {f"/purchase/{item}" for item in ITEMS} < routes
    assert len(routes) == len(ITEMS) + 2 * len(APPEAL)


def test_a_command_never_asks_for_more_at_once_than_it_has_requests() -> None:
    assert Call(2, "user1.cox.com", "/purchase/sword").command("http://127.0.0.1:5000/") == [
        "ab", "-q", "-n", "2", "-c", "2", "-H", "Host: user1.cox.com", "http://127.0.0.1:5000/purchase/sword",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("output", "errors", "exit_code", "bench"),
    [
        (COMPLETE.format(failed=0, more=""), "", 0, Bench(7, 0)),
        (COMPLETE.format(failed=3, more=""), "", 0, Bench(7, 3, "answers changed their length or did not come")),
        (COMPLETE.format(failed=2, more="Non-2xx responses:      5\n"), "", 0, Bench(7, 5, "the API answered something else than success: its log says why")),
        ("", "apr_socket_recv: Connection refused (111)\n", 111, Bench(0, 7, "apr_socket_recv: Connection refused (111)")),
        ("", "", 1, Bench(0, 7, "ab ended with exit code 1")),
    ],
    ids=["all well", "length", "status", "nobody there", "no word"],
)
def test_what_ab_prints_is_read(output: str, errors: str, exit_code: int, bench: Bench) -> None:
    assert read_bench(output, errors, exit_code, 7) == bench


def test_the_report_counts_by_route_without_its_query() -> None:
    results = [(Call(7, "h", "/join_guild?guild_name=A"), Bench(7, 0)), (Call(2, "h", "/join_guild?guild_name=B"), Bench(2, 1, "why"))]
    text = report(results)
    assert "9 requests by 2 commands, 1 failed" in text
    assert "9  /join_guild   1 FAILED" in text
    assert text.endswith("why")


def test_a_dry_run_prints_the_same_commands_for_the_same_seed_and_needs_no_ab() -> None:
    first, second = (run_script("5", "--seed", "4", "--dry-run", "--url", "http://127.0.0.1:5000", path="") for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    lines = first.stdout.splitlines()
    assert len(lines) == 5
    assert all(line.startswith("ab -q -n ") for line in lines)


def test_without_ab_it_says_how_to_install_it_and_fails(tmp_path: Path) -> None:
    done = run_script("1", path=str(tmp_path))
    assert done.returncode == 1
    for words in ("apt-get install apache2-utils", "dnf install httpd-tools", "macOS"):
        assert words in done.stderr


@pytest.mark.ab
def test_against_nobody_ab_fails_and_so_does_the_generator() -> None:
    done = run_script("2", "--seed", "1", "--url", "http://127.0.0.1:1")
    assert done.returncode == 1
    assert "2 commands" in done.stdout
    assert "FAILED" in done.stdout
