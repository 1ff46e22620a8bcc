"""API keys: what is kept of them, who is recognised, and the file under two writers."""

import json
import stat
import string
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eddyline.cli.app import run
from eddyline.errors import KeysError
from eddyline.keys.credentials import ID_BYTES, PERMISSIONS, SECRET_BYTES, Key, KeyRing, Recogniser, make_key, revoke_key
from eddyline.keys.file import KeyFile
from eddyline.keys.quota import Quota, parse_quotas

NOW = "2026-11-23T10:00:00+00:00"
RANDOM = st.binary(min_size=ID_BYTES + SECRET_BYTES, max_size=ID_BYTES + SECRET_BYTES)


def made(random: bytes, **facts: str) -> tuple[Key, str]:
    return make_key(random, NOW, **({"name": "n", "tenant": "acme", "limit": "", "dead_letter_limit": ""} | facts), allows=PERMISSIONS)


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        run(["keys", *arguments])
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDDYLINE_HOME", str(tmp_path / "home"))


@given(RANDOM)
def test_a_token_is_recognised_and_cannot_be_read_from_what_is_kept(random: bytes) -> None:
    key, token = made(random)
    assert Recogniser(KeyRing(keys=(key,))).recognise(token) == key
    assert token.partition(".")[2] not in msgspec.json.encode(key).decode()


@given(RANDOM, st.data())
def test_a_token_with_any_character_changed_is_not_recognised(random: bytes, data: st.DataObject) -> None:
    key, token = made(random)
    at = data.draw(st.integers(0, len(token) - 1))
    character = data.draw(st.sampled_from(string.printable + "é\ud800").filter(lambda drawn: drawn != token[at]))
    assert Recogniser(KeyRing(keys=(key,))).recognise(token[:at] + character + token[at + 1 :]) is None


@given(RANDOM, st.text(max_size=300))
def test_no_text_makes_the_recogniser_raise(random: bytes, text: str) -> None:
    key, token = made(random)
    known = Recogniser(KeyRing(keys=(key,)))
    assert all(known.recognise(each) is None for each in (text, "edl_" + text, f"edl_{key.id}.{text}", token + text) if each != token)


def test_a_revoked_key_is_not_recognised_and_keeps_its_time() -> None:
    key, token = made(bytes(ID_BYTES + SECRET_BYTES))
    ring, revoked = revoke_key(KeyRing(keys=(key,)), key.id, NOW)
    assert Recogniser(ring).recognise(token) is None
    assert revoke_key(ring, key.id, "later")[1] == revoked
    with pytest.raises(KeysError, match="keys list"):
        revoke_key(ring, "000000000001", NOW)


@pytest.mark.parametrize("facts", [{"name": ""}, {"tenant": ""}, {"tenant": "x" * 101}, {"tenant": "a\n"}, {"limit": "fast"}, {"dead_letter_limit": "1/s"}])
def test_what_no_key_can_have_is_refused(facts: dict[str, str]) -> None:
    with pytest.raises(KeysError):
        made(bytes(ID_BYTES + SECRET_BYTES), **facts)


@pytest.mark.parametrize(
    ("text", "quotas"),
    [("", ()), ("100/second", (Quota(100, 1),)), (" 1 / minute;2/day ; ", (Quota(1, 60), Quota(2, 86400)))],
)
def test_quotas_are_read(text: str, quotas: tuple[Quota, ...]) -> None:
    assert parse_quotas(text) == quotas


@pytest.mark.parametrize("text", ["0/second", "-1/second", "1/week", "1", "1/second 2/minute", "1e3/second", "\uff11/second"])
def test_what_is_no_quota_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="written like"):
        parse_quotas(text)


def test_the_command_shows_a_secret_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    made = json.loads(command(capsys, "create", "--name", "device", "--tenant", "acme", "--limit", "10/second", "--json"))
    secret = made["key"].partition(".")[2]
    file = tmp_path / "home" / "keys.json"
    assert secret not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    [listed] = json.loads(command(capsys, "list", "--json"))
    assert (listed["tenant"], listed["limit"], listed["revoked_at"]) == ("acme", "10/second", None)
    assert secret not in command(capsys, "list") + json.dumps(listed)
    assert "sha256" not in listed
    assert made["id"] in command(capsys, "revoke", made["id"])
    assert json.loads(command(capsys, "list", "--json"))[0]["revoked_at"]


def test_an_unknown_key_is_one_line_and_an_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["keys", "revoke", "0123456789ab"]) == 1
    assert capsys.readouterr().err == "eddyline: there is no key with this id; `eddyline keys list` shows the ids\n"


def test_two_writers_lose_no_key(tmp_path: Path) -> None:
    code = "import sys; from eddyline.cli.keys import create; [create(name=f'{sys.argv[1]}-{number}') for number in range(10)]"
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda who: subprocess.run([sys.executable, "-c", code, who], capture_output=True, text=True, timeout=120, check=True), "abc"))
    names = {key.name for key in KeyFile(tmp_path / "home" / "keys.json").read().keys}
    assert names == {f"{who}-{number}" for who in "abc" for number in range(10)}, [each.stderr for each in done]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version":2,"keys":[]}', '{"keys":[{"id":"x"}]}', "\udcff"])
def test_a_file_that_is_not_ours_is_refused_with_what_to_do(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text, errors="surrogateescape")
    with pytest.raises(KeysError, match="restore it or move it away"):
        KeyFile(path).read()


def test_a_file_that_others_may_write_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text('{"version":1,"keys":[]}')
    path.chmod(0o620)
    with pytest.raises(KeysError, match="chmod 600"):
        KeyFile(path).read()


def test_without_a_file_there_is_no_key(tmp_path: Path) -> None:
    assert KeyFile(tmp_path / "none.json").read() == KeyRing()
