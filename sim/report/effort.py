"""Sections on means: what became of invitations, where the hours went, one member's network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.bars import FILLS, stacked
from sim.report.document import Bullets, Cell, Chart, Charts, Fold, Section, Table, Text
from sim.report.ego_picture import picture
from sim.report.study import read_egos
from sim.report.words import QUESTIONS, capital, clean, label, number, percent, within

if TYPE_CHECKING:
    from sim.report.study import Study

CHANNELS = {
    "acquaintance": "People one knows",
    "group": "Members of a shared group",
    "stranger": "Strangers",
}
_FATES = ("accepted", "ignored", "flagged")


def funnel(study: Study) -> Section:
    """Show what became of the invitations, by channel."""
    parts = [_invitations(study, question, place) for place, question in enumerate(study.questions)]
    found = [part for part in parts if part]
    if not found:
        return Section("funnel", "Invitations", [Text("Invitations were not measured.")])
    note = (
        "Invitations sent per member since the start, by how sender and recipient are related, and "
        "what became of them. Beside a bar: how many were sent, and the share accepted. Flagged "
        "means that the recipient answered “I don't know this person”; too many flags, and the "
        "platform restricts the sender."
    )
    rates = [f"{chart.heading}: {_rates(study, question)}" for question, chart, _ in found]
    tables = Fold("Invitations as a table", [table for _, _, table in found])
    charts = Charts([chart for _, chart, _ in found])
    return Section("funnel", "Invitations", [Text(note), charts, Bullets(rates), tables])


def _invitations(study: Study, question: str, place: int) -> tuple[str, Chart, Table] | None:
    channels = [
        name.partition("/")[2] for name in study.metrics if name.startswith("invitations_sent/")
    ]
    groups: dict[str, dict[str, tuple[float, ...]]] = {}
    notes: dict[tuple[str, str], str] = {}
    rows: list[list[Cell]] = []
    for channel in channels:
        heading = CHANNELS.get(channel, capital(label(channel)))
        fates = {fate: study.means(question, f"invitations_{fate}/{channel}") for fate in _FATES}
        sent = study.means(question, f"invitations_sent/{channel}")
        for arm in study.looks:
            if arm not in sent:
                continue
            known = tuple(fates[fate].get(arm, 0.0) for fate in _FATES)
            groups.setdefault(heading, {})[arm] = known
            rate = percent(known[0] / sent[arm]) if sent[arm] > 0 else ""
            notes[heading, arm] = f"{number(sent[arm])} · {rate}" if rate else "none"
            rows.append(
                [
                    Cell(heading),
                    Cell(label(arm), arm=study.looks[arm].place),
                    Cell(number(sent[arm])),
                    *(Cell(number(value)) for value in known),
                    Cell(rate or "–"),
                ]
            )
    if not rows:
        return None
    said = QUESTIONS.get(question, (label(question), ""))[0]
    told = " ".join(
        f"{row[0].text}, {row[1].text}: {row[2].text} sent, {row[3].text} accepted, "
        f"{row[4].text} ignored, {row[5].text} flagged."
        for row in rows
    )
    figure = stacked(groups, list(_FATES), study.looks, "Invitations per member", notes)
    chart = Chart(f"funnel-{place}", figure, f"{said}: invitations by channel", told, heading=said)
    heads = ["Channel", "Arm", "Sent", *map(capital, _FATES), "Acceptance"]
    table = Table(f"{said}: invitations per member", heads, rows, range(2, 7), stacked=True)
    return question, chart, table


def _rates(study: Study, question: str) -> str:
    sent, accepted = (study.means(question, f"invitations_{fate}") for fate in ("sent", "accepted"))
    told = [
        f"{label(arm)} {number(sent[arm])} sent, "
        f"{percent(accepted.get(arm, 0.0) / sent[arm])} accepted"
        if sent[arm] > 0
        else f"{label(arm)} none sent"
        for arm in study.looks
        if arm in sent
    ]
    return f"over all channels {'; '.join(told)}."


def hours(study: Study) -> Section:
    """Show where the hours went."""
    activities = [name for name in study.metrics if name.startswith("hours/")]
    groups: dict[str, dict[str, list[float]]] = {}
    rows: list[list[Cell]] = []
    shown = activities[: len(FILLS)]
    for question in study.questions:
        heading = QUESTIONS.get(question, (label(question), ""))[0]
        spent = {name: study.means(question, name) for name in activities}
        total = study.means(question, "hours")
        for arm, look in study.looks.items():
            values = [spent[name].get(arm, 0.0) for name in activities]
            if not any(arm in spent[name] for name in activities):
                continue
            if len(activities) > len(FILLS):
                values = [*values[: len(FILLS) - 1], sum(values[len(FILLS) - 1 :])]
            groups.setdefault(heading, {})[arm] = values
            everything = total.get(arm, sum(values))
            rows.append(
                [
                    Cell(heading),
                    Cell(label(arm), arm=look.place),
                    *(Cell(number(value)) for value in values),
                    Cell(number(everything)),
                    Cell(number(everything / max(1, int(study.manifest.get("weeks", 1))))),
                ]
            )
    if not rows:
        return Section("hours", "Hours", [Text("Hours were not measured.")])
    parts = [_activity(name) for name in shown]
    if len(activities) > len(FILLS):
        parts[-1] = "other"
    told = " ".join(
        f"{row[0].text}, {row[1].text}: {row[-2].text} hours in all, "
        + ", ".join(f"{part} {cell.text}" for part, cell in zip(parts, row[2:], strict=False))
        + "."
        for row in rows
    )
    figure = stacked(groups, parts, study.looks, "Hours per member since the start", {})
    heads = ["Question", "Arm", *map(capital, parts), "All", "Hours a week"]
    table = Table("Hours per member", heads, rows, range(2, len(heads)), stacked=True)
    note = (
        "Time is the price of every strategy. Arms are meant to have the same hours a week; this "
        "is what they spent them on."
    )
    chart = Chart("hours", figure, "Hours by activity", told)
    return Section("hours", "Hours", [Text(note), Charts([chart]), table])


def _activity(name: str) -> str:
    words = {
        "invite": "inviting",
        "message": "writing messages",
        "upkeep": "keeping contacts alive",
    }
    part = name.partition("/")[2]
    return words.get(part, label(part))


def ego(study: Study) -> Section:
    """Show one focal member's network under every arm."""
    egos, said = read_egos(study)
    heading = "One member's network"
    if not egos:
        return Section("ego", heading, [Text(f"There is no picture: {within(clean(said))}.")])
    charts = [
        Chart(
            f"ego-{place}",
            picture(own, arm, study.looks[arm]),
            f"Network of one focal member under {label(arm)}",
            own.told(arm),
            own.told(arm),
        )
        for place, (arm, own) in enumerate(egos.items())
    ]
    note = (
        f"{said}, the same person under every arm. Inner ring: its direct contacts; the grey arc "
        "spans those it knew before, coloured arcs the new ones, by how the tie came about. Outer "
        "ring: decision-makers of its target market two steps away, joined to the contacts that "
        "lead there. It is one example chosen in advance (a member in an ordinary number of "
        "groups), not evidence."
    )
    return Section("ego", heading, [Text(note), Charts(charts)])
