"""No default secret anywhere: not in the settings, the containers or what they are built from."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr

from eddyline.settings import PROJECT_ROOT, Settings

NAMED = re.compile(r"(?i)(password|passwd|secret|access_?key|api_?key|token|credential)[\w.-]*[\"']?\s*[:=]\s*[\"']?([^\s\"'#]*)")
# Asked of the user, or taken from the environment.
ASKED = re.compile(r"\$\{\w+:\?[^}]*\}|\$\{ENV:\w+\}")
FILES = [PROJECT_ROOT / "docker-compose.yml", PROJECT_ROOT / ".env.example", *sorted(path for path in (PROJECT_ROOT / "deploy").rglob("*") if path.is_file())]


def secrets(model: BaseModel, path: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            found |= secrets(value, f"{path}{name}.")
        elif isinstance(value, SecretStr):
            found[path + name] = value.get_secret_value()
    return found


def test_no_setting_has_a_secret_by_default() -> None:
    found = secrets(Settings.model_construct(**{name: field.get_default(call_default_factory=True) for name, field in Settings.model_fields.items()}))
    assert {"kafka.sasl_password", "api.client_key", "api.limits_storage"} <= found.keys()
    assert set(found.values()) == {""}


def given_secrets(text: str) -> list[str]:
    lines = [ASKED.sub("", line) for line in text.splitlines() if not line.lstrip().startswith("#")]
    return [found[2] for line in lines for found in NAMED.finditer(line) if found[2]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_file_for_containers_holds_a_secret(path: Path) -> None:
    assert given_secrets(path.read_text("utf-8")) == []


def test_a_default_secret_would_be_found() -> None:
    assert given_secrets('POSTGRES_PASSWORD: "eddyline"') == ["eddyline"]
    assert given_secrets("S3_SECRET_KEY: ${S3_SECRET_KEY:-eddyline}") == ["${S3_SECRET_KEY:-eddyline}"]
