"""The classroom's load: N Apache Bench commands, each with an inverse-logarithmic number of requests.

`python generators/event_generator.py 20` runs them one after the other against the API's classroom routes.
"""

import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from random import Random
from typing import Annotated

# Run as a file, as in the classroom, Python looks for modules beside it and not in the project.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import typer

from eddyline.errors import EddylineError, SetupError
from eddyline.game.guilds import APPEAL
from eddyline.game.providers import PROVIDERS, host_of
from eddyline.game.shop import ITEMS
from eddyline.settings import load
from generators.bench import Bench, read_bench

MOST_REQUESTS = 100
USERS = 100
JOIN_SHARE = 0.25
CONCURRENCY = 4
NO_AB = """Apache Bench (`ab`) is not installed. Install it:
  Debian, Ubuntu, WSL   sudo apt-get install apache2-utils
  Fedora                sudo dnf install httpd-tools
  macOS                 it is part of macOS (/usr/sbin/ab), else: brew install httpd"""


@dataclass(frozen=True, slots=True)
class Call:
    """One `ab` command: so many requests of one player for one route."""

    requests: int
    host: str
    route: str

    def command(self, url: str) -> list[str]:
        """Write the command line."""
        concurrency = str(min(CONCURRENCY, self.requests))
        return ["ab", "-q", "-n", str(self.requests), "-c", concurrency, "-H", f"Host: {self.host}", f"{url.rstrip('/')}{self.route}"]


def calls(count: int, rng: Random) -> list[Call]:
    """Draw the commands."""
    return [Call(_requests(rng), _host(rng), _route(rng)) for _ in range(count)]


def _requests(rng: Random) -> int:
    """Draw 1 / -log(u): mostly a few, now and then very many."""
    uniform = 1 - rng.random()
    return MOST_REQUESTS if uniform == 1 else max(1, min(MOST_REQUESTS, round(1 / -log(uniform))))


def _host(rng: Random) -> str:
    number = rng.randint(1, USERS)
    # A player keeps their provider, whatever the seed of the run.
    provider = Random(number).choices(PROVIDERS, weights=[provider.share for provider in PROVIDERS])[0]  # noqa: S311 - load, not a secret
    return host_of(number, provider.name)


def _route(rng: Random) -> str:
    if rng.random() > JOIN_SHARE:
        return f"/purchase/{rng.choice(ITEMS)}"
    guild = rng.choice(tuple(APPEAL)).replace(" ", "%20")
    return rng.choice(("/join_guild", "/join_a_guild")) + f"?guild_name={guild}"


def run(commands: Sequence[Call], url: str) -> list[tuple[Call, Bench]]:
    """Run each command and read its output.

    Raises SetupError when there is no `ab`.
    """
    if shutil.which("ab") is None:
        raise SetupError(NO_AB)
    return [(call, _bench(call, url)) for call in commands]


def _bench(call: Call, url: str) -> Bench:
    done = subprocess.run(call.command(url), capture_output=True, text=True, check=False)
    return read_bench(done.stdout, done.stderr, done.returncode, call.requests)


def report(results: Sequence[tuple[Call, Bench]]) -> str:
    """Tell how many requests each route got, and what went wrong."""
    made: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for call, bench in results:
        made[call.route.partition("?")[0]] += bench.complete
        failed[call.route.partition("?")[0]] += bench.failed
    lines = [f"{made[route]:>8,}  {route}" + (f"   {failed[route]:,} FAILED" if failed[route] else "") for route in sorted(made)]
    problems = sorted({bench.problem for _, bench in results if bench.problem})
    return "\n".join([f"{made.total():,} requests by {len(results)} commands, {failed.total():,} failed", *lines, *problems])


def main(
    commands: Annotated[int, typer.Argument(metavar="N", min=0, help="How many `ab` commands to run.")],
    *,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same commands; without it they are random.")] = None,
    url: Annotated[str | None, typer.Option(help="Address of the API; by default as the settings say.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the commands and run none.")] = False,
) -> None:
    """Run N Apache Bench commands against the API; exits 1 when a request failed."""
    try:
        api = load().api
        address = url or f"http://{api.host}:{api.port}"
        drawn = calls(commands, Random(seed))  # noqa: S311 - load, not a secret
        if dry_run:
            typer.echo("\n".join(_shown(call, address) for call in drawn))
            return
        results = run(drawn, address)
    except EddylineError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(report(results))
    if any(bench.failed for _, bench in results):
        raise typer.Exit(1)


def _shown(call: Call, url: str) -> str:
    *options, header, address = call.command(url)
    return f'{" ".join(options)} "{header}" "{address}"'


if __name__ == "__main__":
    typer.run(main)
