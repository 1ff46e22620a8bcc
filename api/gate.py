"""The gate: who may use which route, by the key a request presents."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from api.answers import Answer
from api.caller import ANYONE, ENVIRON, Caller
from api.problems import problem_answer
from eddyline.errors import KeysError
from eddyline.keys.credentials import Key, KeyRing, Permission, Recogniser
from eddyline.keys.file import KeyFile, Version
from eddyline.keys.quota import parse_quotas
from eddyline.settings import ApiSettings

# A key that was revoked is refused within this time, without a restart.
LOOK_AGAIN_S = 1.0
OPEN_PATHS = frozenset({"/healthz", "/readyz", "/docs", "/openapi.json"})
OPEN_PREFIX = "/problems/"
REALM = 'Bearer realm="eddyline"'
_logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Defaults:
    """The limits of a key that has none of its own, as they are written in the settings."""

    events: str
    dead_letters: str
    dead_letter_kib: str

    def caller(self, key: Key) -> Caller:
        """Describe the holder of a key."""
        return Caller(
            key.id,
            key.tenant,
            key.allows,
            parse_quotas(key.limit or self.events),
            parse_quotas(key.dead_letter_limit or self.dead_letters),
            parse_quotas(self.dead_letter_kib),
        )


class KnownKeys:
    """The keys of a file, read again when it changes; a file that cannot be read leaves the keys as they were."""

    def __init__(self, file: KeyFile, defaults: Defaults, clock: Callable[[], float] = time.monotonic) -> None:
        self._file = file
        self._defaults = defaults
        self._clock = clock
        self._look_at = clock() + LOOK_AGAIN_S
        self._version: Version | None = None
        self._recogniser = Recogniser(KeyRing())
        self._callers: dict[str, Caller] = {}
        self._read()

    def holder(self, token: str) -> Caller | None:
        """Return who holds a token, None if nobody does."""
        if self._clock() >= self._look_at:
            self._look_at = self._clock() + LOOK_AGAIN_S
            self._read()
        key = self._recogniser.recognise(token)
        return self._callers.get(key.id) if key else None

    def _read(self) -> None:
        try:
            version = self._file.version()
            if version == self._version:
                return
            ring = self._file.read()
        except KeysError as error:
            _logger.error("the keys cannot be read: those read before stay valid", trouble=str(error))  # noqa: TRY400 - the message says all
            return
        self._callers = {key.id: self._defaults.caller(key) for key in ring.keys}
        self._recogniser, self._version = Recogniser(ring), version
        _logger.info("the keys were read", usable=len(self._recogniser))


class Gate:
    """Admits requests with a fitting key, and those for open paths."""

    def __init__(self, keys: KnownKeys, *, open_metrics: bool) -> None:
        self._keys = keys
        self._open = OPEN_PATHS | ({"/metrics"} if open_metrics else frozenset())

    def admit(self, environ: dict[str, Any], path: str, need: Permission) -> Answer | None:
        """Note the caller in `environ`, or answer why the request may not go on."""
        if path in self._open or path.startswith(OPEN_PREFIX) or environ["REQUEST_METHOD"] == "OPTIONS":
            environ[ENVIRON] = ANYONE
            return None
        token = presented(environ)
        caller = self._keys.holder(token) if token else None
        if caller is None:
            return _unauthorized(token)
        if need not in caller.allows:
            return problem_answer(403, "forbidden", f"This key may not {need}.", [("WWW-Authenticate", f'{REALM}, error="insufficient_scope"')])
        environ[ENVIRON] = caller
        return None


def make_gate(api: ApiSettings, file: KeyFile) -> Gate | None:
    """Make the gate that the settings ask for; none where no keys are required."""
    if not api.require_keys:
        return None
    return Gate(KnownKeys(file, Defaults(api.event_limit, api.dead_letter_limit, api.dead_letter_kib_limit)), open_metrics=api.open_metrics)


def presented(environ: Mapping[str, Any]) -> str | None:
    """Read the token a request presents: None without one, empty if it presents two or another kind of credential."""
    authorization, key = environ.get("HTTP_AUTHORIZATION"), environ.get("HTTP_X_API_KEY")
    if authorization is None:
        return str(key).strip() if key is not None else None
    scheme, _, token = str(authorization).strip().partition(" ")
    return token.strip() if key is None and scheme.lower() == "bearer" else ""


def _unauthorized(token: str | None) -> Answer:
    if token is None:
        return problem_answer(401, "unauthorized", "", [("WWW-Authenticate", REALM)])
    return problem_answer(401, "unauthorized", "The key is not known, or was revoked.", [("WWW-Authenticate", f'{REALM}, error="invalid_token"')])
