"""An address is written by anybody: it opens no file, lifts no mask, and is never more than a sentence."""

import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from funnel.errors import BadQuestion
from funnel.layer.build import open_warehouse
from funnel.layer.warehouse import Warehouse
from funnel.questions.ask import ask, run
from funnel.questions.catalogue import CATALOGUE, of_kind
from funnel.rows import frame_of
from funnel.ui.importing import columns, session
from funnel.ui.importing.session import Desk
from funnel.ui.parts import downloads
from tests.given import GIVEN
from tests.reference_loading import World
from tests.test_app import ROOT, opened, plain, texts
from tests.test_ranges import REPLY
from tests.test_reference import act, lead, move, world
from tests.world_files import write_world

NAME, MAIL = "架空花子", "hanako@shop.example"
SHOWN, MASKED = {"personal_fields": "shown"}, {"personal_fields": "masked"}

HOSTILE = {
    "relative": "tests/rules/help_desk.toml",
    "absolute": str(ROOT / "tests" / "rules" / "help_desk.toml"),
    "broken": "tests/rules/refused.toml",
    "unc": r"\\host\share\x.toml",
    "unc with slashes": "//host/share/x.toml",
    "drive": r"C:\Users\x.toml",
    "link": "file:///etc/x.toml",
    "web": "http://host.example/x.toml",
    "directory": "tests/rules",
    "up": "..",
    "far up": "../../../../etc/hostname",
    "home": "~/x.toml",
    "huge": "x" * 10_000 + ".toml",
    "nul": "old\0.toml",
    "other case": "OLD",
    "blank": " old",
    "markdown": "![x](http://host.example/x.png)",
}


def company(old: dict[str, str], new: dict[str, str], later: dict[str, str] | None = None) -> World:
    """A company whose rules `old` were followed by `new`, in force now, and perhaps by others that are still to come."""
    people: dict[str, Any] = {"contact_name": NAME, "email": MAIL, "phone": "03-0000-0000"}
    leads = [
        lead("L1", company="架空商事", stage="mql", owner="高橋", **people),
        {**lead("L2", **people), "created_at": None},  # refused, and shown as it was read
    ]
    acts = [move("mql", "04-10 09:00", from_value="new"), act("email_open", "06-01 09:00")]
    rules = {"sla": [REPLY], "scoring": {"thresholds": {"interest": 50, "consideration": 80, "mql": 100}}}
    told = world(leads, acts, dimensions=["channel", "contact_name"], privacy=old, version="old", **rules)
    first = told.versions[0]
    versions = [first, {**first, "version": "new", "effective_from": date(2026, 5, 1), "privacy": new}]
    if later:
        versions.append({**first, "version": "later", "effective_from": date(2090, 1, 1), "privacy": later})
    return World(told.leads, told.activities, None, versions)


@pytest.fixture(scope="module")
def masked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Masked now, shown under the old version and under one that is still to come."""
    directory = tmp_path_factory.mktemp("masked")
    write_world(company(SHOWN, MASKED, SHOWN), directory)
    return directory


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shown now, masked under the old version and under one that is still to come."""
    directory = tmp_path_factory.mktemp("shown")
    write_world(company(MASKED, SHOWN, MASKED), directory)
    return directory


@pytest.fixture(autouse=True)
def app(monkeypatch: pytest.MonkeyPatch, masked: Path) -> None:
    monkeypatch.setenv("FUNNEL_DATA", str(masked))
    monkeypatch.chdir(ROOT)


# ---------------------------------------------------------------- names of versions, never of files


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every path that is opened, listed or asked whether it exists."""
    paths: list[str] = []

    def noted(asked: Any) -> Any:
        def ask(path: Any, *more: Any, **named: Any) -> Any:
            paths.append(os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else "")
            return asked(path, *more, **named)

        return ask

    for name in ("stat", "lstat", "access", "readlink"):  # of these Python tells no audit hook
        monkeypatch.setattr(os, name, noted(getattr(os, name)))
    LISTENERS.append(paths)
    yield paths
    LISTENERS.remove(paths)


LISTENERS: list[list[str]] = []


def _hear(event: str, values: tuple[Any, ...]) -> None:
    if LISTENERS and event in ("open", "os.listdir", "os.scandir") and isinstance(values[0], str | bytes):
        for paths in LISTENERS:
            paths.append(os.fsdecode(values[0]))


sys.addaudithook(_hear)


def test_a_path_that_is_looked_at_is_heard(looked_at: list[str], tmp_path: Path) -> None:
    (tmp_path / "a").exists()
    os.path.isfile(tmp_path / "b")
    with pytest.raises(FileNotFoundError):
        (tmp_path / "c").read_text()
    os.listdir(tmp_path)
    assert {str(tmp_path), *(str(tmp_path / name) for name in "abc")} <= set(looked_at)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_only_a_version_has_a_name_in_an_address(name: str, looked_at: list[str]) -> None:
    at = opened("lead", id="L1", rules=name)
    assert not [path for path in looked_at if name in path]
    said = [plain(text) for text in texts(at)]
    assert any("選べる版は old、new、later です。" in text for text in said)
    assert not any(NAME in text or "help_desk" in text or len(text) > 1000 for text in said)
    assert len(at.title) == 1 and not at.dataframe


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_the_door_to_a_layer_takes_no_path_for_a_version(
    name: str, looked_at: list[str], masked: Path
) -> None:
    with pytest.raises(BadQuestion) as refused:
        open_warehouse(masked, name)
    assert "old, new, later" in refused.value.en and len(refused.value.en) < 200
    assert not [path for path in looked_at if name in path]


OTHERS = {  # parameters of a page that may be anything
    "home": ("lang", "print", "f.channel", "f.no_such", "f.", "mark", "months"),
    "lead": ("id", "mark"),
    "follow_ups": ("who", "mark", "f.owner"),
    "conversion": ("step", "window", "by", "view"),
    "import_data": ("as_of", "period", "rules", "id", "f.channel"),
}


@pytest.mark.parametrize("kind", ["absolute", "unc", "up", "huge", "nul", "markdown"])
@pytest.mark.parametrize("of", [*OTHERS, "as_of", "period"])
def test_no_parameter_of_an_address_is_a_path_or_breaks_a_page(
    of: str, kind: str, looked_at: list[str]
) -> None:
    name = HOSTILE[kind]
    at = opened(of if of in OTHERS else "home", **dict.fromkeys(OTHERS.get(of, (of,)), name))
    assert not [path for path in looked_at if name in path]
    assert len(at.title) == 1
    assert not any("管理者に伝えてください" in text or "](http" in text for text in texts(at))


@pytest.mark.parametrize(
    "period", ["0m", "²m", "99999m", "9" * 5000 + "m", "-1m", "1.5m", "m", "~", "2026-01~x", "９m", "0001-01"]
)
def test_a_period_that_is_none_is_one_sentence(period: str) -> None:
    at = opened("home", period=period)
    said = [plain(text) for text in texts(at)]
    assert any("ではありません" in text for text in said)
    assert not any("管理者に伝えてください" in text for text in said)


@pytest.mark.parametrize(
    "mark",
    [
        '["aging",{"at_instant":"x"}]',
        '["aging",{"at_instant":5}]',
        '["aging",{"span":["x","y"]}]',
        '["aging",{"span":1}]',
        '["aging",{"stage":{"a":1}}]',
        '["aging",{"stage":["mql"]}]',
        '["aging",{"stage":"\\u0000"}]',
        '["aging",{}]',
        '["../x",{}]',
        "[[],{}]",
        "1",
        "null",
        "[" * 5000,
        '["aging",{"at_instant":"0001-01-01"}]',
    ],
)
def test_a_mark_that_is_none_opens_nothing(mark: str) -> None:
    at = opened("stage_aging", mark=mark)
    assert not any("管理者に伝えてください" in text for text in texts(at))
    assert len(at.title) == 1
    assert len(at.toast) <= 1 and all("このリンクが指す数字は" in toast.value for toast in at.toast)


@pytest.mark.parametrize(
    "mark",
    [
        '["aging",{"stage":"gone"}]',
        '["aging",{"at_instant":"soon"}]',
        '["funnel",{}]',
        '["kpi",{"kpi":"cpl"}]',
    ],
)
@pytest.mark.parametrize(
    ("language", "words"), [("ja", "このリンクが指す数字は"), ("en", "What this link points at")]
)
def test_a_mark_that_no_longer_fits_its_figure_is_told(mark: str, language: str, words: str) -> None:
    at = opened(mark=mark, lang=language)
    assert [words in toast.value for toast in at.toast] == [True]
    assert len(at.title) == 1


# ---------------------------------------------------------------- whose mask


def saved(db: Warehouse) -> str:
    """Everything that can be asked and taken along, as text: every question, the lead's card, the refused rows."""
    found = []
    for name in of_kind("answer"):
        question = CATALOGUE[name]
        if not question.by_needed:
            found.append(downloads.csv(ask(db, name, params=GIVEN.get(name)).table.to_pandas()).decode())
        if question.by and not question.by_only:
            found.append(
                downloads.csv(
                    ask(db, name, by="contact_name", params=GIVEN.get(name)).table.to_pandas()
                ).decode()
            )
    values = {
        "as_of": db.as_of_default,
        "lead_id": "L1",
        "dimensions": ["contact_name", "channel"],
        "reason": None,
    }
    for name in ("lead_card", "dimension_values", "quarantined_rows"):
        found.append(downloads.csv(frame_of(run(db, name, values))).decode())
    return "\n".join(found)


LOOKS: dict[str, dict[str, str]] = {
    "the newest": {},
    "the old version": {"rules": "old"},
    "the version in force": {"rules": "new"},
    "the version to come": {"rules": "later"},
    "an old day": {"as_of": "2026-04-20"},
    "a day to come": {"as_of": "2095-01-01"},
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_no_version_and_no_day_lifts_the_mask(look: dict[str, str], masked: Path) -> None:
    with open_warehouse(masked, **look) as db:  # type: ignore[arg-type]
        text = saved(db)
    assert NAME not in text and MAIL not in text


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_no_version_and_no_day_masks_what_the_one_in_force_shows(look: dict[str, str], shown: Path) -> None:
    with open_warehouse(shown, **look) as db:  # type: ignore[arg-type]
        text = saved(db)
    assert NAME in text and MAIL in text


@pytest.mark.parametrize("look", [{"rules": "old"}, {"rules": "later"}, {"as_of": "2026-04-20"}])
@pytest.mark.parametrize("of", ["lead", "follow_ups", "conversion", "data_quality"])
def test_no_address_lifts_the_mask_of_a_page(of: str, look: dict[str, str]) -> None:
    at = opened(of, id="L1", **look)
    seen = [*texts(at), *(table.value.to_csv() for table in [*at.dataframe, *at.table])]
    seen += [option for box in at.multiselect for option in box.options]
    assert len(at.title) == 1 and not any(NAME in text or MAIL in text for text in seen)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_the_page_of_a_lead_names_who_the_rules_in_force_name(
    look: dict[str, str], shown: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUNNEL_DATA", str(shown))
    at = opened("lead", id="L1", **look)
    assert any(NAME in table.value.to_csv() for table in at.table)


def test_the_mask_changes_no_number(masked: Path, shown: Path) -> None:
    for look in LOOKS.values():
        with open_warehouse(masked, **look) as one, open_warehouse(shown, **look) as other:  # type: ignore[arg-type]
            assert one.key != other.key and one.rules.version == other.rules.version
            for name in of_kind("answer"):
                if name != "data_quality":  # counts the bytes of the files
                    by = "channel" if CATALOGUE[name].by_needed else None  # a name is masked itself
                    rows, others = (ask(db, name, by=by, params=GIVEN.get(name)).table for db in (one, other))
                    assert rows == others


def test_where_all_versions_mask_alike_only_the_one_that_is_asked_for_is_prepared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUNNEL_LAYERS", str(tmp_path / "layers"))
    write_world(company(MASKED, MASKED), tmp_path / "data")
    open_warehouse(tmp_path / "data", "old").close()
    assert len(list((tmp_path / "layers").glob("*.duckdb"))) == 1


def test_a_version_that_is_still_to_come_lifts_no_mask_of_an_import(
    masked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Desk] = []
    told = session.Desk.__init__

    def noted(here: Desk, *values: Any) -> None:
        told(here, *values)
        seen.append(here)

    monkeypatch.setattr(session.Desk, "__init__", noted)
    opened("import_data")
    cell = {"target": "email", "value": MAIL, "header": "mail", "reason": "unreadable"}
    assert seen and all(columns.value(here, cell) == "•••" for here in seen)
