"""`eddyline football sample`: games that the other commands read, the same for the same seed."""

import json

import pyarrow.parquet as pq
import pytest

from eddyline.cli.app import run


def football(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        run(["football", *arguments])
    return ended.value.code


def test_a_sampled_game_is_there_for_the_other_commands_and_the_same_for_the_same_seed(tmp_path, capsys):
    one, same, other = (tmp_path / name for name in ("one.parquet", "same.parquet", "other.parquet"))
    assert football("sample", str(one), "--games", "2", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert football("sample", str(same), "--games", "2") == 0
    assert f"eddyline football chart {same} --game {told['games'][0]}" in capsys.readouterr().out.replace("\n", " ")
    assert football("sample", str(other), "--games", "2", "--seed", "7") == 0
    assert pq.read_table(one).equals(pq.read_table(same))
    assert not pq.read_table(one).equals(pq.read_table(other))
    assert football("summary", str(one), "--game", told["games"][1]) == 0
