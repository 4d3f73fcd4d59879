"""Tables of the parameters, for `list parameters`, the manifest and `docs/parameters.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.scenario.problems import dotted
from sim.scenario.schema import EACH, at, leaves, of_strategy_parameter, range_of, type_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sim.scenario.schema import Strategies
    from sim.scenario.study import Scenario

_COLUMNS = ("key", "type", "default", "unit", "range", "meaning", "source")

_OPENING = """\
# Parameters

All keys of a scenario file. Generated from the declarations in `sim/scenario/` and
`sim/strategies/` by `netgrow list parameters --format md`; do not edit.

A source such as `F12` is a published number and `S3` a claim under test; both are in
[facts.md](facts.md). `assumption` is a value that nobody has measured, to be varied; `choice` is up
to whoever asks the question.
"""


def parameter_table(strategies: Strategies | None = None) -> list[dict[str, Any]]:
    """Return a row for each parameter a scenario may have.

    Parameters
    ----------
    strategies
        The parameters that strategies declare, as for `schema`; they come last, with keys such as
        `arms.<group_driven>.focus`.

    Returns
    -------
    list of dict
        With `key` (dotted), `type`, `default` (None if there is none), `unit`, `range`, `meaning`
        and `source`, in order of declaration; `range` says so if the key must be given.
    """
    return [_row(_written(key), part, required) for key, part, required in leaves()] + [
        _row(f"arms.<{name}>.{each['key']}", of_strategy_parameter(each), False)
        for name, parameters in (strategies or {}).items()
        for each in parameters
    ]


def parameter_rows(scenario: Scenario) -> list[dict[str, Any]]:
    """Return a row for each declared parameter with the value it has in a scenario.

    The arms are left out: what their keys mean is declared by their strategies.

    Returns
    -------
    list of dict
        With `key` (dotted), `value`, `default`, `unit`, `range`, `meaning` and `source`; values
        are of the types that JSON has.
    """
    values = dict(_flat(scenario.model_dump(mode="json", by_alias=True)))
    return [
        {"key": row["key"], "value": values[row["key"]], **row}
        for row in parameter_table()
        if row["key"] in values
    ]


def parameters_markdown(strategies: Strategies | None = None) -> str:
    """Return `docs/parameters.md`.

    Parameters
    ----------
    strategies
        The parameters that strategies declare, as for `schema`.
    """
    parts: dict[str, list[Mapping[str, Any]]] = {}
    for row in parameter_table(strategies):
        parts.setdefault(row["key"].rpartition(".")[0], []).append(row)
    text = [_OPENING]
    for section, rows in parts.items():
        declared = at(section.replace(EACH, f".{EACH}").split("."))
        heading = f"`[{section}]`" if section else "The study"
        if section.endswith(EACH):
            heading = f"`[[{section.removesuffix(EACH)}]]`"
        meaning = _first_line((declared or {}).get("description", "Keys at the top of the file."))
        if section.startswith("arms.<") and section != "arms.<name>":
            heading, meaning = (
                f"Strategy `{section[6:-1]}`",
                "Further keys of an arm that plays it.",
            )
        text.append(f"## {heading}\n\n{meaning}\n\n{_table(rows)}")
    return "\n".join(text)


def _written(key: Iterable[str]) -> str:
    """Return a key with `policy[]` for each table of the list `policy`."""
    return ".".join(key).replace(f".{EACH}", EACH)


def _row(key: str, part: Mapping[str, Any], required: bool) -> dict[str, Any]:
    return {
        "key": key,
        "type": type_of(part),
        "default": part.get("default"),
        "unit": part["unit"],
        "range": "; ".join(filter(None, [range_of(part), "required" if required else ""])),
        "meaning": part["description"],
        "source": part["source"],
    }


def _flat(values: Mapping[str, Any], prefix: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        key = (*prefix, name)
        declared = at(key)
        if declared is not None and "properties" in declared:
            yield from _flat(value or {}, key)
        else:
            yield dotted(key), value


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _table(rows: Iterable[Mapping[str, Any]]) -> str:
    lines = [f"| {' | '.join(_COLUMNS)} |", "|---" * len(_COLUMNS) + "|"]
    lines += [
        f"| {' | '.join(_cell(column, row[column]) for column in _COLUMNS)} |" for row in rows
    ]
    return "\n".join(lines) + "\n"


def _cell(column: str, value: Any) -> str:
    match value:
        case None:
            text = ""
        case bool():
            text = str(value).lower()
        case dict():
            text = ", ".join(f"{key} = {item}" for key, item in value.items())
        case list() | tuple():
            text = ", ".join(str(item) for item in value)
        case _:
            text = str(value)
    text = text.replace("|", "\\|").replace("<", "&lt;")
    return f"`{value}`" if column == "key" else text
