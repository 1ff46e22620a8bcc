"""A child reads exactly the settings that its parent has."""

from pathlib import Path

import pytest

from eddyline import settings as settings_module
from eddyline.stack.environment import environment_of


def test_a_child_gets_the_same_settings_whatever_its_folder_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = settings_module.load(home=tmp_path / "home", api={"port": 0, "cors_origins": ("https://a.example", "*")}, kafka={"sasl_password": "hush"})
    (tmp_path / "eddyline.toml").write_text("[api]\nport = 1234\n")
    monkeypatch.chdir(tmp_path)
    for name, value in environment_of(ours).items():
        monkeypatch.setenv(name, value)
    assert settings_module.load() == ours


def test_a_child_gets_the_java_and_the_python_that_fit(tmp_path: Path) -> None:
    environ = environment_of(settings_module.load(home=tmp_path))
    assert (Path(environ["JAVA_HOME"]) / "bin" / "java").exists()
    assert Path(environ["PYSPARK_PYTHON"]).exists()
