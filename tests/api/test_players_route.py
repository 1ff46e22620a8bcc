"""The routes of player states: one player, a guild's players by pages, and what is wrong said as a problem."""

import pytest
from memory_players import state

from eddyline.kafka.log import Record
from eddyline.players.coding import encode_key


def test_a_player_is_found_by_name(client):
    found = client.get("/api/v1/players/u1")
    assert (found.status_code, found.json["user_id"], found.json["guild"], found.json["tenant"]) == (200, "u1", "Herons", "public")
    assert client.get("/api/v1/players/jürgen").json["user_id"] == "jürgen"


@pytest.mark.parametrize("path", ["/api/v1/players/nobody", "/api/v1/players/", "/api/v1/players/a/b"])
def test_who_is_not_there_is_not_found(client, path):
    found = client.get(path)
    assert (found.status_code, found.content_type) == (404, "application/problem+json")


def test_a_guild_s_players_come_by_pages_in_the_order_of_their_names(client):
    names, after = [], ""
    while after is not None:
        page = client.get("/api/v1/players", query_string={"guild": "Herons", "limit": 2, **({"after": after} if after else {})}).json
        names.append([player["user_id"] for player in page["players"]])
        after = page["next"]
    assert names == [["u0", "u1"], ["u2", "u3"], ["u4"]]
    assert client.get("/api/v1/players?guild=Nobody").json == {"players": [], "next": None}


def test_who_leaves_a_guild_or_is_forgotten_is_no_longer_in_it(client, players):
    players.apply(state("u1", None))
    players.apply(state("u2", "Otters"))
    players.apply(Record("player-state", 0, 0, encode_key(("public", "u3")), None))
    assert [player["user_id"] for player in client.get("/api/v1/players?guild=Herons").json["players"]] == ["u0", "u4"]
    assert client.get("/api/v1/players/u3").status_code == 404


@pytest.mark.parametrize("query", ["", "guild=", "guild=a&guild=b", "guild=a&limit=0", "guild=a&limit=1001", "guild=a&limit=x", "guild=a&name=b", "guild=%ff"])
def test_a_question_that_makes_no_sense_is_refused(client, query):
    assert client.get(f"/api/v1/players?{query}").status_code == 400


def test_until_the_topic_is_read_the_answer_is_later(client, players):
    players.ready = False
    found = client.get("/api/v1/players/u1")
    assert (found.status_code, found.headers["Retry-After"]) == (503, "1")


def test_nothing_can_be_sent_there(client):
    assert client.post("/api/v1/players/u1").status_code == 405
