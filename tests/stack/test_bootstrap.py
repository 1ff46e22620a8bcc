"""What `make` says when a machine lacks something, and when it has nothing to do."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from eddyline.settings import PROJECT_ROOT


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(PROJECT_ROOT))
    import bootstrap as module

    venv = tmp_path / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to(sys.executable)
    (venv / "lib" / "python3.11" / "site-packages" / "flask-3.1.3.dist-info").mkdir(parents=True)
    monkeypatch.setattr(module, "VENV", venv)
    monkeypatch.setattr(module, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(module, "STAMP", venv / "eddyline-stamp.json")
    return module


def stamp(bootstrap: ModuleType, *kinds: str) -> None:
    bootstrap.STAMP.write_text(json.dumps({"locks": {kind: bootstrap.hash_of(kind) for kind in kinds}, "packages": bootstrap.packages()}))


def test_an_environment_that_fulfils_the_lock_is_left_alone(bootstrap: ModuleType) -> None:
    stamp(bootstrap, "runtime", "dev")
    assert bootstrap.installed_kinds() == ["runtime", "dev"]


def test_a_lock_that_changed_a_package_that_is_gone_and_a_broken_python_are_noticed(bootstrap: ModuleType) -> None:
    stamp(bootstrap, "runtime")
    [package] = bootstrap.VENV.glob("lib/*/site-packages/*")
    package.rename(package.with_name("flask-9.dist-info"))
    assert bootstrap.installed_kinds() == []
    stamp(bootstrap, "runtime")
    assert bootstrap.installed_kinds() == ["runtime"]
    bootstrap.PYTHON.unlink()
    bootstrap.PYTHON.symlink_to("/nowhere/python")
    assert bootstrap.installed_kinds() == []
    stamp(bootstrap, "runtime")
    bootstrap.STAMP.write_text(bootstrap.STAMP.read_text().replace(bootstrap.hash_of("runtime"), "another"))
    assert bootstrap.installed_kinds() == []


def test_an_interrupted_setup_does_not_count_as_done(bootstrap: ModuleType) -> None:
    bootstrap.STAMP.write_text('{"unfinished": true, "locks": {}, "packages": []}')
    assert bootstrap.installed_kinds() == []
    bootstrap.STAMP.write_text('{"unfin')
    assert bootstrap.installed_kinds() == []


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("error: Failed to fetch: dns error: failed to lookup address", "check the network"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("error: Hash mismatch for `flask==3.1.3`", "not the one of the lock"),
        ("something\nelse went wrong\n", "else went wrong"),
        ("", "no reason given"),
    ],
)
def test_a_failed_step_is_explained_in_one_line(bootstrap: ModuleType, output: str, said: str) -> None:
    assert said in bootstrap.reason(output)
    assert len(bootstrap.reason(output).splitlines()) == 1


def test_without_java_the_first_line_says_which_and_how(tmp_path: Path) -> None:
    """The folders where Java usually is are hidden by a sitecustomize, for this machine has one."""
    (tmp_path / "sitecustomize.py").write_text("import pathlib, glob\npathlib.Path.glob = lambda self, pattern: iter(())\n")
    environ = {**os.environ, "PYTHONPATH": str(tmp_path), "PATH": "", "JAVA_HOME": ""}
    done = subprocess.run([sys.executable, PROJECT_ROOT / "bootstrap.py"], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    first = done.stderr.splitlines()[0]
    assert all(part in first for part in ("Java 17 or 21", "Debian `sudo apt install", "Fedora `sudo dnf install", "macOS `brew install"))


def test_an_old_python_is_told_which_one_is_needed(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 18))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(bootstrap.SetupFailedError, match=r"Python 3\.11 to 3\.14, this is 3\.9"):
        bootstrap.need_python()
