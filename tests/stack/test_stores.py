"""A state folder is set up with stores once; from then on every command finds them, and none is taken for another."""

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from eddyline import chosen
from eddyline.errors import SetupError
from eddyline.settings import Settings, load
from eddyline.stack import state, stores
from eddyline.stack.local_stack import Extra, local_stack


@pytest.fixture(autouse=True)
def _no_settings_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("EDDYLINE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def home_with(tmp_path: Path, *wanted: str) -> Settings:
    settings, _ = stores.set_up(load(home=tmp_path / "home"), wanted)
    return settings


def test_later_commands_find_the_stores_that_the_folder_was_set_up_with(tmp_path: Path) -> None:
    first, servers = stores.set_up(load(home=tmp_path / "home"), ["s3", "postgres", "redis"])
    assert [server.name for server in servers] == ["redis", "s3", "postgres"]
    assert load(home=tmp_path / "home") == first
    again, servers = stores.set_up(load(home=tmp_path / "home"), [])
    assert again == first
    assert [server.name for server in servers] == ["redis", "s3", "postgres"]
    assert first.lake.warehouse == "s3://lake/warehouse"
    assert make_url(first.lake.catalog_uri).get_backend_name() == "postgresql"


def test_every_folder_has_keys_of_its_own_that_only_its_owner_reads(tmp_path: Path) -> None:
    one, other = (home_with(tmp_path / name, "s3", "postgres") for name in ("a", "b"))
    assert one.lake.s3_secret_key != other.lake.s3_secret_key
    assert make_url(one.lake.catalog_uri).password != make_url(other.lake.catalog_uri).password
    assert stat.S_IMODE((one.home / "chosen.json").stat().st_mode) == 0o600
    shown = f"{one!r} {one}"
    assert one.lake.s3_secret_key.get_secret_value() not in shown
    assert str(make_url(one.lake.catalog_uri).password) not in shown


def test_hdfs_keeps_its_ports_because_tables_name_their_files_with_one(tmp_path: Path) -> None:
    first = home_with(tmp_path, "hdfs", "postgres")
    assert first.lake.warehouse.startswith("hdfs://127.0.0.1:")
    _, servers = stores.set_up(load(home=first.home), [])
    assert [server.name for server in servers] == ["datanode", "namenode", "postgres"]
    assert load(home=first.home).lake == first.lake


@pytest.mark.parametrize("wanted", ["s3", "hdfs", "postgres"])
def test_tables_that_are_somewhere_already_are_not_left_behind(tmp_path: Path, wanted: str) -> None:
    home = tmp_path / "home"
    (home / "warehouse" / "game").mkdir(parents=True)
    (home / "catalog.db").touch()
    with pytest.raises(SetupError, match="EDDYLINE_HOME"):
        home_with(tmp_path, wanted)
    assert not (home / "chosen.json").exists()


def test_two_places_for_the_same_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="--with hdfs does not move"):
        home_with(tmp_path, "s3", "hdfs")


@pytest.mark.parametrize(("wanted", "lake"), [("s3", {"warehouse": "s3://mine/lake"}), ("postgres", {"catalog_uri": "postgresql+psycopg2://me:hush@db/lake"})])
def test_a_place_of_the_users_own_is_not_replaced_in_silence(tmp_path: Path, wanted: str, lake: dict[str, str]) -> None:
    with pytest.raises(SetupError) as refusal:
        stores.set_up(load(home=tmp_path / "home", lake=lake), [wanted])
    assert "hush" not in str(refusal.value)


def test_settings_that_lead_elsewhere_than_the_folders_stores_are_refused_without_a_secret(tmp_path: Path) -> None:
    home_with(tmp_path, "s3", "postgres")
    elsewhere = load(home=tmp_path / "home", lake={"s3_secret_key": "hush-hush"})
    with pytest.raises(SetupError, match="EDDYLINE_LAKE__S3_SECRET_KEY") as refusal:
        stores.set_up(elsewhere, [])
    assert "hush-hush" not in str(refusal.value)


def test_without_stores_nothing_is_chosen_and_the_catalog_stays_a_file(tmp_path: Path) -> None:
    settings, servers = stores.set_up(load(home=tmp_path / "home"), [])
    assert servers == []
    assert settings.lake.catalog_uri == f"sqlite:///{tmp_path / 'home' / 'catalog.db'}"
    assert not (tmp_path / "home" / "chosen.json").exists()


def test_the_users_own_settings_come_before_what_a_folder_was_set_up_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = home_with(tmp_path, "redis")
    monkeypatch.setenv("EDDYLINE_REDIS__URL", "redis://mine:1/0")
    assert load(home=found.home).redis.url.get_secret_value() == "redis://mine:1/0"


def test_commands_find_the_ports_of_the_stack_that_runs_and_forget_them_with_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    stack = local_stack(load(home=home, api={"port": 0}, kafka={"bootstrap_servers": "127.0.0.1:0"}, trino={"port": 0}), [Extra.TRINO])
    with state.opened(home):
        state.tell(home, state.RunningStack(os.getpid(), settings=stack.ports()))
        found = load(home=home)
        assert (found.api.port, found.trino.port, found.kafka.bootstrap_servers) == (
            stack.settings.api.port,
            stack.settings.trino.port,
            stack.settings.kafka.bootstrap_servers,
        )
    assert load(home=home).api.port == 5000


@pytest.mark.parametrize("text", ["", "[]", "no json", '{"s3": '])
def test_a_damaged_note_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "chosen.json").write_text(text)
    assert chosen.for_good(tmp_path) == {}


def test_whoever_starts_tells_what_a_stack_stores_and_no_secret(tmp_path: Path) -> None:
    stack = local_stack(load(home=tmp_path / "home", api={"port": 0}, landing={"metrics_port": 0}), [Extra.S3, Extra.POSTGRES, Extra.REDIS])
    addresses = stack.addresses()
    assert {"s3", "postgres", "redis"} <= addresses.keys()
    lake = stack.settings.lake
    secrets = [lake.s3_access_key.get_secret_value(), lake.s3_secret_key.get_secret_value(), str(make_url(lake.catalog_uri).password)]
    assert [secret for secret in secrets if secret in str(addresses) or secret in str(stack.ports())] == []
