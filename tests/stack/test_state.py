"""The state folder is ours, of our layout, and used by one stack at a time."""

import os
from pathlib import Path

import pytest

from eddyline.errors import SetupError
from eddyline.settings import load
from eddyline.stack import state


def test_a_folder_of_another_layout_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "VERSION").write_text("0\n")
    with pytest.raises(SetupError, match="eddyline reset") as refusal, state.opened(tmp_path):
        pass
    assert len(str(refusal.value).splitlines()) == 1


def test_a_folder_that_is_not_ours_is_neither_used_nor_reset(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(SetupError, match="is not Eddyline's"), state.opened(tmp_path):
        pass
    with pytest.raises(SetupError, match="is not Eddyline's"):
        state.reset(tmp_path)
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_a_second_stack_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with state.opened(home), pytest.raises(SetupError, match="eddyline down"), state.opened(home):
        pass
    with state.opened(home):
        pass


def test_a_reset_is_refused_while_a_stack_runs(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with state.opened(home), pytest.raises(SetupError, match="eddyline down"):
        state.reset(home)


def test_a_reset_deletes_our_data_and_leaves_what_is_not_ours(tmp_path: Path) -> None:
    with state.opened(tmp_path / "home"):
        (tmp_path / "home" / "warehouse" / "game").mkdir(parents=True)
        (tmp_path / "home" / "notes.txt").write_text("mine")
    state.reset(tmp_path / "home")
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["notes.txt"]


def test_a_reset_mends_a_folder_of_another_layout(tmp_path: Path) -> None:
    (tmp_path / "VERSION").write_text("0\n")
    (tmp_path / "catalog.db").write_text("old")
    state.reset(tmp_path)
    with state.opened(tmp_path):
        assert not (tmp_path / "catalog.db").exists()


def test_a_full_disk_is_said_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"free some") as refusal, state.opened(tmp_path / "home", needed_bytes=2**62):
        pass
    assert len(str(refusal.value).splitlines()) == 1
    assert not (tmp_path / "home").exists()


def test_what_runs_can_be_read_by_others_and_is_forgotten_at_the_end(tmp_path: Path) -> None:
    running = state.RunningStack(os.getpid(), {"api": 1}, {"api": "http://127.0.0.1:1"}, ready=True)
    with state.opened(tmp_path / "home"):
        state.tell(tmp_path / "home", running)
        assert state.running_on(tmp_path / "home") == running
    assert state.running_on(tmp_path / "home") is None


def test_a_stack_that_was_killed_does_not_count_as_running(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with state.opened(home):
        state.tell(home, state.RunningStack(2**22 - 1))
        assert state.running_on(home) is None


def test_later_commands_find_a_stack_that_took_free_ports_as_long_as_it_runs(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with state.opened(home):
        found = {"kafka": {"bootstrap_servers": "127.0.0.1:4711"}, "api": {"port": 4712}}
        state.tell(home, state.RunningStack(os.getpid(), settings=found))
        settings = load(home=home)
        assert (settings.kafka.bootstrap_servers, settings.api.port) == ("127.0.0.1:4711", 4712)
    assert load(home=home).kafka.bootstrap_servers != "127.0.0.1:4711"
