"""Holds docker-compose.yml and deploy/ to the settings and locks, since no container engine is here to try them."""

import re
from pathlib import Path
from typing import Any

import pytest
from pages import statements
from ruamel.yaml import YAML
from shown_commands import problems

from api.exposure import check_exposure
from eddyline.lake import catalog
from eddyline.settings import PROJECT_ROOT, load
from eddyline.spark.session import catalog_options
from eddyline.stack.jar_lock import read_lock

COMPOSE = PROJECT_ROOT / "docker-compose.yml"
DOCKERFILE = PROJECT_ROOT / "deploy" / "Dockerfile"
PINNED = re.compile(r"[\w./-]+:\d+\.?[\w.-]*$")
REQUIRED = re.compile(r"\$\{(\w+):\?[^}]+\}")
SECRETS = {"POSTGRES_PASSWORD": "pw1", "S3_ACCESS_KEY": "key2", "S3_SECRET_KEY": "secret3"}


def compose() -> dict[str, Any]:
    return YAML(typ="safe").load(COMPOSE.read_text("utf-8"))


SERVICES: dict[str, dict[str, Any]] = compose()["services"]
every_service = pytest.mark.parametrize("name", SERVICES)


@every_service
def test_every_image_is_pinned(name: str) -> None:
    assert PINNED.match(SERVICES[name]["image"]), SERVICES[name]["image"]


def test_the_image_of_ours_is_built_on_a_pinned_one_from_files_that_exist() -> None:
    text = DOCKERFILE.read_text("utf-8")
    assert all(PINNED.match(image) for image in re.findall(r"^FROM (\S+)", text, re.MULTILINE))
    copied = [source for line in re.findall(r"^COPY (.+)", text, re.MULTILINE) for source in line.split()[:-1]]
    assert [source for source in copied if not (PROJECT_ROOT / source).exists()] == []
    allowed = re.findall(r"^!(\S+)", DOCKERFILE.with_name("Dockerfile.dockerignore").read_text("utf-8"), re.MULTILINE)
    assert {Path(source).parts[0] for source in copied} == set(allowed)
    assert "--require-hashes" in text


@every_service
def test_every_service_says_when_it_is_healthy_or_ends_by_itself(name: str) -> None:
    service = SERVICES[name]
    assert (service["restart"] == "no") != ("healthcheck" in service)


@every_service
def test_a_service_waits_for_conditions_and_never_for_a_time(name: str) -> None:
    for other, wait in SERVICES[name].get("depends_on", {}).items():
        ends = SERVICES[other]["restart"] == "no"
        assert wait["condition"] == ("service_completed_successfully" if ends else "service_healthy")


def test_nothing_sleeps() -> None:
    assert [path for path in (COMPOSE, DOCKERFILE) if "sleep" in path.read_text("utf-8")] == []


@every_service
def test_ports_are_published_on_loopback_only(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", ()))


def test_every_secret_is_required_of_the_user_and_has_no_default() -> None:
    text = COMPOSE.read_text("utf-8")
    assert set(REQUIRED.findall(text)) == set(SECRETS)
    assert len(re.findall(r"\$\{", text)) == len(REQUIRED.findall(text))
    for service in SERVICES.values():
        secret = {name: value for name, value in service.get("environment", {}).items() if re.search(r"PASSWORD|SECRET|ACCESS_KEY", name)}
        assert all(REQUIRED.fullmatch(value) for value in secret.values()), secret


def test_the_example_lists_the_secrets_without_values_and_the_real_file_is_never_committed() -> None:
    lines = [line for line in (PROJECT_ROOT / ".env.example").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert lines == [f"{name}=" for name in SECRETS]
    assert ".env" in (PROJECT_ROOT / ".gitignore").read_text("utf-8").splitlines()


@pytest.fixture
def in_container(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SERVICES["landing"]["environment"].items():
        monkeypatch.setenv(name, REQUIRED.sub(lambda found: SECRETS[found[1]], value))


@pytest.mark.usefixtures("in_container")
def test_the_settings_of_a_container_are_settings_of_ours() -> None:
    settings = load()
    assert settings.kafka.bootstrap_servers == "broker:9092"
    assert settings.lake.catalog_uri == "postgresql+psycopg2://eddyline:pw1@catalog:5432/lake"
    assert settings.api.host == "0.0.0.0"
    check_exposure(settings.api)
    folder = str(Path(settings.api.keys_file).parent)
    assert f"--mode 0700 {folder}" in DOCKERFILE.read_text("utf-8")
    assert SERVICES["api"]["volumes"] == [f"keys:{folder}:ro"]
    assert SERVICES["tools"]["volumes"] == [f"keys:{folder}"]
    assert settings.trino.host == "trino"


@pytest.mark.usefixtures("in_container")
def test_pyiceberg_spark_and_trino_reach_the_same_tables() -> None:
    trino = dict(re.findall(r"^(\S+?)=(\S+)$", (PROJECT_ROOT / "deploy/trino/lake.properties").read_text("utf-8"), re.MULTILINE))
    store, spark = catalog.storage_properties(load().lake), catalog_options(load())
    assert store["s3.endpoint"] == spark["spark.sql.catalog.lake.s3.endpoint"] == trino["s3.endpoint"] == "http://store:8333"
    assert store["s3.region"] == spark["spark.sql.catalog.lake.client.region"] == trino["s3.region"]
    assert trino["iceberg.jdbc-catalog.default-warehouse-dir"] == load().lake.warehouse
    assert trino["iceberg.jdbc-catalog.connection-url"] == "jdbc:postgresql://catalog:5432/lake"
    assert all(value == f"${{ENV:{value[6:-1]}}}" for name, value in trino.items() if re.search("password|key", name))
    given = set(SERVICES["trino"]["environment"])
    assert {value[6:-1] for value in trino.values() if value.startswith("${ENV:")} <= given
    # Trino logs the values of properties, so the keys are none: it finds them as AWS's own client does.
    assert "key" not in " ".join(trino)
    assert {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} <= given


def test_the_containers_run_the_versions_that_were_tested() -> None:
    revisions = {jar.artifact.name: jar.artifact.revision for jar in read_lock(["kafka", "s3", "trino"])}
    assert SERVICES["broker"]["image"] == f"apache/kafka:{revisions['kafka_2.13']}"
    assert SERVICES["trino"]["image"] == f"trinodb/trino:{revisions['trino-server']}"
    assert f"/jars/iceberg-aws-bundle-{revisions['iceberg-aws-bundle']}.jar" in (PROJECT_ROOT / "deploy/spark/spark-defaults.conf").read_text("utf-8")


def test_the_commands_of_the_containers_exist() -> None:
    head = "\n".join(line.removeprefix("#   ") for line in COMPOSE.read_text("utf-8").splitlines() if line.startswith("#   docker compose run"))
    shown = [["eddyline", *words[words.index("tools") + 1 :]] for words in statements(head)]
    assert len(shown) == 4
    ours = [service["command"] for name, service in SERVICES.items() if name in {"api", "landing"}]
    setup = list(statements(SERVICES["setup"]["command"][-1]))
    assert problems([*shown, *ours, *setup]) == []
