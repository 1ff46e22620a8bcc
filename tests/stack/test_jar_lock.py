"""What the committed lock says."""

from pathlib import Path

import pytest

from eddyline.errors import SetupError
from eddyline.stack import ivy, jars
from eddyline.stack.jar_lock import LOCK_FILE, read_lock


def test_the_lock_lists_kafka_spark_and_trino_whole() -> None:
    jars_of = {name: read_lock([name]) for name in ("kafka", "spark", "trino")}
    assert {name: len(found) for name, found in jars_of.items()} == {"kafka": 92, "spark": 14, "trino": 1}
    assert all(len(jar.sha256) == 64 and jar.size > 0 for found in jars_of.values() for jar in found)


def test_different_artifacts_never_share_a_file_name() -> None:
    artifacts = {jar.artifact for jar in read_lock(["kafka", "spark", "trino"])}
    assert len({artifact.file_name for artifact in artifacts}) == len(artifacts)


def test_no_registry_is_named_in_what_is_committed() -> None:
    assert "://" not in LOCK_FILE.read_text()
    assert "://" not in ivy.SETTINGS


def test_a_missing_file_is_said_with_the_command_that_fetches_it(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"python -m eddyline\.stack\.fetch"):
        jars.class_path("kafka", tmp_path)


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        ("java.net.UnknownHostException: somewhere", "check the network"),
        ("java.net.ConnectException: Connection refused", "check the network"),
        ("java.io.IOException: No space left on device", "the disk is full"),
        ("UNRESOLVED DEPENDENCIES", "did not give them"),
    ],
)
def test_a_failed_download_is_explained_in_a_few_words(log: str, reason: str) -> None:
    assert reason in ivy.reason_of_failure(log)


def test_the_cache_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert jars.cache_folder() == tmp_path / "xdg" / "eddyline"
    monkeypatch.setenv("EDDYLINE_CACHE", str(tmp_path / "own"))
    assert jars.cache_folder() == tmp_path / "own"
