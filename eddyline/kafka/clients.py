"""Which client speaks to Kafka: chosen by a setting, made in one place."""

from eddyline.errors import SetupError
from eddyline.kafka.config import Bounds, client_config
from eddyline.kafka.confluent import ConfluentLog
from eddyline.kafka.log import EventLog
from eddyline.settings import KafkaSettings


def connect(settings: KafkaSettings, bounds: Bounds | None = None) -> EventLog:
    """Open the event log; the broker need not be there yet.

    Raises SetupError when the client that the setting names is not installed.
    """
    if settings.client == "pure":
        try:
            # Installed only where someone chose it.
            from eddyline.kafka.pure import PureLog  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise SetupError("EDDYLINE_KAFKA__CLIENT=pure needs kafka-python and crc32c: install both, or use the client `confluent`") from error
        return PureLog(client_config(settings), bounds or Bounds())
    return ConfluentLog(client_config(settings), bounds or Bounds())
