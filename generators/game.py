"""Drives players of the game through the pipeline and tells what it made: `python -m generators.game --users 50 --events 2000`."""

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Annotated

import typer

from eddyline.errors import EddylineError, KeysError
from eddyline.game.simulate import WINDOW, players
from eddyline.game.traffic import Mix, Parcel, traffic
from eddyline.game.truth import Truth
from eddyline.kafka.clients import connect
from eddyline.settings import Settings, load
from generators.doors import Door, HttpDoor, KafkaDoor
from generators.pace import Pace
from generators.postmen import Postmen, Route
from generators.progress import RunProgress
from generators.summary import summary
from generators.tally import Tally

# What a shell reports of a command that Ctrl-C ended.
INTERRUPTED = 130


class Via(StrEnum):
    """The way events take."""

    HTTP = "http"
    HTTP_BATCH = "http-batch"
    KAFKA = "kafka"


ROUTES: dict[Via, Callable[[int], Route]] = {
    Via.HTTP: lambda connections: Route(connections, 1, lambda parcel: parcel.host),
    # A request has one Host header, and a phone sends its own player's events.
    Via.HTTP_BATCH: lambda connections: Route(connections, 100, lambda parcel: parcel.host),
    Via.KAFKA: lambda _: Route(1, 1000, lambda _: ""),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """One run: who plays, how much trouble is among the events, and how they are sent."""

    seed: int
    users: int
    events: int
    start: datetime
    bad_share: float
    resend_share: float
    via: Via
    url: str
    rate: float
    connections: int
    patience_s: float

    @property
    def mix(self) -> Mix:
        """The trouble, as this way can carry it."""
        return Mix(self.bad_share, self.resend_share, headers_inside=self.via is Via.KAFKA, line_by_line=self.via is Via.HTTP_BATCH)


def run(plan: Plan, settings: Settings, *, quiet: bool) -> Truth:
    """Make and send the plan's events, and return what was made and answered.

    An interrupt ends the making; what was made by then is still delivered and counted.
    Raises KeysError when the API wants a key that it accepts.
    """
    tally, began = Tally(), time.monotonic()
    bodies = traffic(players(plan.seed, plan.users, plan.events, plan.start), plan.mix, Random(plan.seed))  # noqa: S311 - a game, not a secret
    expected = round(plan.events * (1 + plan.bad_share + plan.resend_share))
    pace = Pace(plan.rate, time.monotonic, time.sleep)
    with ExitStack() as stack:
        door = stack.enter_context(closing(_door(plan, settings)))
        postmen = stack.enter_context(Postmen(door, ROUTES[plan.via](plan.connections), tally, plan.patience_s))
        stack.enter_context(RunProgress(expected, lambda: tally.settled, quiet=quiet))
        try:
            for parcel in bodies:
                pace.wait()
                if postmen.gave_up.is_set():
                    break
                _send(parcel, postmen, tally)
        except KeyboardInterrupt:
            sys.stderr.write("interrupted: what was made so far is still being delivered\n")
    if postmen.kept_out.is_set():
        raise KeysError(f"{plan.url} lets nobody in without a key that it knows; put one that `eddyline keys create` printed into EDDYLINE_API__CLIENT_KEY")
    return tally.truth(seed=plan.seed, via=plan.via, start=plan.start.isoformat(), seconds=time.monotonic() - began)


def _send(parcel: Parcel, postmen: Postmen, tally: Tally) -> None:
    tally.make(parcel)
    postmen.carry(parcel)


def _door(plan: Plan, settings: Settings) -> Door:
    if plan.via is Via.KAFKA:
        return KafkaDoor(connect(settings.kafka))
    return HttpDoor(plan.url, plan.connections, in_batches=plan.via is Via.HTTP_BATCH, key=settings.api.client_key.get_secret_value())


def main(
    *,
    users: Annotated[int, typer.Option(min=1, help="Players.")] = 100,
    events: Annotated[int, typer.Option(min=0, help="Distinct valid events; bad bodies and resends come on top.")] = 2_000,
    rate: Annotated[float, typer.Option(min=0, help="Bodies a second; 0 is as fast as possible.")] = 0.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same players, and with --until the same events to the byte.")] = 1,
    bad_share: Annotated[float, typer.Option(min=0, max=1, help="Chance that a broken body follows an event.")] = 0.01,
    resend_share: Annotated[float, typer.Option(min=0, max=1, help="Chance that an event is sent again, at once or later.")] = 0.01,
    via: Annotated[Via, typer.Option(help="One event a request, many a request, or straight to Kafka.")] = Via.HTTP,
    url: Annotated[str | None, typer.Option(help="Address of the API; by default as the settings say.")] = None,
    connections: Annotated[int, typer.Option(min=1, max=256, help="Connections to the API at once.")] = 8,
    until: Annotated[datetime | None, typer.Option(help="The last instant anything may happen, UTC; 14 days before it is the first. By default now.")] = None,
    patience: Annotated[float, typer.Option(min=0, help="Seconds to try again while the API or Kafka does not answer.")] = 30.0,
    truth: Annotated[Path | None, typer.Option(help="File to write what was made to, for `eddyline verify --expect`.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print what was made as JSON.")] = False,
) -> None:
    """Send players' events, with some broken bodies and resends among them, and print what was made.

    Exits 1 when a body got no definite answer, 130 when it was interrupted.
    """
    try:
        settings = load()
        end = until.astimezone(UTC) if until and until.tzinfo else (until or datetime.now(UTC)).replace(tzinfo=UTC)
        address = url or f"http://{settings.api.host}:{settings.api.port}"
        plan = Plan(seed, users, events, end - WINDOW, bad_share, resend_share, via, address, rate, connections, patience)
        made = run(plan, settings, quiet=json)
    except EddylineError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
    if truth:
        truth.write_bytes(made.to_json())
    typer.echo(made.to_json().decode() if json else summary(made), nl=False)
    if not made.complete:
        where = f"Kafka at {settings.kafka.bootstrap_servers}" if via is Via.KAFKA else f"the API at {address}"
        typer.echo(f"error: {made.unanswered:,} bodies got no answer from {where} within {patience:g} s: is it running? `eddyline up` starts it", err=True)
        raise typer.Exit(1)
    if made.valid < events:
        raise typer.Exit(INTERRUPTED)


if __name__ == "__main__":
    typer.run(main)
