"""Draw the charts of docs/performance.md and fill in its tables, from what was measured.

python -m benchmarks.run --full --json docs/performance.json
python -m benchmarks.plots docs/performance.json

Groups may be measured one by one: name the files of all.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.charts import bar_chart, line_chart
from benchmarks.cost import HISTORY_BYTES, lines_of
from benchmarks.pages import fill, markdown
from benchmarks.timing import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

DOCS = ROOT / "docs"
PAGE = DOCS / "performance.md"
SCALING = DOCS / "scaling.md"
CORES, MEMORY_GIB = 64, 512
LONG_HOURS = 48
"""A run that takes longer is limited by time."""
USABLE = 0.9
"""Share of a machine's memory that a world may fill."""
NEAR_MIB, FAR_MIB = 4, 1024
"""Where columns of the members, and the arena of the ties, stand in the curve of random reads."""

Measured = dict[str, Any]


def together(files: Sequence[Path]) -> Measured:
    """Join what was measured group by group; of a group that is there twice the last counts.

    Raises
    ------
    SystemExit
        If they were not measured on the same machine.
    """
    parts = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    if any(part["machine"] != parts[0]["machine"] for part in parts):
        raise SystemExit("these figures are of different machines")
    groups: dict[str, list[Measured]] = {}
    for part in parts:
        for name in dict.fromkeys(row["group"] for row in part["rows"]):
            groups[name] = rows_of(part, name)
    return {**parts[0], "rows": [row for rows in groups.values() for row in rows]}


def rows_of(found: Measured, group: str) -> list[Measured]:
    """Return the rows of a group."""
    return [row for row in found["rows"] if row["group"] == group]


def targets(found: Measured) -> str:
    """Table of all targets."""
    headings = ("what", "target", "figure", "rival", "verdict")
    lines = []
    for row in (row for row in found["rows"] if row["group"] != "floor"):
        figure = "" if row["figure"] is None else f"{row['figure']:,.3g} {row['unit']}"
        verdict = row["verdict"] + (" (smaller case)" if row["smaller"] else "")
        cells = (row["what"], row["target"], figure, row["rival"], verdict)
        lines.append([cell.strip() for cell in cells])
    machine = found["machine"]
    where = f"{machine['processor']}, {machine['cores']} cores, Python {machine['python']}"
    return f"{markdown(headings, lines, words=5)}\n\nMeasured on {where}."


def largest(found: Measured) -> Measured:
    """Return the run of the largest world that was lived through."""
    runs = [run for row in rows_of(found, "growth") for run in row["details"]["runs"]]
    return max(runs, key=lambda run: int(run["members"]))


def phases(found: Measured) -> str:
    """Table of where the time of the largest world went."""
    run = largest(found)
    member_weeks = run["members"] * run["weeks"]
    spent = {"build": run["seconds_building"], **run["seconds_by_phase"]}
    total = sum(spent.values())
    lines = [
        (
            name,
            f"{seconds:,.1f}",
            f"{100 * seconds / total:.0f}",
            f"{seconds / member_weeks * 1e9:,.0f}",
        )
        for name, seconds in sorted(spent.items(), key=lambda part: -part[1])
    ]
    caption = f"{run['members']:,} members, {run['weeks']} weeks, {run['threads']} threads."
    headings = ("phase", "seconds", "%", "ns a member and week")
    return f"{caption}\n\n{markdown(headings, lines)}"


def reads(found: Measured) -> str:
    """Table of random reads by size."""
    lines = [
        (
            f"{each['mib']:,} MiB",
            each["threads"],
            f"{each['dependent']:.1f}",
            f"{each['independent']:.1f}",
        )
        for each in curve(found)
    ]
    others = [
        (row["what"], f"{row['figure']:,.3g} {row['unit']}")
        for row in rows_of(found, "floor")
        if row["unit"] != "ns"
    ]
    headings = ("read from", "threads", "ns, each waits for the last", "ns, independent")
    return f"{markdown(headings, lines)}\n\n{markdown(('what', 'figure'), others)}"


def curve(found: Measured) -> list[Measured]:
    """Return the random reads, by size and threads."""
    return [each for row in rows_of(found, "floor") for each in row["details"].get("curve", ())]


def price(found: Measured, mib: int, how: str) -> float:
    """Return nanoseconds a read on two threads, of the measured size nearest below `mib`."""
    fitting = [each for each in curve(found) if each["threads"] == 2 and each["mib"] <= mib]
    return float(max(fitting, key=lambda each: int(each["mib"]))[how])


def above_the_floor(found: Measured) -> str:
    """Table of the floor of each phase, and how far above it the largest world was."""
    run = largest(found)
    degree = run["mean_degree"]
    history = run["bytes"]["history"] / run["members"] / HISTORY_BYTES
    needed = lines_of(degree, history)
    acts = {**run["delivered"], "new tie": run["ties"] - run["ties_at_first"]}
    acts["message"] += acts["inmail"] + acts["introduce"]
    acts["upkeep"] += acts["congratulate"] + acts["article"]
    lines = []
    for phase in ("plan", "deliver", "respond", "tie"):
        floor = {}
        for how in ("independent", "dependent"):
            near, far = price(found, NEAR_MIB, how), price(found, FAR_MIB, how)
            floor[how] = sum(
                acts[act] * by_phase[phase].nanoseconds(near, far)
                for act, by_phase in needed.items()
                if phase in by_phase
            ) / (1e9 * run["threads"])
        spent = run["seconds_by_phase"][phase]
        lines.append(
            (
                phase,
                f"{floor['independent']:,.1f}",
                f"{floor['dependent']:,.1f}",
                f"{spent:,.1f}",
                f"{spent / floor['independent']:.1f}",
            )
        )
    headings = ("phase", "floor, s", "if every read waits, s", "measured, s", "times the floor")
    return markdown(headings, lines)


def one_machine(found: Measured) -> str:
    """Table of what a large machine carries, if the measured growth and threads go on."""
    run = largest(found)
    held = run["peak_bytes"] / run["members"]
    members = USABLE * MEMORY_GIB * 2**30 / held
    slope = rows_of(found, "growth")[0]["figure"]
    pair = [row["details"] for row in rows_of(found, "threads")][-1]
    # Amdahl's law, from two threads: 1 / speedup = serial + (1 - serial) / threads.
    serial = min(max(2 * pair["two"] / pair["one"] - 1, 0.0), 1.0)
    one_thread = run["seconds"] / (serial + (1 - serial) / run["threads"])
    hours = one_thread * (members / run["members"]) ** slope / 3600
    share = serial + (1 - serial) / CORES
    lines = [
        ("peak memory a member", f"{held / 1e3:,.2f} kB"),
        (f"members in {USABLE:.0%} of {MEMORY_GIB} GiB", f"{members / 1e6:,.0f} million"),
        (
            f"a core for a member and week, at {run['members']:,}",
            f"{one_thread / run['members'] / run['weeks'] * 1e6:,.1f} microseconds",
        ),
        ("growth of the time with members", f"N^{slope:.2f}"),
        (f"share that stays serial, from two threads at {pair['members']:,}", f"{serial:.0%}"),
        (f"{run['weeks']} weeks on one core", f"{hours:,.0f} hours"),
        (f"on {CORES} cores, if the parallel share scales", f"{hours * share:,.1f} hours"),
        ("what limits it", "memory" if hours * share < LONG_HOURS else "time"),
    ]
    return markdown(("a world with everything on", ""), lines)


def draw_growth(runs: list[Measured]) -> dict[str, str]:
    """Draw time and memory by members, and the phases of the largest world."""
    sizes = [run["members"] for run in runs]
    weekly = [run["seconds"] / run["members"] / run["weeks"] * 1e6 for run in runs]
    held = [sum(run["bytes"].values()) / run["members"] / 1e3 for run in runs]
    peak = [run["peak_bytes"] / run["members"] / 1e3 for run in runs]
    line_chart(
        {"two threads": (sizes, weekly)},
        x="members",
        y="µs a member and week",
        path=DOCS / "performance-time.svg",
        logarithmic=False,
    )
    line_chart(
        {"peak of the process": (sizes, peak), "state of the world": (sizes, held)},
        x="members",
        y="kilobytes a member",
        path=DOCS / "performance-memory.svg",
    )
    spent = {"build": runs[-1]["seconds_building"], **runs[-1]["seconds_by_phase"]}
    bar_chart(
        {name.replace("_", " "): seconds for name, seconds in spent.items()},
        x="seconds",
        path=DOCS / "performance-phases.svg",
    )
    return {
        "Seconds by phase of the largest world": "performance-phases.svg",
        "Microseconds a member and week, by members": "performance-time.svg",
        "Kilobytes a member, by members": "performance-memory.svg",
    }


def draw_threads(pairs: list[Measured]) -> dict[str, str]:
    """Draw how much two threads gain, by members."""
    sizes = [pair["members"] for pair in pairs]
    line_chart(
        {"two threads": (sizes, [pair["one"] / pair["two"] for pair in pairs])},
        x="members",
        y="two threads, times as fast",
        path=DOCS / "performance-threads.svg",
        logarithmic=False,
    )
    return {"Two threads against one, by members": "performance-threads.svg"}


def draw_reads(points: list[Measured]) -> dict[str, str]:
    """Draw what a random read takes, by how much is read from."""
    lines = {}
    for how, words in (("dependent", "each waits for the last"), ("independent", "independent")):
        for threads, said in ((1, "1 thread"), (2, "2 threads")):
            chosen = [each for each in points if each["threads"] == threads]
            sizes = [each["mib"] for each in chosen]
            lines[f"{words}, {said}"] = sizes, [each[how] for each in chosen]
    line_chart(lines, x="MiB read from", y="ns a read", path=DOCS / "performance-floor.svg")
    return {"Nanoseconds a read, by MiB read from": "performance-floor.svg"}


def shown(charts: Measured) -> str:
    """Return charts as they stand in a page, by their title."""
    return "\n\n".join(f"![{title}]({name})" for title, name in charts.items())


def main() -> None:
    """Draw the charts and fill in the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plots", description=__doc__)
    parser.add_argument("figures", type=Path, nargs="+", help="JSON of python -m benchmarks.run")
    found = together(parser.parse_args().figures)
    runs = [run for row in rows_of(found, "growth") for run in row["details"].get("runs", ())]
    pairs = [row["details"] for row in rows_of(found, "threads") if "two" in row["details"]]
    parts = {"targets": targets(found)}
    if runs:
        parts["phases"] = f"{phases(found)}\n\n{shown(draw_growth(runs))}"
    if pairs:
        parts["threads"] = shown(draw_threads(pairs))
    if curve(found):
        parts["reads"] = f"{reads(found)}\n\n{shown(draw_reads(curve(found)))}"
    if runs and curve(found):
        parts["floor"] = above_the_floor(found)
    fill(PAGE, parts)
    if runs and pairs:
        fill(SCALING, {"machine": one_machine(found)})


if __name__ == "__main__":
    main()
