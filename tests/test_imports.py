"""Who may import whom: the floors of the house, held by reading the imports (lazy ones too)."""

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GROUND = {"errors", "months", "local_time", "rows", "engine", "toml_values", "toml_files"}
SAYING = {"charts", "headlines", "words"}

# room, or file of the ground -> what it may import of ours, and why no more
FLOORS: dict[str, tuple[set[str], str]] = {
    "errors": (set(), "an error is a sentence in two languages and needs nothing"),
    "months": (set(), "arithmetic"),
    "local_time": ({"errors"}, "reads what people write, and says what it cannot"),
    "rows": (set(), "rows are plain values"),
    "engine": ({"errors"}, "DuckDB as everybody uses it: it knows no table"),
    "toml_values": ({"errors"}, "what any file of ours may hold"),
    "toml_files": ({"errors", "toml_values"}, "reads any file of ours"),
    "words": ({"months"}, "key to text, value to text: pure"),
    "rules": ({"errors", "toml_values", "toml_files", "words"}, "the definitions: no lead, no question"),
    "exports": ({"errors"}, "the contract and the files: no definition, no engine"),
    "layer": ({"errors", "engine", "local_time", "exports", "rules"}, "exports to intervals: no question, no screen"),
    "questions": (
        {"errors", "local_time", "months", "rows", "layer", "rules"},
        "one door for everybody, which gives an answer as a frame too: no screen, no word",
    ),
    "charts": ({"rows", "words"}, "answer to figure: pure; a rate is written there as everywhere"),
    "headlines": ({"rows", "months", "words"}, "answer to sentence: pure"),
    "importing": (
        {"errors", "rules", "words", "importing/reading", "importing/records", "importing/mapping", "importing/converting",
         "importing/joining", "importing/publishing"},
        "one flow from files to a generation: no layer, no question, no screen",
    ),
    "importing/reading": ({"errors", "exports"}, "bytes to texts: no tool, no definition, no row that is kept"),
    "importing/records": ({"words", "importing/reading"}, "what the steps hand on to each other: no step but the reading"),
    "importing/mapping": (
        {"errors", "rules", "toml_values", "toml_files", "importing/reading", "importing/records"},
        "which column means what: no row",
    ),
    "importing/converting": (
        {"errors", "engine", "importing/reading", "importing/records", "importing/mapping"},
        "texts to values, one file at a time",
    ),
    "importing/joining": (
        {"errors", "rules", "importing/records", "importing/mapping", "importing/converting"},
        "accepted rows of all files to leads: no file of a tool",
    ),
    "importing/publishing": ({"errors", "exports"}, "folders and the switch to one: no row"),
    "server": ({"words"}, "what Streamlit must be told, and all of its marks: no page"),
    "sample": ({"errors", "months"}, "writes exports as a tool would: it may not know what is made of them"),
    "ui/ground": ({"errors", "words"}, "what any widget is drawn with: escaped, and safe to fail"),
    "commands": (
        {"errors", "local_time", "exports", "layer", "questions", "rules", "sample", "words", "importing", "importing/records",
         "importing/publishing"},
        "everything but the screens",
    ),
    "ui/state": (
        {"errors", "local_time", "months", "rows", "exports", "layer", "questions", "rules", "words", "ui/ground"},
        "what is chosen and asked: draws nothing but its widgets",
    ),
    "ui/parts": (
        {"errors", "months", "charts", "layer", "questions", "words", "ui/ground", "ui/state"},
        "what pages are made of: no question of its own",
    ),
    "ui/importing": (
        {"ui/ground", "ui/state", "ui/parts", "errors", "local_time", "rules", "server", "importing", "importing/reading", "importing/records",
         "importing/mapping", "importing/publishing", "charts", "words"},
        "the page of the import: no layer, no question; the server knows the uploader's marks",
    ),
    "ui/cards": (
        {"ui/ground", "ui/state", "ui/parts", "ui/importing", "errors", "local_time", "months", "rows", "rules",
         "importing/records", "importing/publishing", *SAYING},
        "one card per question: no other page",
    ),
    "ui/shell": (
        {"ui/ground", "ui/state", "ui/parts", "errors", "local_time", "months", "exports", "layer", "questions", "rules", "server", "words"},
        "the frame around any page: no card",
    ),
    "ui": ({"ui/state", "ui/parts"}, "what every page takes in one import: no card"),
}  # fmt: skip
PAGES = (
    {"ui", "ui/cards", "ui/importing", "rows"},
    "a page picks and places: no figure, no sentence",
)


def room_of(path: Path) -> str:
    """`ui/parts` of a file in it; of a file of the ground its own name."""
    inside = path.relative_to(ROOT / "funnel")
    return inside.parent.as_posix() if inside.parent != Path() else inside.stem


def files_of_ours() -> dict[str, Path]:
    """Every module by its dotted name."""
    paths = (path for folder in ("funnel", "pages") for path in (ROOT / folder).glob("**/*.py"))
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in paths
    }


def imports(path: Path) -> set[str]:
    """Dotted names that a file imports, wherever it does; of `from a import b` both a and a.b."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


MODULES = files_of_ours()
# what a file needs: of `from package import module` the module alone
NEEDS = {
    name: {
        other
        for other in imports(path) & set(MODULES)
        if other != name and not any(more.startswith(f"{other}.") for more in imports(path) & set(MODULES))
    }
    for name, path in MODULES.items()
}


def rooms_needed(name: str) -> set[str]:
    """The rooms that a module imports from, its own aside."""
    own = room_of(MODULES[name]) if name.startswith("funnel") else ""
    return {room_of(MODULES[other]) for other in NEEDS[name]} - {own}


def test_every_room_has_a_floor_and_a_reason() -> None:
    rooms = {room_of(path) for name, path in MODULES.items() if name.startswith("funnel.")}
    assert rooms - {"__main__", "__init__"} == set(FLOORS)
    assert all(why for _, why in FLOORS.values())


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_imports_only_the_floors_below_it(floor: str) -> None:
    allowed, why = FLOORS[floor]
    for name, path in MODULES.items():
        if name.startswith("funnel.") and room_of(path) == floor:
            assert rooms_needed(name) <= allowed, f"{name}: {why}"


def test_a_page_imports_only_what_it_places() -> None:
    allowed, why = PAGES
    for name in MODULES:
        if name.startswith("pages."):
            assert rooms_needed(name) <= allowed, f"{name}: {why}"


def test_no_file_is_in_a_circle_of_imports() -> None:
    try:
        TopologicalSorter(NEEDS).prepare()
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


def test_no_room_is_in_a_circle_of_rooms() -> None:
    rooms: dict[str, set[str]] = {floor: set() for floor in FLOORS}
    for name, path in MODULES.items():
        if name.startswith("funnel.") and room_of(path) in rooms:
            rooms[room_of(path)] |= rooms_needed(name)
    try:
        TopologicalSorter(rooms).prepare()
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


def test_duckdb_is_imported_where_sql_is_run() -> None:
    users = {path.relative_to(ROOT).as_posix() for path in MODULES.values() if "duckdb" in imports(path)}
    assert users == {
        "funnel/engine.py",
        "funnel/layer/build.py",
        "funnel/layer/warehouse.py",
        "funnel/importing/converting/session.py",
    }


def test_streamlit_stays_in_the_screens() -> None:
    for name, path in MODULES.items():
        if not name.startswith(("funnel.ui", "funnel.server", "pages")):
            assert not any(other.split(".")[0] == "streamlit" for other in imports(path)), path


def test_charts_know_only_pandas_and_plotly() -> None:
    for path in (ROOT / "funnel" / "charts").glob("**/*.py"):
        foreign = {name.split(".")[0] for name in imports(path)} - set(sys.stdlib_module_names) - {"funnel"}
        assert foreign <= {"pandas", "plotly", "numpy"}, path


def test_importing_the_questions_does_not_import_streamlit() -> None:
    code = "import sys, funnel.questions.ask, funnel.commands.cli; sys.exit('streamlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_page_is_short() -> None:
    for path in (ROOT / "pages").glob("**/*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 50, path


def test_no_screen_imports_a_name_that_begins_with_an_underscore() -> None:
    for name, path in MODULES.items():
        if not name.startswith(("funnel.ui", "funnel.words", "funnel.months", "pages")):
            continue
        private = [other for other in imports(path) if other.split(".")[-1].startswith("_")]
        assert not [other for other in private if not other.endswith("__")], f"{name}: {private}"
