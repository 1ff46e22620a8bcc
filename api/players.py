"""The routes of player states, answered in front of Flask as the event routes are: a read costs a look-up and no more."""

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from api.answers import JSON, Answer, answer
from api.caller import caller_of
from api.classroom import utf8_text
from api.problems import problem_answer
from eddyline.contracts.events import MAX_NAME_CHARACTERS
from eddyline.errors import PlayersUnavailable
from eddyline.players.redis_store import RedisPlayers
from eddyline.players.store import Page, PlayerReader
from eddyline.players.topic_store import FollowedPlayers
from eddyline.settings import Settings

Environ = dict[str, Any]
PATH = "/api/v1/players"
DEFAULT_LIMIT, MOST_PLAYERS = 100, 1_000
MAX_PARAMETERS = 10
_encode = msgspec.json.Encoder().encode


def player_reader(settings: Settings) -> PlayerReader:
    """Open Redis where one is configured, else follow the topic."""
    url = settings.redis.url.get_secret_value()
    return RedisPlayers(url) if url else FollowedPlayers(settings.kafka)


class PlayerRoutes:
    """Answers for one player and for the players of a guild; the store is opened by the first question."""

    def __init__(self, open_reader: Callable[[], PlayerReader]) -> None:
        self._open, self._opening = open_reader, threading.Lock()
        self._reader: PlayerReader | None = None

    def find(self, environ: Environ, user_id: str) -> Answer:
        """Answer with one player's state."""
        try:
            state = self._store().find((caller_of(environ).tenant, utf8_text(user_id)))
        except PlayersUnavailable as error:
            return _unavailable(error)
        except UnicodeDecodeError:
            state = None
        return answer(200, state, JSON) if state else problem_answer(404, "no_such_player")

    def of_guild(self, environ: Environ) -> Answer:
        """Answer with a page of a guild's players."""
        try:
            guild, limit, after = _asked(environ.get("QUERY_STRING") or "")
        except ValueError:
            return problem_answer(400, "bad_request", f"Ask with guild, and perhaps limit (1 to {MOST_PLAYERS}) and after (the `next` of the page before).")
        try:
            return answer(200, _page(self._store().of_guild(caller_of(environ).tenant, guild, limit, after)), JSON)
        except PlayersUnavailable as error:
            return _unavailable(error)

    def _store(self) -> PlayerReader:
        if self._reader is None:
            with self._opening:
                self._reader = self._reader or self._open()
        return self._reader


def _asked(query: str) -> tuple[str, int, str]:
    pairs = parse_qsl(utf8_text(query), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    asked = dict(pairs)
    if len(asked) < len(pairs) or not asked.get("guild") or asked.keys() - {"guild", "limit", "after"}:
        raise ValueError
    limit = int(asked.get("limit", DEFAULT_LIMIT))
    if not 1 <= limit <= MOST_PLAYERS or len(asked["guild"]) > MAX_NAME_CHARACTERS:
        raise ValueError
    return asked["guild"], limit, asked.get("after", "")


def _page(page: Page) -> bytes:
    return b'{"players":[' + b",".join(page.states) + b'],"next":' + _encode(page.after) + b"}"


def _unavailable(error: PlayersUnavailable) -> Answer:
    return problem_answer(503, "players_unavailable", str(error), [("Retry-After", "1")])
