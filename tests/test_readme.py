"""The README is true: its commands run, its stories are asked where it says, its layout is that of the house."""

import re
import shlex
from pathlib import Path

import click
import pytest

from funnel.commands.cli import commands
from funnel.questions.catalogue import CATALOGUE
from funnel.ui.ground.pages import PAGES
from funnel.words.translate import say
from tests.test_imports import MODULES, NEEDS, room_of

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
NO_PAGE = "—(コマンドライン)"


def section(title: str) -> str:
    """The text under the heading that starts so."""
    (text,) = re.findall(rf"^## {title}.*?\n(.*?)(?=^## |\Z)", README, re.M | re.S)
    return str(text)


def command_lines() -> list[list[str]]:
    """The arguments of every `python -m funnel …` of the README, comments left out."""
    found = re.findall(r"python -m funnel ([^\n`|]+)", README)
    return [shlex.split(line, comments=True) for line in found]


def parsed(arguments: list[str]) -> tuple[click.Command, click.Context]:
    """The command that the arguments name, with its values. Raises click.UsageError."""
    command: click.Command = commands
    context = click.Context(commands)
    while isinstance(command, click.Group):
        name, command_or_none, arguments = command.resolve_command(context, arguments)
        assert command_or_none is not None, name
        command = command_or_none
        if isinstance(command, click.Group) and (not arguments or arguments[0].startswith("-")):
            break
        context = click.Context(command, parent=context, info_name=name)
    command.parse_args(context, list(arguments))
    return command, context


def stories() -> list[tuple[str, list[str], str]]:
    """What happened, the pages that show it, the question."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| `([^`]+)` \|$", section("サンプル企業"), re.M)
    return [(story, pages.strip().split("、"), question) for story, pages, question in rows]


def pages_by_title() -> dict[str, str]:
    return {
        say(f"page.{name}", "ja"): path
        for entries in PAGES.values()
        for name, (path, _) in entries.items()
    }  # fmt: skip


def asked_on(path: str) -> set[str]:
    """The questions that a page and the cards it places name."""
    waiting, seen = [path.removesuffix(".py").replace("/", ".")], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in seen and (name.startswith("pages.") or room_of(MODULES[name]) == "ui/cards"):
            seen.add(name)
            waiting += NEEDS[name]
    texts = [MODULES[name].read_text(encoding="utf-8") for name in seen]
    return {question for text in texts for question in re.findall(r'ask\(\s*"(\w+)"', text)}


def test_every_command_of_the_readme_is_one_that_there_is() -> None:
    lines = command_lines()
    assert len(lines) > 20
    for arguments in lines:
        if len(arguments) == 1:  # named in a sentence
            assert arguments[0] in commands.commands
        elif "--help" not in arguments:  # which ends there, whatever the command
            parsed(arguments)


def test_a_command_that_there_is_not_is_noticed() -> None:
    for wrong in (["querry", "funnel"], ["query", "funnel", "--frm", "2026-01"]):
        with pytest.raises(click.UsageError):
            parsed(wrong)


def test_every_question_of_the_readme_is_answered_for_the_sample(
    sample_dir: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    lines = [
        arguments for arguments in command_lines() if arguments[0] == "query" and "--help" not in arguments
    ]
    lines += [["query", *shlex.split(question)] for _, _, question in stories()]
    assert len(lines) > 10
    for arguments in lines:
        commands([*arguments, "--data", str(sample_dir)], standalone_mode=False)
        out, _ = capfdbinary.readouterr()
        assert out, arguments


def test_every_story_names_pages_that_ask_its_question() -> None:
    titles = pages_by_title()
    anywhere = {question for path in titles.values() for question in asked_on(path)}
    for story, pages, question in stories():
        name = question.split()[0]
        assert name in CATALOGUE, story
        if pages == [NO_PAGE]:
            assert name not in anywhere, story
        else:
            assert [page for page in pages if name not in asked_on(titles[page])] == [], story


def test_every_page_has_a_screen_in_the_readme_with_its_question() -> None:
    for title, path in pages_by_title().items():
        name = Path(path).stem
        assert f"![{title}](docs/screens/{name}.png) {title} — " in README, title


def test_every_path_of_the_readme_is_there() -> None:
    linked = re.findall(r"\]\((?!http|#)([^)#]+)\)", README)
    named = re.findall(r"`((?:funnel|tests|pages|benchmarks)/[\w./-]*)`", README)
    assert len(linked) > 10
    assert [path for path in {*linked, *named} if not (ROOT / path).exists()] == []


def test_the_layout_names_what_is_there_and_every_room_of_the_house() -> None:
    layout = section("つくり").split("```")[1]
    paths = re.findall(r"(?:funnel|pages|tests|benchmarks)/[\w./]*|app\.py", layout)
    assert [path for path in paths if not (ROOT / path).exists()] == []
    rooms = {
        f"{path.parent.relative_to(ROOT).as_posix()}/"
        for path in MODULES.values()
        if path.name != "__init__.py" and path.parent != ROOT / "funnel"
    }
    assert sorted(rooms - set(paths)) == []


def test_make_knows_the_targets_of_the_readme() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"\bmake ([a-z]+)", README)) <= targets
