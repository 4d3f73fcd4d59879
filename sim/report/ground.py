"""Last sections: what the study cannot tell, what it assumes, where its numbers come from."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from sim.report.document import (
    Block,
    Bullets,
    Cell,
    Code,
    Facts,
    Fold,
    Heading,
    Section,
    Table,
    Text,
)
from sim.report.words import (
    QUESTIONS,
    capital,
    clean,
    counted,
    label,
    listed,
    number,
    percent,
    stopped,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.report.study import Study

_TOLD_ELSEWHERE = ("name", "question", "claims", "primary", "tests")
"""Settings that say what the study is about, not what it assumes."""

_SATURATED = 0.5
"""Share of a world within two steps above which its walls decide."""
_SMALL = 0.02
"""Share of a world at two steps above which group messages find more than in a large one."""


def limits(study: Study) -> Section:
    """Say what the study cannot tell."""
    told = [*_walls(study)]
    parameters = study.manifest.get("parameters", [])
    settings = {str(item.get("key", "")): item.get("value") for item in parameters}
    pure = sum(str(item.get("source", "")).startswith("assumption") for item in parameters)
    partly = sum(_is_assumed(item) for item in parameters) - pure
    if pure + partly:
        told.append(
            f"Of the {len(parameters)} settings {pure} are assumptions without a published number "
            f"behind them, and {partly} more rest on one only in part. The verdict holds for these "
            "settings; vary those you doubt and see whether it depends on them."
        )
    told += _small(study, settings)
    if settings.get("population.on") is not True:
        told.append(
            "The world is a closed room: nobody joins and nobody leaves, so late weeks run short "
            "of new people earlier than a real network would."
        )
    files = study.manifest.get("data")
    if files:
        told.append(
            f"Real are only the tables read from files ({listed(sorted(files))}). All else is made "
            "up: whatever they do not hold, how much time people have, and how they answer."
        )
    else:
        told.append(
            "The people are made up: the worlds are generated to resemble professional networks, "
            "none was measured."
        )
    if "interviews" in study.metrics:
        told.append(
            "Interviews and offers follow from assumed chances; whether somebody is good at the "
            "job plays no part."
        )
    else:
        told.append(
            "Being within two steps of a decision-maker is an opportunity. The study says nothing "
            "about what a conversation then leads to."
        )
    told += [
        (
            "Only the arms listed were tried. A mixture of them, or the same strategy with other "
            "settings, may do better than any."
        ),
    ]
    told += [capital(stopped(clean(note))) for note in _notes(study)]
    return Section("limits", "What this cannot tell", [Bullets(told)])


def _notes(study: Study) -> Sequence[str]:
    if study.comparison is not None:
        return study.comparison.notes
    return study.results.notes if study.results else ()


def _walls(study: Study) -> list[str]:
    """Tell when so much of the world is within two steps that arms can hardly differ."""
    members = _members(study)
    told = []
    for question in study.questions:
        near = [study.means(question, name) for name in ("reach_1", "reach_2")]
        heading = QUESTIONS.get(question, (label(question), ""))[0]
        if not members or not all(near):
            continue
        share = {arm: (near[0][arm] + near[1].get(arm, 0.0)) / members for arm in near[0]}
        wide = {arm: value for arm, value in share.items() if value > _SATURATED}
        if wide:
            arms = listed(
                [f"{percent(wide[a])} under {label(a)}" for a in study.looks if a in wide]
            )
            told.append(
                f"{heading}, the walls of the world are close: of its {members:,} members, those "
                f"within two steps of a focal member make up {arms}. Whoever is within reach "
                "already cannot be gained again, so differences in reach are compressed."
            )
    return told


def _small(study: Study, settings: Mapping[str, object]) -> list[str]:
    """Tell when the rule on messages in groups would bite harder in a larger world."""
    members = _members(study)
    near = study.means(study.questions[0], "reach_2") if study.questions else {}
    generated = not study.manifest.get("data")
    if not (members and near and generated) or settings.get("platform.message_level") != 2:
        return []
    share = max(near.values()) / members
    if share < _SMALL:
        return []
    told = (
        f"The world is small: up to {percent(share)} of its {members:,} members are two steps from "
        "a focal member. Fellow members of a group may be written to at two steps at most, and in "
        "a larger world few are so near. In worlds of 100,000 members and more this turned around "
        "the order of groups and acquaintances (docs/scaling.md): take more members "
        "(--set members.count=100000) before you act on what is said of groups."
    )
    return [told]


def _members(study: Study) -> int:
    """Return the size of the worlds, 0 if it is not known."""
    told = study.manifest.get("members")
    if isinstance(told, int):
        return told
    # Older manifests name only the size of worlds that are made; real input brings its own.
    if study.manifest.get("data"):
        return 0
    sizes = {item.get("key"): item.get("value") for item in study.manifest.get("parameters", [])}
    size = sizes.get("members.count")
    return size if isinstance(size, int) else 0


def assumptions(study: Study) -> Section:
    """List every setting with its source; those changed for this study first."""
    parameters = [
        item
        for item in study.manifest.get("parameters", [])
        if item.get("key") not in _TOLD_ELSEWHERE
    ]
    if not parameters:
        return Section("assumptions", "Assumptions and sources", [Text("None were recorded.")])
    changed = [item for item in parameters if item.get("value") != item.get("default")]
    usual = [item for item in parameters if item.get("value") == item.get("default")]
    assumed = [item for item in usual if _is_assumed(item)]
    sourced = [item for item in usual if not _is_assumed(item)]
    blocks: list[Block] = [
        Text(
            "Every number the simulation uses. F… is a published figure, S… a claim that the "
            "project set out to test; both are listed in docs/facts.md of the project, and every "
            "setting is described in docs/parameters.md. “Assumption” means that nobody measured "
            "it, or not quite that: change it and run again if you know better."
        )
    ]
    if changed:
        blocks.append(_parameters("Set for this study, other than usual", changed, default=True))
    else:
        blocks.append(Text("Every setting has its usual value."))
    for name, items in (("Assumptions", assumed), ("With a source, or a choice", sourced)):
        if items:
            table = _parameters(f"{name}, at their usual value", items, default=False)
            blocks.append(Fold(f"{name} ({len(items)})", [table]))
    return Section("assumptions", "Assumptions and sources", blocks)


def _is_assumed(item: Mapping[str, Any]) -> bool:
    return "assumption" in str(item.get("source", ""))


def _parameters(caption: str, items: Sequence[Mapping[str, Any]], *, default: bool) -> Table:
    rows = []
    for item in items:
        unit = f" {clean(str(item.get('unit') or ''))}".rstrip()
        cells = [
            Cell(capital(clean(str(item.get("meaning") or item.get("key"))))),
            Cell(_value(item.get("value")) + unit),
        ]
        if default:
            cells.append(Cell(_value(item.get("default"))))
        source = clean(str(item.get("source") or "")) or "not recorded"
        rows.append(
            [
                *cells,
                Cell(source, "mark" if _is_assumed(item) else ""),
                Cell(clean(str(item.get("key", ""))), "quiet"),
            ]
        )
    heads = ["What it is", "Value", *(["Usual value"] if default else []), "Source", "Key"]
    return Table(caption, heads, rows, stacked=True)


def _value(value: object) -> str:
    match value:
        case None:
            return "not given"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            return number(value) if abs(value) < 0.001 else f"{value:,.10g}"
        case list() | tuple():
            return ", ".join(map(_value, value)) or "none"
        case dict():
            return ", ".join(f"{label(str(key))} {_value(item)}" for key, item in value.items())
        case _:
            return clean(str(value))


def provenance(study: Study) -> Section:
    """Say what made the numbers, and how to make them again."""
    manifest = study.manifest
    blocks: list[Block] = [
        Text("This command, with the same version, gives the same numbers, bit for bit:"),
        Code(clean(str(manifest.get("command") or "netgrow run scenario.toml"))),
        Text(
            "The scenario as it was run, every setting written out, is scenario.toml beside this "
            "report. This page is written by:"
        ),
        Code(f"netgrow report {shlex.quote(clean(study.directory.name))}"),
        Facts(_facts(study)),
    ]
    repairs = [clean(str(item)) for item in manifest.get("repairs", [])]
    if repairs:
        blocks += [Heading("What was mended in the input"), Bullets(repairs)]
    failed = study.runs.filter(study.runs["status"] == "failed")
    if failed.height:
        errors = [
            f"{clean(str(row.get('run', '')))}: {clean(str(row.get('error', '')))}"
            for row in failed.iter_rows(named=True)
        ]
        blocks.append(Fold(f"{counted(failed.height, 'failed run')}", [Bullets(errors)]))
    digests = _digests(manifest)
    if digests:
        rows = [[Cell(clean(name)), Cell(clean(str(value)))] for name, value in digests]
        table = Table("SHA-256 of input and result tables", ["File", "SHA-256"], rows)
        blocks.append(Fold(f"Digests of {counted(len(rows), 'file')}", [table]))
    return Section("provenance", "Where these numbers come from", blocks)


def _digests(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [*manifest.get("data", {}).items(), *manifest.get("tables", {}).items()]


def _facts(study: Study) -> list[tuple[str, str]]:
    manifest = study.manifest
    seeds = [int(seed) for seed in manifest.get("seeds", [])]
    packages = ", ".join(
        f"{name} {version}" for name, version in manifest.get("packages", {}).items()
    )
    states = study.runs["status"].value_counts(sort=True).rows()
    machine = ", ".join(
        f"{label(key)} {value}" for key, value in manifest.get("machine", {}).items()
    )
    timings = ", ".join(
        f"{label(key).removesuffix(' seconds')} {number(value)} s"
        for key, value in manifest.get("timings", {}).items()
        if isinstance(value, int | float)
    )
    told = [
        ("netgrow", str(manifest.get("netgrow", "unknown"))),
        ("Commit", str(manifest.get("commit") or "not run from a repository")),
        ("Python", str(manifest.get("python", "unknown"))),
        ("Packages", packages),
        ("Scenario", str(manifest.get("scenario", "unknown"))),
        ("Scenario's SHA-256", str(manifest.get("scenario_hash", "unknown"))),
        ("Seeds", _seeds(seeds)),
        ("Runs", ", ".join(f"{amount:,} {state}" for state, amount in states)),
        ("Input", ", ".join(manifest.get("data", {})) or "none: the worlds are generated"),
        ("Platform", str(manifest.get("platform", "unknown"))),
        ("Machine", machine),
        ("Timings", timings),
    ]
    return [(name, clean(value)) for name, value in told if value]


def _seeds(seeds: list[int]) -> str:
    if len(seeds) > 2 and seeds == list(range(seeds[0], seeds[-1] + 1)):
        return f"{seeds[0]:,} to {seeds[-1]:,}"
    return ", ".join(map(str, seeds))
