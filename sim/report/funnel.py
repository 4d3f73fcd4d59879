"""What became of invitations, introductions and InMails, and how interviews came about."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.report.bars import stacked
from sim.report.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Charts,
    Fold,
    Heading,
    Section,
    Table,
    Text,
)
from sim.report.words import QUESTIONS, capital, label, listed, number, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.report.study import Study

CHANNELS = {
    "acquaintance": "People one knows",
    "group": "Members of a shared group",
    "stranger": "Strangers",
}
_FATES = ("accepted", "ignored", "flagged")


class Split(NamedTuple):
    """A count, and the parts that it consists of."""

    name: str
    whole: str
    """Metric that counts all."""
    parts: Mapping[str, tuple[str, ...]]
    """What a part is called -> its metric, and those whose counts it holds but does not mean."""
    note: str
    rate: str = ""
    """What the share of the first part is called; empty if it is not told."""


INTRODUCTIONS = Split(
    "introductions",
    "introductions_asked",
    {
        "accepted": ("introductions_accepted",),
        "passed on only": ("introductions_forwarded", "introductions_accepted"),
        "refused": ("introductions_refused",),
        "dropped": ("introductions_dropped",),
    },
    "Contacts asked to introduce a member to one of theirs, per member since the start. Those "
    "passed on only were not accepted, or not answered yet.",
    "accepted",
)
INMAILS = Split(
    "InMails",
    "inmails_sent",
    {
        "answered": ("inmails_answered",),
        "read only": ("inmails_read", "inmails_answered"),
        "not read": ("inmails_sent", "inmails_read"),
    },
    "Paid messages to people one is not connected with, per member since the start.",
    "answered",
)
INTERVIEWS = Split(
    "interviews",
    "interviews",
    {
        "direct": ("interviews/direct",),
        "referral": ("interviews/referral",),
        "recruiter": ("interviews/recruiter",),
        "application": ("interviews/application",),
    },
    "Job interviews per member since the start: with a contact who has an opening (direct), "
    "through a contact who works there (referral), after a recruiter's approach, or after an "
    "application.",
)


def funnel(study: Study) -> Section:
    """Show what became of the invitations, by channel, and of other ways to new contacts."""
    others = [(split, split_up(study, split)) for split in (INTRODUCTIONS, INMAILS)]
    others = [(split, blocks) for split, blocks in others if blocks]
    title = listed(["Invitations", *(split.name for split, _ in others)])
    blocks = _by_channel(study)
    for _, more in others:
        blocks += more
    return Section("funnel", title, blocks)


def _by_channel(study: Study) -> list[Block]:
    parts = [_invitations(study, question, place) for place, question in enumerate(study.questions)]
    found = [part for part in parts if part]
    if not found:
        return [Text("Invitations were not measured.")]
    note = (
        "Invitations sent per member since the start, by how sender and recipient are related, and "
        "what became of them. Beside a bar: how many were sent, and the share accepted. Flagged "
        "means that the recipient answered “I don't know this person”; too many flags, and the "
        "platform restricts the sender."
    )
    rates = [f"{chart.heading}: {_rates(study, question)}" for question, chart, _ in found]
    tables = Fold("Invitations as a table", [table for _, _, table in found])
    charts = Charts([chart for _, chart, _ in found])
    return [Text(note), charts, Bullets(rates), tables]


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


def split_up(study: Study, split: Split) -> list[Block]:
    """Show a count by its parts: a picture of all questions and a table; nothing if not measured.

    Arms that lack the metric, since what it measures is off in them, are left out.
    """
    groups: dict[str, dict[str, list[float]]] = {}
    notes: dict[tuple[str, str], str] = {}
    rows: list[list[Cell]] = []
    for question in study.questions:
        heading = QUESTIONS.get(question, (label(question), ""))[0]
        whole = study.means(question, split.whole)
        for arm in (arm for arm in study.looks if arm in whole):
            amounts = [_rest(study, question, arm, names) for names in split.parts.values()]
            groups.setdefault(heading, {})[arm] = amounts
            some = split.rate and whole[arm] > 0
            rate = percent(amounts[0] / whole[arm]) if some else ""
            notes[heading, arm] = f"{number(whole[arm])} · {rate}" if rate else number(whole[arm])
            rows.append(
                [
                    Cell(heading),
                    Cell(label(arm), arm=study.looks[arm].place),
                    Cell(number(whole[arm])),
                    *(Cell(number(amount)) for amount in amounts),
                ]
            )
    if not rows:
        return []
    told = " ".join(
        f"{row[0].text}, {row[1].text}: {row[2].text} in all, "
        + ", ".join(f"{part} {cell.text}" for part, cell in zip(split.parts, row[3:], strict=True))
        + "."
        for row in rows
    )
    title = capital(split.name)
    beside = f" Beside a bar: how many, and the share {split.rate}." if split.rate else ""
    figure = stacked(groups, list(split.parts), study.looks, f"{title} per member", notes)
    heads = ["Question", "Arm", "All", *map(capital, split.parts)]
    table = Table(f"{title} per member", heads, rows, range(2, len(heads)), stacked=True)
    return [
        Heading(title),
        Text(f"{split.note}{beside}"),
        Charts([Chart(f"split-{split.name.lower()}", figure, title, told)]),
        Fold(f"{title} as a table", [table]),
    ]


def _rest(study: Study, question: str, arm: str, names: tuple[str, ...]) -> float:
    """Return the first metric's mean less the others'."""
    first, *others = (study.means(question, name).get(arm, 0.0) for name in names)
    return max(0.0, first - sum(others))
