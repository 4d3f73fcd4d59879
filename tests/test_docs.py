"""What the documentation shows is true: examples run, and commands exist with their options."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import pytest
from analysis.swept import Swept

import sim
from sim.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


class Example(NamedTuple):
    """A block, or a line, of a page."""

    page: Path
    line: int
    text: str


def blocks(*languages: str) -> Iterator[Example]:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for found in FENCE.finditer(text):
            if found[1] in languages:
                yield Example(page, text[: found.start(2)].count("\n") + 1, found[2])


def commands() -> Iterator[Example]:
    """Yield every line that calls `netgrow`, as it stands or at the end of a chain."""
    for block in blocks("console", "sh", "bash"):
        for number, line in enumerate(block.text.splitlines()):
            for part in line.split("&&"):
                words = part.strip().removeprefix("$ ")
                if re.match(r"(\S*/)?netgrow\s", words):
                    yield Example(block.page, block.line + number, words)


def named(example: Example) -> str:
    return f"{example.page.name}:{example.line}"


EXAMPLES, COMMANDS = list(blocks("python")), list(commands())


def test_there_is_something_to_check() -> None:
    pages = {example.page.name for example in EXAMPLES}
    assert "README.md" in pages
    assert len(COMMANDS) > 5


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like a clone in which the README's first command was run, with a small world."""
    folder = tmp_path_factory.mktemp("clone")
    (folder / "scenarios").symlink_to(ROOT / "scenarios")
    file = ROOT / "scenarios" / "known-vs-groups.toml"
    scenario = sim.load_scenario(file, weeks=4, seeds=3, members={"count": 60})
    outcome = sim.run_study(scenario, folder / "results" / "known-vs-groups")
    assert outcome.failed == 0
    swept = Swept({"response.base": (-2.0, 1.0, "linear"), "weeks": (10.0, 90.0, "linear")},
                  lambda values: float(values.get("response.base", 0.0)))  # fmt: skip
    swept.write(folder / "results" / "my-sweep")
    return folder


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_examples_run(example: Example, clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone)
    code = compile("\n" * (example.line - 1) + example.text, example.page.name, "exec")
    # Dataclasses look up the module that they are written in.
    exec(code, {"__name__": "__main__"})


@pytest.mark.parametrize("example", list(blocks("r")), ids=named)
def test_examples_in_r_run(example: Example, clone: Path) -> None:
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed here")
    ended = subprocess.run(
        ["Rscript", "-e", example.text], cwd=clone, capture_output=True, text=True, check=False
    )
    if "there is no package called" in ended.stderr:
        pytest.skip("R is here, but not its packages arrow and dplyr")
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("example", COMMANDS, ids=named)
def test_commands_exist_with_their_options(example: Example) -> None:
    refuse_wrong(example.text)


def refuse_wrong(line: str) -> None:
    """Raise what click says of a command line; nothing is run and no file needs to exist."""
    _, *words = shlex.split(line, comments=True)
    with click.Context(main, info_name="netgrow") as context:
        _, command, rest = main.resolve_command(context, words)
        assert command is not None
        with click.Context(command, context, command.name, resilient_parsing=False) as inside:
            given, left, _ = command.make_parser(inside).parse_args(list(rest))
            assert not left
            for parameter in command.get_params(inside):
                value = given.get(parameter.name or "")
                if isinstance(parameter.type, click.Choice) and isinstance(value, str):
                    parameter.type.convert(value, parameter, inside)


@pytest.mark.parametrize(
    "line", ["netgrow fly", "netgrow run a.toml --wings 2", "netgrow list birds", "netgrow run -n"]
)
def test_a_wrong_command_would_be_noticed(line: str) -> None:
    with pytest.raises((click.UsageError, click.BadParameter)):
        refuse_wrong(line)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target.strip()).exists(), target


def test_shown_scenarios_are_valid(tmp_path: Path) -> None:
    from sim.scenario.load import check_file

    shown = [example for example in blocks("toml") if "question" in example.text]
    assert shown
    for number, example in enumerate(shown):
        path = tmp_path / f"{number}.toml"
        path.write_text(example.text, encoding="utf-8")
        assert check_file(path) == (), named(example)
