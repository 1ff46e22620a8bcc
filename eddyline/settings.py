"""Every setting of Eddyline: command line > environment `EDDYLINE_...` > `eddyline.toml` > what the state folder was set up with > default."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from eddyline import chosen
from eddyline.errors import SettingsError

PROJECT_ROOT = Path(__file__).resolve().parent.parent
SETTINGS_FILE = "eddyline.toml"
LIMITS = r"^( *[1-9]\d{0,14} ?/ ?(second|minute|hour|day) *(;|$))*$"


class Section(BaseModel):
    """A frozen group of settings that refuses names it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ApiSettings(Section):
    """The HTTP door."""

    host: str = Field("127.0.0.1", description="Address the API listens on.")
    port: int = Field(5000, ge=0, le=65535, description="Port the API listens on.")
    workers: int = Field(1, ge=1, le=64, description="Worker processes.")
    threads: int = Field(32, ge=1, le=512, description="Threads per worker that answer requests.")
    ack_timeout_ms: int = Field(2000, ge=100, description="How long an event may wait for the broker's acknowledgement before its answer is 503.")
    max_body_bytes: int = Field(8_000_000, ge=1024, description="Largest request body; above it the answer is 413.")
    max_batch_events: int = Field(10_000, ge=1, description="Most events in one request; above it the answer is 413.")
    cors_origins: tuple[str, ...] = Field((), description="Origins that browsers may call from; `*` allows every origin.")
    require_keys: bool = Field(default=False, description="Answer only with an API key; must be on for any address but loopback, and where CORS allows `*`.")
    keys_file: str = Field("", description="File of the API keys, which `eddyline keys` writes; empty: keys.json in the state folder.")
    open_metrics: bool = Field(default=False, description="With keys required: answer /metrics without one.")
    event_limit: str = Field("", pattern=LIMITS, description="Most events of a key that has no limit of its own, for example 100/second; 5000/minute.")
    dead_letter_limit: str = Field("10000/hour", pattern=LIMITS, description="Most refused events that are kept for a key; above it they are only counted.")
    dead_letter_kib_limit: str = Field("262144/hour", pattern=LIMITS, description="The same in KiB, so that few large ones fill no disk either.")
    client_key: SecretStr = Field(SecretStr(""), description="The key that `eddyline generate game` sends, by the environment rather than a command line.")
    limits_storage: SecretStr = Field(SecretStr(""), description="Where keys' use is counted: empty: in each worker for itself; or redis://host:port for all.")


class KafkaSettings(Section):
    """The broker and how to reach it."""

    bootstrap_servers: str = Field("127.0.0.1:29092", description="Addresses of the brokers, separated by commas.")
    client: Literal["confluent", "pure"] = Field("confluent", description="Which client the API and tools use: confluent-kafka, or kafka-python (pure Python).")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field("PLAINTEXT", description="How clients secure the connection.")
    sasl_mechanism: Literal["", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field("", description="How a password is shown, with SASL_SSL or SASL_PLAINTEXT.")
    sasl_username: str = Field("", description="SASL user name.")
    sasl_password: SecretStr = Field(SecretStr(""), description="SASL password; by the environment or a file that only you can read.")
    ssl_ca_location: str = Field("", description="PEM file of the authorities that brokers' certificates are checked with; empty: those of the system.")
    ssl_certificate_location: str = Field("", description="PEM file of this client's own certificate, where brokers ask for one.")
    ssl_key_location: str = Field("", description="PEM file of that certificate's key, in PKCS 8 for Spark; empty: in the certificate's file.")
    ssl_key_password: SecretStr = Field(SecretStr(""), description="Password of the key's file.")
    partitions: int = Field(2, ge=1, le=1000, description="Partitions of the topics Eddyline creates.")
    replication: int = Field(1, ge=1, description="Copies of each partition.")
    retention_hours: int = Field(168, ge=1, description="How long input topics keep a record.")
    retention_bytes: int = Field(2_000_000_000, ge=1_000_000, description="How many bytes a partition of an input topic keeps.")

    @property
    def by_password(self) -> bool:
        """Tell whether clients show a user's name and password."""
        return self.security_protocol.startswith("SASL")

    @property
    def by_tls(self) -> bool:
        """Tell whether the connection is encrypted."""
        return self.security_protocol.endswith("SSL")

    @model_validator(mode="after")
    def _whole_login(self) -> Self:
        parts = {"SASL_MECHANISM": self.sasl_mechanism, "SASL_USERNAME": self.sasl_username, "SASL_PASSWORD": self.sasl_password.get_secret_value()}
        if self.by_password and (missing := [f"EDDYLINE_KAFKA__{name}" for name, value in parts.items() if not value]):
            raise ValueError(f"the security protocol {self.security_protocol} needs {', '.join(missing)}")
        return self


class LakeSettings(Section):
    """The Iceberg catalog and the files beneath it."""

    catalog_uri: str = Field("", repr=False, description="SQLAlchemy address of the catalog's database; empty: an SQLite file in the state folder.")
    warehouse: str = Field("", description="Where table files are: file:///..., s3://... or hdfs://...; empty: in the state folder.")
    s3_endpoint: str = Field("", description="Address of the S3 store of an s3:// warehouse, for example http://127.0.0.1:8333; empty: Amazon's.")
    s3_region: str = Field("", description="Region of the S3 store; empty: that of AWS_REGION, else us-east-1.")
    s3_path_style: bool = Field(default=True, description="Name buckets in the path, as most stores want it; for an s3_endpoint only.")
    s3_access_key: SecretStr = Field(SecretStr(""), description="Access key of the S3 store; empty: AWS's own ways (environment, profile, role).")
    s3_secret_key: SecretStr = Field(SecretStr(""), description="Secret key of the S3 store.")
    s3_session_token: SecretStr = Field(SecretStr(""), description="Session token that goes with temporary keys.")
    hdfs_web_address: str = Field("", description="WebHDFS address of an hdfs:// warehouse's NameNode; empty: port 9870 of the warehouse's host.")
    hdfs_user: str = Field("", description="Who we are to HDFS; empty: the user that runs the process.")
    dedupe_horizon_days: float = Field(7.0, gt=0, description="How long after landing a resent event id is still recognised.")

    @property
    def is_on_s3(self) -> bool:
        """Tell whether table files are in an S3 store."""
        return self.warehouse.partition(":")[0] in {"s3", "s3a", "s3n"}


class LandingSettings(Section):
    """The Spark job that lands events."""

    trigger_interval_ms: int = Field(2000, ge=0, description="Time between the starts of two batches.")
    max_offsets_per_trigger: int = Field(200_000, ge=1, description="Most records in one batch.")
    driver_memory: str = Field("1200m", description="Heap of the Spark driver.")
    driver_java_options: str = Field("", description="Further options of the driver's Java, for example -XX:+UseSerialGC.")
    cores: int = Field(2, ge=1, description="Threads of the local Spark.")
    lease_ttl_s: float = Field(30.0, gt=0, description="How long a landing query owns its tables without renewing the lease.")
    lease_wait_s: float = Field(35.0, ge=0, description="How long a starting query waits for the owner before it to let go.")
    retries: int = Field(3, ge=0, description="How often a failed query is started again before the job exits non-zero.")
    checkpoints: str = Field("", description="Folder of the queries' checkpoints, on local disk or hdfs://; empty: in the state folder.")
    metrics_port: int = Field(9108, ge=0, le=65535, description="Port of the job's Prometheus metrics; 0 turns them off.")


class UpkeepSettings(Section):
    """The job that keeps tables in few files, and the commands that do a part of it once."""

    every_s: float = Field(300.0, ge=1, description="Time between the starts of two rounds.")
    min_files: int = Field(5, ge=2, description="Leave a day alone that has fewer small files than this.")
    keep_snapshots: int = Field(10, ge=1, description="Keep at least so many of a table's newest snapshots.")
    snapshots_older_than_hours: float = Field(24.0, ge=0, description="Remove snapshots older than this, and the files that only they need.")
    orphans_older_than_hours: float = Field(72.0, ge=24, description="Leave files that nothing names alone while they are younger than this.")
    orphans_every_hours: float = Field(24.0, gt=0, description="Time between two searches for files that nothing names.")
    metrics_port: int = Field(9109, ge=0, le=65535, description="Port of the job's Prometheus metrics; 0 turns them off.")


class RedisSettings(Section):
    """The Redis that serves player states; without one they are served from the topic `player-state`."""

    url: SecretStr = Field(SecretStr(""), description="Address, for example redis://:password@127.0.0.1:6379/0; empty: no Redis.")


class TrinoSettings(Section):
    """The Trino server that `--engine trino` asks."""

    host: str = Field("127.0.0.1", description="Address of Trino's coordinator.")
    port: int = Field(8080, ge=0, le=65535, description="Port of Trino's coordinator.")


class Settings(BaseSettings):
    """All settings, frozen; made once by a door and passed in."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix="EDDYLINE_", env_nested_delimiter="__", toml_file=SETTINGS_FILE)

    home: Path = Field(PROJECT_ROOT / ".eddyline", description="The state folder: broker data, warehouse, catalog, checkpoints, logs, report.")
    api: ApiSettings = ApiSettings()
    kafka: KafkaSettings = KafkaSettings()
    lake: LakeSettings = LakeSettings()
    landing: LandingSettings = LandingSettings()
    upkeep: UpkeepSettings = UpkeepSettings()
    trino: TrinoSettings = TrinoSettings()
    redis: RedisSettings = RedisSettings()
    crash_at: str = Field("", description="For proofs only: the landing job kills itself at this named point.")

    @model_validator(mode="before")
    @classmethod
    def _absolute_home(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "home": _absolute(values.get("home"))}

    @model_validator(mode="after")
    def _folders_in_home(self) -> Self:
        lake = self.lake.model_copy(
            update={
                "catalog_uri": self.lake.catalog_uri or own_catalog(self.home),
                "warehouse": self.lake.warehouse or own_warehouse(self.home),
            }
        )
        api = self.api.model_copy(update={"keys_file": self.api.keys_file or str(self.home / "keys.json")})
        object.__setattr__(self, "api", api)
        landing = self.landing.model_copy(update={"checkpoints": self.landing.checkpoints or (self.home / "checkpoints").as_uri()})
        object.__setattr__(self, "lake", lake)
        object.__setattr__(self, "landing", landing)
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic names the arguments
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: options, environment, the stack that runs, file, what the state folder was set up with."""
        file = TomlConfigSettingsSource(settings_cls)
        in_file = file()
        return init_settings, env_settings, _Chosen(settings_cls, in_file, chosen.of_running), file, _Chosen(settings_cls, in_file, chosen.for_good)


class _Chosen(PydanticBaseSettingsSource):
    def __init__(self, settings_cls: type[BaseSettings], in_file: dict[str, Any], read: Callable[[Path], dict[str, Any]]) -> None:
        super().__init__(settings_cls)
        self._in_file, self._read = in_file, read

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - pydantic names the arguments
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        return self._read(_absolute(self.current_state.get("home") or self._in_file.get("home")))


def changed(settings: Settings, sections: Mapping[str, Mapping[str, Any]]) -> Settings:
    """Return the settings with these values of these sections; a secret may be given as text."""
    update = {}
    for name, values in sections.items():
        section: Section = getattr(settings, name)
        update[name] = type(section).model_validate(section.model_dump() | dict(values))
    return settings.model_copy(update=update)


def own_catalog(home: Path) -> str:
    """Return the address of the catalog that a state folder has when nothing else is said."""
    return f"sqlite:///{home / 'catalog.db'}"


def own_warehouse(home: Path) -> str:
    """Return where a state folder keeps table files when nothing else is said."""
    return (home / "warehouse").as_uri()


def _absolute(home: Any) -> Path:
    path = Path(home or PROJECT_ROOT / ".eddyline").expanduser()
    return path if path.is_absolute() else Path.cwd() / path


def load(**options: Any) -> Settings:
    """Read the settings from options, environment and file.

    Raises SettingsError that lists every problem with the name of its variable.
    """
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        problems = "; ".join(f"EDDYLINE_{'__'.join(str(part) for part in problem['loc']).upper()}: {problem['msg']}" for problem in error.errors())
        raise SettingsError(f"settings are wrong: {problems}") from error
