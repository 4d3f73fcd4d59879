"""Sections on where the hours went, and on one member's network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.bars import FILLS, stacked
from sim.report.document import Block, Cell, Chart, Charts, Fold, Section, Table, Text
from sim.report.ego_picture import picture
from sim.report.study import read_egos
from sim.report.words import QUESTIONS, capital, clean, label, number, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.report.study import Study

SHOWN = len(FILLS) - 1
"""Activities drawn by themselves where there are more than shades for them; the rest is one."""


def hours(study: Study) -> Section:
    """Show where the hours went, and the money where any can be spent."""
    spent = [_Spent(study, question) for question in study.questions]
    activities = [
        name
        for name in study.metrics
        if name.startswith("hours/") and any(own.on(name) for own in spent)
    ]
    arms = [(own, arm) for own in spent for arm in study.looks if own.knows(arm)]
    if not arms:
        return Section("hours", "Hours", [Text("Hours were not measured.")])
    shown = _most(activities, spent)
    rest = [name for name in activities if name not in shown]
    parts = [_activity(name) for name in shown] + (["other"] if rest else [])
    groups: dict[str, dict[str, list[float]]] = {}
    rows: list[list[Cell]] = []
    money = "money" in study.metrics
    weeks = max(1, int(study.manifest.get("weeks", 1)))
    for own, arm in arms:
        values = [own.hours(name, arm) for name in shown]
        values += [sum(own.hours(name, arm) for name in rest)] if rest else []
        groups.setdefault(own.heading, {})[arm] = values
        total = own.total.get(arm, sum(values))
        cells = [*values, total, total / weeks] + ([own.money.get(arm)] if money else [])
        first = [Cell(own.heading), Cell(label(arm), arm=study.looks[arm].place)]
        rows.append([*first, *(Cell(number(value)) for value in cells)])
    ends = ["All", "Hours a week", *(["Money"] if money else [])]
    told = " ".join(_told(row, parts, money=money) for row in rows)
    figure = stacked(groups, parts, study.looks, "Hours per member since the start", {})
    heads = ["Question", "Arm", *map(capital, parts), *ends]
    caption = "Hours and money per member" if money else "Hours per member"
    table = Table(caption, heads, rows, range(2, len(heads)), stacked=True)
    note = (
        "Time is the price of every strategy. Arms are meant to have the same hours a week; this "
        "is what they spent them on." + (" Money is what premium accounts cost." if money else "")
    )
    chart = Chart("hours", figure, "Hours by activity", told)
    blocks: list[Block] = [Text(note), Charts([chart]), table]
    if rest:
        blocks.append(Fold("Hours by every activity", [_every(study, activities, arms)]))
    return Section("hours", "Hours and money" if money else "Hours", blocks)


class _Spent:
    """What members spent under one question: each arm's means at its last week."""

    def __init__(self, study: Study, question: str) -> None:
        self.heading = QUESTIONS.get(question, (label(question), ""))[0]
        self.by_activity = {
            name: study.means(question, name) for name in study.metrics if name.startswith("hours/")
        }
        self.total = study.means(question, "hours")
        self.money = study.means(question, "money")

    def knows(self, arm: str) -> bool:
        """Whether any activity of the arm was measured."""
        return any(arm in means for means in self.by_activity.values())

    def on(self, name: str) -> bool:
        """Whether anybody spent time on it; the three that are always possible count as well."""
        return name in _ALWAYS or any(self.by_activity[name].values())

    def hours(self, name: str, arm: str) -> float:
        """Return the hours that an arm spent on one activity."""
        return self.by_activity[name].get(arm, 0.0)


def _most(activities: Sequence[str], spent: Sequence[_Spent]) -> list[str]:
    """Return the activities that are drawn by themselves: those that take most time, in order."""
    if len(activities) <= len(FILLS):
        return list(activities)
    time = {name: sum(sum(own.by_activity[name].values()) for own in spent) for name in activities}
    most = sorted(activities, key=lambda name: -time[name])[:SHOWN]
    return [name for name in activities if name in most]


def _told(row: Sequence[Cell], parts: Sequence[str], *, money: bool) -> str:
    question, arm, *amounts = (cell.text for cell in row)
    by_part = ", ".join(f"{part} {text}" for part, text in zip(parts, amounts, strict=False))
    paid = f"; money {amounts[-1]}" if money else ""
    return f"{question}, {arm}: {amounts[len(parts)]} hours in all, {by_part}{paid}."


def _every(study: Study, activities: Sequence[str], arms: Sequence[tuple[_Spent, str]]) -> Table:
    """Tabulate the hours with one row an activity, since there are too many for columns."""
    several = len(study.questions) > 1
    heads = [f"{label(arm)}, {within(own.heading)}" if several else label(arm) for own, arm in arms]
    rows = [
        [
            Cell(capital(_activity(name))),
            *(Cell(number(own.hours(name, arm))) for own, arm in arms),
        ]
        for name in activities
    ]
    return Table(
        "Hours per member by activity", ["Activity", *heads], rows, range(1, len(heads) + 1)
    )


_ALWAYS = ("hours/invite", "hours/message", "hours/upkeep")
_WORDS = {
    "invite": "inviting",
    "message": "writing messages",
    "upkeep": "keeping contacts alive",
    "introduce": "asking for introductions",
    "inmail": "writing InMails",
    "join": "joining groups",
    "leave": "leaving groups",
    "post": "posting in groups",
    "endorse": "endorsing",
    "congratulate": "congratulating",
    "article": "sending articles",
    "keep_up": "keeping up with the network",
}


def _activity(name: str) -> str:
    part = name.partition("/")[2]
    return _WORDS.get(part, label(part))


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
