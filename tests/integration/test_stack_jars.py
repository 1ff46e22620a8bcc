"""Downloads by the real Ivy: checked, resumed, and clear about what went wrong."""

from pathlib import Path

import pytest

from eddyline.errors import SetupError
from eddyline.stack import jars
from eddyline.stack.jar_lock import LOCK_FILE

pytestmark = pytest.mark.integration
SMALL = ("org.slf4j:slf4j-simple:", "net.sf.jopt-simple:jopt-simple:")


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    lines = [line for line in LOCK_FILE.read_text().splitlines() if any(name in line for name in SMALL)]
    assert len(lines) == 2
    path = tmp_path / "small.lock"
    path.write_text("\n".join(lines))
    return path


def test_a_damaged_and_a_missing_file_are_fetched_and_the_right_ones_are_not(tmp_path: Path, lock: Path) -> None:
    cache, seen = tmp_path / "cache", list[jars.Progress]()
    damaged, right = jars.fetch("kafka", cache=cache, lock=lock)
    good, written = damaged.read_bytes(), right.stat().st_mtime_ns
    damaged.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    assert jars.fetch("kafka", cache=cache, lock=lock, on_progress=seen.append) == [damaged, right]
    assert damaged.read_bytes() == good
    assert right.stat().st_mtime_ns == written
    assert (seen[-1].files_done, seen[-1].files, seen[-1].bytes_done) == (1, 1, len(good))


def test_what_an_interrupted_download_left_is_used(tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "cache"
    for path in jars.fetch("kafka", cache=cache, lock=lock):
        coordinates = next(jar for jar in jars.read_lock(["kafka"], lock) if jar.artifact.file_name == path.name)
        path.replace(jars.ivy.cached(coordinates.artifact, cache / "ivy"))
    offline(monkeypatch)
    assert all(path.is_file() for path in jars.fetch("kafka", cache=cache, lock=lock))


def test_without_a_network_one_line_says_so_and_nothing_is_left_running(tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offline(monkeypatch)
    with pytest.raises(SetupError, match=r"2 of 2 files .* check the network") as complaint:
        jars.fetch("kafka", cache=tmp_path / "cache", lock=lock)
    assert len(str(complaint.value).splitlines()) == 1


def test_a_file_with_another_checksum_than_the_lock_is_never_used(tmp_path: Path, lock: Path) -> None:
    lines = [line.split() for line in lock.read_text().splitlines()]
    lock.write_text("\n".join(" ".join([configuration, coordinates, "0" * 64, size]) for configuration, coordinates, _, size in lines))
    with pytest.raises(SetupError, match="another checksum"):
        jars.fetch("kafka", cache=tmp_path / "cache", lock=lock)
    assert not list((tmp_path / "cache").rglob("slf4j*.jar"))


def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = "-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=9 -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=9"
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", nobody)
