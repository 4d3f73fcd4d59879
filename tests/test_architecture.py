"""The house keeps its shape: who may import whom, where chance comes from, how large a file is."""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "sim").rglob("*.py"))
MOST_LINES = 350

BELOW = {"errors": 0, "compiled": 0, "portable": 1, "philox": 1, "draws": 2, "sampling": 3}
"""What anyone may import, by rank among themselves."""
SIMULATION = {
    "scenario": 10,
    "world": 20,
    "rules": 30,
    "strategies": 40,
    "metrics": 40,
    "agent": 40,
    "export": 40,
    "model": 50,
    "batch": 60,
    "cli": 100,
}
ANALYSIS = {"results": 10, "analysis": 20, "report": 30, "cli": 100}
BOTH_TOWERS = {("batch", "results"), ("cli", "results"), ("cli", "analysis"), ("cli", "report")}
ONLY = {
    "strategies": {"rules.view"},
    "metrics": {"world"},
    "agent": {"world"},
    "export": {"world"},
}
"""Rooms that may import from nothing above `BELOW` but this."""
CHANCE = {"random", "secrets", "numpy.random", "np.random", "uuid.uuid4", "os.urandom"}


def module_of(path: Path) -> str:
    """Return the dotted name of a file, without `sim.`: `world.ties`; empty for the package."""
    parts = path.relative_to(ROOT / "sim").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def room_of(module: str) -> str:
    return module.split(".")[0]


MODULES = {module_of(path) for path in FILES}


def imports_of(path: Path) -> Iterator[tuple[str, str]]:
    """Yield every import as (module, name): also those inside functions and for types alone."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((each.name, "") for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from ((node.module or "", each.name) for each in node.names)


def house_imports(path: Path) -> set[str]:
    """Return the modules of this package that a file imports, without `sim.`."""
    found = set()
    for module, name in imports_of(path):
        if module == "sim" or module.startswith("sim."):
            inner = module.removeprefix("sim").removeprefix(".")
            deeper = f"{inner}.{name}".removeprefix(".")
            found.add(deeper if deeper in MODULES else inner)
    return found - {""}


def allowed(importer: str, imported: str) -> bool:
    """Whether one module may import another."""
    here, there = room_of(importer), room_of(imported)
    if here == there:
        return True
    if there in BELOW:
        return here not in BELOW or BELOW[here] > BELOW[there]
    if here in BELOW:
        return False
    if here in ONLY:
        return any(imported == each or imported.startswith(f"{each}.") for each in ONLY[here])
    if (here, there) in BOTH_TOWERS:
        return True
    for tower in (SIMULATION, ANALYSIS):
        if here in tower and there in tower:
            return tower[here] > tower[there]
    return False


def test_every_room_has_its_place() -> None:
    rooms = {room_of(module) for module in MODULES} - {""}
    assert rooms == {*BELOW, *SIMULATION, *ANALYSIS}


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_imports_run_one_way(path: Path) -> None:
    importer = module_of(path)
    if importer:  # the package itself hands out names of every room, when they are asked for
        wrong = {each for each in house_imports(path) if not allowed(importer, each)}
        assert not wrong, f"{importer} imports {sorted(wrong)}"


def test_the_rules_themselves() -> None:
    """The check can fail: it knows what is not allowed."""
    for importer, imported in [
        ("world.ties", "rules.view"), ("strategies.base", "world.ties"), ("agent", "rules.look"),
        ("strategies.base", "rules.look"), ("analysis.rows", "metrics"), ("results.runs", "batch"),
        ("model", "results"), ("draws", "world"), ("report.words", "model"), ("errors", "draws"),
        ("scenario.check", "strategies"), ("batch.run", "analysis"), ("metrics.graph", "rules"),
    ]:  # fmt: skip
        assert not allowed(importer, imported), (importer, imported)
    for importer, imported in [
        ("rules.look", "world.ties"), ("strategies.base", "rules.view"), ("batch.run", "results"),
        ("report.words", "analysis"), ("cli", "report"), ("cli", "model"), ("world.build", "draws"),
        ("draws", "compiled"), ("model", "metrics"), ("scenario.check", "errors"),
    ]:  # fmt: skip
        assert allowed(importer, imported), (importer, imported)


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_chance_comes_from_draws_alone(path: Path) -> None:
    """Mesa makes generators of its own; `test_model` shows that nobody uses them."""
    used = {f"{module}.{name}".rstrip(".") for module, name in imports_of(path)}
    used |= {module for module, _ in imports_of(path)}
    used |= {ast.unparse(node) for node in ast.walk(tree_of(path)) if _is_attribute(node)}
    wrong = {each for each in used if each in CHANCE}
    assert not wrong, f"{path.name} uses {sorted(wrong)}"


def _is_attribute(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute)


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_no_file_needs_scrolling_to_be_understood(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_names_of_modules(path: Path) -> None:
    """None is called `utils`, and none like a module of the standard library."""
    for name in module_of(path).split("."):
        assert name not in {"utils", "util", "helpers", "common", "misc"}
        assert name not in sys.stdlib_module_names


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_what_is_public_is_described(path: Path) -> None:
    missing = [name for name, node in _public(tree_of(path)) if not ast.get_docstring(node)]
    assert not missing
    assert ast.get_docstring(tree_of(path))


Described = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _public(node: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[tuple[str, Described]]:
    """Yield the public functions, classes and methods of a module or class."""
    for child in node.body:
        if isinstance(child, Described) and not child.name.startswith("_"):
            yield prefix + child.name, child
            if isinstance(child, ast.ClassDef):
                yield from _public(child, f"{child.name}.")


def test_kernels_stand_where_a_change_of_them_is_noticed() -> None:
    """Whatever holds a kernel, or is imported by what does, is part of the key of their cache."""
    from sim.compiled import compiled_sources

    watched = {module_of(path) for path in compiled_sources(ROOT / "sim")}
    for path in FILES:
        if ("sim.compiled", "kernel") in set(imports_of(path)):
            needed = {module_of(path)} | {
                each for each in house_imports(path) if room_of(each) not in ("errors", "scenario")
            }
            assert needed <= watched, module_of(path)


def test_public_names_stay_what_they_are() -> None:
    import sim

    for name in sim.__all__:
        first = getattr(sim, name)
        assert callable(first)
        assert getattr(sim, name) is first
