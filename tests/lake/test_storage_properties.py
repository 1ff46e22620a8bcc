"""What PyIceberg is told of the files."""

import os
from pathlib import Path
from typing import Any

import pytest
from pyarrow.fs import LocalFileSystem, PyFileSystem
from pyiceberg.io import load_file_io

from eddyline.errors import LakeError
from eddyline.lake.catalog import open_catalog, storage_properties
from eddyline.settings import load


@pytest.fixture(autouse=True)
def _no_settings_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(("EDDYLINE_", "PYICEBERG_", "AWS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def properties(home: Path, **lake: Any) -> dict[str, str]:
    return storage_properties(load(home=home, lake=lake).lake)


def test_an_s3_store_is_named_with_its_keys(tmp_path: Path) -> None:
    found = properties(tmp_path, warehouse="s3://b/lake", s3_endpoint="http://store:1", s3_access_key="a", s3_secret_key="s", s3_session_token="t")
    assert (found["s3.endpoint"], found["s3.region"], found["s3.force-virtual-addressing"]) == ("http://store:1", "us-east-1", "false")
    assert (found["s3.access-key-id"], found["s3.secret-access-key"], found["s3.session-token"]) == ("a", "s", "t")


def test_without_keys_and_endpoint_amazons_own_ways_are_left_open(tmp_path: Path) -> None:
    assert [name for name in properties(tmp_path, warehouse="s3://b/lake") if name.startswith("s3.")] == ["s3.region"]


def test_pyicebergs_own_variables_count_beneath_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYICEBERG_CATALOG__LAKE__S3__ENDPOINT", "http://theirs:1")
    monkeypatch.setenv("PYICEBERG_CATALOG__LAKE__S3__REGION", "eu-west-1")
    assert properties(tmp_path)["s3.endpoint"] == "http://theirs:1"
    assert properties(tmp_path)["s3.region"] == "eu-west-1"
    assert properties(tmp_path, s3_endpoint="http://ours:1")["s3.endpoint"] == "http://ours:1"


def test_files_on_hdfs_are_read_by_webhdfs_and_local_ones_as_ever(tmp_path: Path) -> None:
    files = load_file_io(properties(tmp_path, hdfs_web_address="http://127.0.0.1:1"))
    assert isinstance(files.fs_by_scheme("hdfs", "namenode:8020"), PyFileSystem)
    assert isinstance(files.fs_by_scheme("file", None), LocalFileSystem)


def test_a_catalog_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    lake = load(home=tmp_path, lake={"catalog_uri": "postgresql+psycopg2://me:hush-hush@127.0.0.1:1/lake"}).lake
    with pytest.raises(LakeError, match=r"me:\*\*\*@127") as refusal:
        open_catalog(lake)
    assert "hush-hush" not in f"{refusal.value} {refusal.value.__cause__}"
