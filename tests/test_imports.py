"""Who may import whom: the floors of the house, held by reading the imports."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCREENS = {"streamlit"}

# module (or package) -> what it may import of ours; "*" = anything but the screens
FLOORS: dict[str, set[str]] = {
    "errors": set(),
    "scope": set(),
    "instants": {"errors"},
    "calendar": {"errors"},
    "rule_values": {"errors", "calendar", "rule_models"},
    "rule_models": {"errors", "calendar", "rule_values"},
    "rule_checks": {"errors", "calendar", "rule_values", "rule_models"},
    "rule_tables": {"errors", "calendar", "rule_values", "rule_models"},
    "toml_files": {"errors", "rule_values"},
    "rules": {"errors", "calendar", "rule_values", "rule_models", "rule_checks", "rule_tables", "toml_files"},
    "intact": set(),
    "served": {"errors", "intact"},
    "exports": {"errors", "intact", "served"},
    "layers": {"errors"},
    "warehouse": {"errors", "instants", "rules", "exports", "layers"},
    "arguments": {"errors", "rules"},
    "importing": {
        "errors",
        "importing",
        "exports",
        "instants",
        "rule_models",
        "rule_values",
        "rules",
        "served",
        "toml_files",
        "warehouse",
        "words",
    },
    "terminal": set(),
    "questions": {"errors", "instants", "scope", "arguments", "warehouse"},
    "answers": {"scope", "questions", "warehouse"},
    "frames": set(),
    "charts": {"charts", "frames"},
    "words": set(),
    "labels": {"calendar", "rule_values", "rules", "words"},
    "sentences": {"sentences", "frames", "words"},
}


def modules(name: str) -> list[Path]:
    single = ROOT / "funnel" / f"{name}.py"
    return [single] if single.exists() else sorted((ROOT / "funnel" / name).glob("**/*.py"))


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def ours(path: Path) -> set[str]:
    parts = (name.split(".") for name in imports(path))
    return {
        part[1]
        for part in parts
        if part[0] == "funnel"
        and len(part) > 1
        and ((ROOT / "funnel" / f"{part[1]}.py").exists() or (ROOT / "funnel" / part[1]).is_dir())
    }


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_imports_only_the_floors_below_it(floor: str) -> None:
    for path in modules(floor):
        assert ours(path) <= FLOORS[floor], path


def test_duckdb_is_imported_where_sql_is_run() -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for folder in ("funnel", "pages")
        for path in (ROOT / folder).glob("**/*.py")
        if any(name.split(".")[0] == "duckdb" for name in imports(path))
    }
    assert users == {"funnel/layer/warehouse.py", "funnel/importing/converting/session.py"}


def test_streamlit_stays_in_the_screens() -> None:
    for path in (ROOT / "funnel").glob("**/*.py"):
        if "ui" not in path.relative_to(ROOT / "funnel").parts[0]:
            assert not any(name.split(".")[0] in SCREENS for name in imports(path)), path


def test_charts_know_only_pandas_and_plotly() -> None:
    for path in modules("charts"):
        foreign = {name.split(".")[0] for name in imports(path)} - set(sys.stdlib_module_names) - {"funnel"}
        assert foreign <= {"pandas", "plotly", "numpy"}, path


def test_importing_the_answers_does_not_import_streamlit() -> None:
    code = "import sys, funnel.answers, funnel.commands.cli; sys.exit('streamlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
