"""Who is named as having made a play."""

import pytest

from eddyline.football.players import named_players


@pytest.mark.parametrize(
    ("text", "players"),
    [
        ("(14:27) (Shotgun) A.Rodgers pass short right to R.Cobb to GB 41 for 14 yards (A.Sendejo).", ("A.Rodgers", "R.Cobb")),
        ("(9:00) A.Rodgers pass deep right intended for R.Cobb INTERCEPTED by H.Smith [E.Griffen] at MIN 29.", ("A.Rodgers", "R.Cobb")),
        ("(3:03) (Shotgun) A.Rodgers pass short left to M.Valdes-Scantling.", ("A.Rodgers", "M.Valdes-Scantling")),
        ("(8:20) K.Cousins sacked at MIN 15 for -6 yards (sack split by R.Gilbert and J.Alexander).", ("K.Cousins",)),
        ("(11:28) Direct snap to R.Brown.  R.Brown up the middle to NE 38 for -2 yards.", ("R.Brown",)),
        ("(11:07) Z.Sterup reported in as eligible.  K.Drake left end pushed ob at DEN 6 for 4 yards.", ("K.Drake",)),
        ("(2:00) D. Thomas right end for 3 yards.", ("D.Thomas",)),
        ("M.Crosby 40 yard field goal is GOOD, Center-H.Bradley, Holder-J.Scott.", ("M.Crosby",)),
        ("(1:00) A.First up the middle, TOUCHDOWN. The play was REVERSED. B.Second up the middle to MIN 2.", ("B.Second",)),
        ("Lucas Johnson pass complete to Malachi Carter for 28 yds to the Citad 41 for a 1ST down", ("Lucas Johnson", "Malachi Carter")),
        ("Pressley Harvin III punt for 32 yds, fair catch by Lane Botkin at the Citad 13", ("Pressley Harvin III",)),
        ("(4:16) PENALTY on MIA-P.McQuistan, False Start, 5 yards, enforced at NE 45 - No Play.", ()),
        ("Timeout #1 by GB at 11:32.", ()),
        ("GEORGIA TECH Penalty, false start (Malachi Carter) to the GTech 15", ()),
        ("", ()),
    ],
)
def test_the_ball_s_way_is_read_from_both_feeds(text: str, players: tuple[str, ...]) -> None:
    assert named_players(text) == players
