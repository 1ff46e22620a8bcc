"""The application factory: everything the API needs is made here and handed down."""

from pathlib import Path

from flask import Flask, Response

from api import docs, health
from api.breaker import Breaker
from api.door import LeanDoor
from api.events import EventRoutes
from api.flask_answers import add_error_handlers
from api.gate import make_gate
from api.limiter import Limiter
from api.metrics import Metrics
from api.players import PlayerRoutes, player_reader
from api.sender import Sender
from api.uploads import Uploads
from eddyline.kafka.log import EventLog
from eddyline.keys.file import KeyFile
from eddyline.settings import Settings


def create_app(settings: Settings, log: EventLog, uploads: Uploads | None = None) -> Flask:
    """Make the API that writes to `log`; the event routes stand in front of Flask, and read their bodies through `uploads`."""
    app = Flask("api", static_folder=None)
    metrics = Metrics()
    sender = Sender(log, Breaker(), metrics, settings.api.ack_timeout_ms / 1000)
    add_error_handlers(app)
    health.add_routes(app, health.BrokerWatch(health.ask_broker(log)))
    docs.add_routes(app)
    app.add_url_rule("/metrics", view_func=lambda: Response(metrics.render(), mimetype="text/plain; version=0.0.4"), endpoint="metrics")
    events = EventRoutes(settings.api, sender, metrics, Limiter(settings.api.limits_storage.get_secret_value()), uploads)
    gate = make_gate(settings.api, KeyFile(Path(settings.api.keys_file)))
    door = LeanDoor(events, PlayerRoutes(lambda: player_reader(settings)), app.wsgi_app, metrics, cors_origins=settings.api.cors_origins, gate=gate)
    app.wsgi_app = door  # type: ignore[method-assign]
    return app
