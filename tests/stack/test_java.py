"""Which Java is taken, and what is said when none fits."""

from pathlib import Path

import pytest

from eddyline.errors import SetupError
from eddyline.stack import java


def java_home(folder: Path, release: str | None, says: str = "") -> Path:
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    program.chmod(0o755)
    if release is not None:
        (folder / "release").write_text(release)
    return folder


@pytest.mark.parametrize(("version", "fits"), [("17.0.15", True), ("21.0.2", True), ("25", False), ("11.0.1", False), ("1.8.0_402", False)])
def test_java_17_and_21_fit_and_others_do_not(tmp_path: Path, version: str, fits: bool) -> None:
    home = java_home(tmp_path / "jdk", f'JAVA_VERSION="{version}"\n')
    if fits:
        assert java.find_java(environ={"JAVA_HOME": str(home)}, folders=()) == home / "bin" / "java"
    else:
        with pytest.raises(SetupError):
            java.find_java(environ={"JAVA_HOME": str(home)}, folders=())


def test_java_home_wins_over_path_and_path_over_the_usual_folders(tmp_path: Path) -> None:
    named, on_path, usual = (java_home(tmp_path / name, 'JAVA_VERSION="17"\n') for name in ("named", "on_path", "usual"))
    path, folders = {"PATH": str(on_path / "bin")}, (str(tmp_path / "usual*"),)
    assert java.find_java(environ={"JAVA_HOME": str(named), **path}, folders=folders) == named / "bin" / "java"
    assert java.find_java(environ=path, folders=folders) == on_path / "bin" / "java"
    assert java.find_java(environ={}, folders=folders) == usual / "bin" / "java"


def test_a_java_home_that_does_not_fit_is_passed_over(tmp_path: Path) -> None:
    old, fitting = java_home(tmp_path / "old", 'JAVA_VERSION="11"\n'), java_home(tmp_path / "new", 'JAVA_VERSION="21"\n')
    assert java.find_java(environ={"JAVA_HOME": str(old), "PATH": str(fitting / "bin")}, folders=()) == fitting / "bin" / "java"


def test_a_runtime_without_the_module_that_spark_needs_does_not_fit(tmp_path: Path) -> None:
    home = java_home(tmp_path / "jre", 'JAVA_VERSION="17"\nMODULES="java.base java.logging"\n')
    assert java.version_of(home / "bin" / "java") is None


def test_a_java_without_a_release_file_is_asked(tmp_path: Path) -> None:
    home = java_home(tmp_path / "jdk", None, says='openjdk version "21.0.4" 2026-01-01')
    assert java.version_of(home / "bin" / "java") == 21


def test_the_first_line_of_the_complaint_says_which_java_and_how_to_install_it() -> None:
    with pytest.raises(SetupError) as complaint:
        java.find_java(environ={}, folders=())
    first = str(complaint.value).splitlines()[0]
    assert all(part in first for part in ("Java 17 or 21", "apt install", "dnf install", "brew install"))
    assert "WSL" in str(complaint.value)


def test_a_real_java_is_found_here() -> None:
    assert java.version_of(java.find_java()) in java.FITTING
