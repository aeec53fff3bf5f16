"""Where the funnel says that leads are, on rows that the reader can see."""

from datetime import date
from pathlib import Path

from tests.both import in_both
from tests.test_reference import at, lead, move, world

HERE = ("open_here", "lost_here", "dormant_here")


def test_a_lead_that_was_moved_back_is_here_where_it_stands(tmp_path: Path) -> None:
    leads = [lead(name) for name in ("back", "stays", "lost", "new", "asleep", "won")]
    changes = [
        move("mql", "04-02 09:00", "back"),
        move("new", "04-02 09:05", "back"),
        move("mql", "04-03 09:00", "stays"),
        move("mql", "04-03 09:00", "lost"),
        move("new", "04-04 09:00", "lost"),
        move("lost", "04-05 09:00", "lost"),
        move("dormant", "04-05 09:00", "asleep"),
        move("won", "04-05 09:00", "won"),
    ]
    rows = in_both(tmp_path, world(leads, changes), "funnel", as_of=date(2026, 4, 30))
    assert {row["stage"]: tuple(row[name] for name in HERE) for row in rows} == {
        "new": (2, 0, 1),
        "nurturing": (0, 0, 0),
        "mql": (1, 1, 0),
        "sql": (0, 0, 0),
        "opportunity": (0, 0, 0),
        "won": (1, 0, 0),
    }
    assert [row["reached"] for row in rows] == [6, 4, 4, 1, 1, 1]


def test_a_move_back_at_t_has_not_happened(tmp_path: Path) -> None:
    history = world([lead()], [move("mql", "04-02 09:00"), move("new", "04-03 09:00")])
    for when, stage in (("04-03 09:00", "mql"), ("04-03 09:00:00.000001", "new")):
        rows = in_both(tmp_path, history, "funnel", as_of=at(when))
        assert [row["stage"] for row in rows if row["open_here"]] == [stage]
