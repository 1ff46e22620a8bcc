"""The stage of a proof: nothing of the user's own is within its reach, and every client of the broker goes through a proxy."""

import contextlib

import pytest

from eddyline.prove.stage import LINKED, _links, _store_links, own_settings
from eddyline.stack.local_stack import Extra, local_stack


@pytest.fixture
def theirs(monkeypatch, tmp_path):
    """Settings of a user who has a lake, a broker and topics to lose."""
    for name, value in {
        "KAFKA__BOOTSTRAP_SERVERS": "broker.example:9092",
        "KAFKA__SECURITY_PROTOCOL": "SASL_SSL",
        "LAKE__WAREHOUSE": "s3://theirs/warehouse",
        "LAKE__CATALOG_URI": "postgresql+psycopg2://them:secret@db.example/lake",
        "LANDING__CHECKPOINTS": "hdfs://theirs/checkpoints",
        "CRASH_AT": "batch-begun",
    }.items():
        monkeypatch.setenv(f"EDDYLINE_{name}", value)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "eddyline.toml").write_text('[trino]\nhost = "trino.example"\n[api]\nport = 5000\n')


@pytest.mark.parametrize(("store", "variable"), [("s3", "EDDYLINE_LAKE__S3_ENDPOINT"), ("postgres", "EDDYLINE_LAKE__CATALOG_URI")])
def test_the_landing_job_is_sent_to_a_proxy_of_each_store(tmp_path, store, variable):
    stack = local_stack(own_settings(tmp_path), [Extra.S3, Extra.POSTGRES])
    with contextlib.ExitStack() as setup:
        proxy = _store_links(stack, setup)[f"landing-{store}"]
        landing = next(server for server in stack.servers if server.name == "landing")
        straight = landing.environ()[variable]
        assert landing.overlay[variable] == straight.replace(f":{proxy.to_port}", f":{proxy.port}") != straight


@pytest.mark.usefixtures("theirs")
def test_no_setting_of_the_user_reaches_a_proof(tmp_path):
    home = tmp_path / "home"
    settings = own_settings(home)
    assert settings.kafka.bootstrap_servers == "127.0.0.1:0"
    assert settings.kafka.security_protocol == "PLAINTEXT"
    assert settings.lake.warehouse == (home / "warehouse").as_uri()
    assert settings.lake.catalog_uri == f"sqlite:///{home / 'catalog.db'}"
    assert settings.landing.checkpoints == (home / "checkpoints").as_uri()
    assert (settings.trino.host, settings.api.port, settings.crash_at) == ("127.0.0.1", 0, "")


def test_every_client_of_the_broker_is_sent_to_a_proxy_of_its_own(tmp_path):
    stack = local_stack(own_settings(tmp_path))
    with contextlib.ExitStack() as setup:
        links = _links(stack, setup)
        servers = {server.name: server for server in stack.servers}
        advertised = dict(part.rsplit("://", 1) for part in servers["broker"].also["advertised.listeners"].split(","))
        listening = dict(part.rsplit("://", 1) for part in servers["broker"].also["listeners"].split(","))
        for name in (name for name in LINKED if name in servers):
            proxy = links[f"{name}-broker"]
            assert servers[name].overlay["EDDYLINE_KAFKA__BOOTSTRAP_SERVERS"] == advertised[name.upper()] == f"127.0.0.1:{proxy.port}"
            assert listening[name.upper()] == f"127.0.0.1:{proxy.to_port}"
        assert advertised["PLAINTEXT"] == listening["PLAINTEXT"] == stack.settings.kafka.bootstrap_servers


def test_every_client_of_redis_is_sent_to_a_proxy_of_its_own_and_keeps_the_rest_of_the_address(tmp_path):
    stack = local_stack(own_settings(tmp_path), [Extra.PLAYERS, Extra.REDIS])
    url = stack.settings.redis.url.get_secret_value()
    with contextlib.ExitStack() as setup:
        links = _links(stack, setup) | _store_links(stack, setup)
        servers = {server.name: server for server in stack.servers}
        for name in ("api", "players"):
            proxy = links[f"{name}-redis"]
            overlay = servers[name].overlay
            assert overlay["EDDYLINE_REDIS__URL"] == url.replace(f":{proxy.to_port}/", f":{proxy.port}/") != url
            assert overlay["EDDYLINE_KAFKA__BOOTSTRAP_SERVERS"] == f"127.0.0.1:{links[f'{name}-broker'].port}"
    assert set(links) == {"api-broker", "landing-broker", "players-broker", "api-redis", "players-redis"}
