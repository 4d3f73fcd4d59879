"""What a study says of the claims that it declared to test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.article import CLAIMS, GIVEN
from sim.analysis.claims import judge
from sim.analysis.inequalities import inequalities_of, not_run
from sim.analysis.ledger import simultaneous
from sim.analysis.ledger_words import said
from sim.report.document import Cell, Chart, Charts, Section, Table, Text
from sim.report.intervals import Row, intervals
from sim.report.words import (
    NOTHING,
    QUESTIONS,
    capital,
    clean,
    counted,
    label,
    number,
    shorten,
    signed,
    span,
    stopped,
    tick,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.analysis.inequalities import Finding
    from sim.report.document import Block
    from sim.report.study import Study

_TONES = {"supported": "ahead", "refuted": "behind", "assumed": "", "inconclusive": "quiet"}


def claims(study: Study) -> list[Section]:
    """Tell the verdict on each test that the study declared; nothing if it declared none.

    Raises
    ------
    WorkError
        If a test in the manifest is damaged.
    """
    tests = inequalities_of(study.manifest.get("tests", []))
    if not tests:
        return []
    if study.results is None:
        name = str(study.manifest.get("scenario", study.directory.name))
        found = not_run(name, tests, "no run has finished")
    else:
        found = judge(study.results, tests, study.level)
    blocks: list[Block] = [
        Text(
            "The study declares what would have to come out if claims of the article held: "
            f"{counted(len(tests), 'test')}, each judged by the {100 * study.level:g} % interval "
            "of one difference."
        ),
        _table(found),
        *_pictures(found),
        Text(
            "How to read it: bars are intervals, and grey is where the claim would hold. A test is "
            "supported if its whole interval lies there, refuted if none of it does, and else "
            "inconclusive: more worlds would tell. “Assumed” means that it came out as claimed "
            "because a parameter imposes it, which is no evidence. "
            + " ".join([*_given(found), *_several(found, study.level)])
        ),
    ]
    return [Section("claims", "Claims tested", blocks)]


def _given(found: Sequence[Finding]) -> list[str]:
    """Say which parts of these claims are put into the model, so that nothing here shows them."""
    claims = dict.fromkeys(each.test.claim for each in found if each.test.claim in GIVEN)
    return [f"Put into the model, not found by it, of {claim}: {GIVEN[claim]}." for claim in claims]


def _several(found: Sequence[Finding], level: float) -> list[str]:
    return [stopped(capital(note.split("; for ")[0])) for note in simultaneous(found, level)]


def _table(found: Sequence[Finding]) -> Table:
    rows = []
    for place, each in enumerate(found):
        again = place > 0 and found[place - 1].test.claim == each.test.claim
        claim = f"{each.test.claim}: {CLAIMS.get(each.test.claim, '')}"
        rows.append(
            [
                Cell(clean(claim), "again" if again else ""),
                Cell(capital(clean(each.test.says))),
                Cell(_verdict(each), _TONES.get(each.verdict, "mark")),
                Cell(_found(each)),
                Cell(_compared(each)),
            ]
        )
    heads = ["Claim", "What would hold", "Verdict", "Found", "Compared"]
    return Table("Verdict on every test", heads, rows, stacked=True)


def _verdict(found: Finding) -> str:
    imposed = f" (imposed by {clean(found.test.assumed or '')})"
    reason = f": {clean(found.reason)}" if found.reason else ""
    return capital(found.verdict) + (imposed if found.verdict == "assumed" else reason)


def _found(found: Finding) -> str:
    if found.difference is None:
        return NOTHING
    unit = f" {clean(found.unit)}"
    if found.agree:
        return f"{signed(found.difference)}{unit}, the same in all worlds"
    if found.low is None:
        return f"{signed(found.difference)}{unit}, no interval"
    interval = span(found.low, found.high)
    return f"{signed(found.difference)} {interval}{unit}"


def _compared(found: Finding) -> str:
    test = found.test
    other = label(test.than) if isinstance(test.than, str) else number(test.than)
    who = within(QUESTIONS.get(test.switch, (label(test.switch), ""))[0])
    week = "" if found.week is None else f", week {found.week}"
    worlds = f", {counted(found.worlds, 'world')}" if found.worlds else ""
    since = "" if test.since is None else f", change since week {test.since}"
    cohort = "" if test.cohort == "focal" else f", {clean(test.cohort)} members"
    return (
        f"{capital(clean(found.title))}: {label(test.arm)} against {other}, {who}{cohort}"
        f"{week}{since}{worlds}. Claimed: {said(test)}"
    )


def _pictures(found: Sequence[Finding]) -> list[Block]:
    """Draw the intervals, one picture a metric: they share its unit and scale."""
    charts: list[Chart] = []
    for metric in dict.fromkeys(each.test.metric for each in found):
        drawn = [each for each in found if each.test.metric == metric and each.low is not None]
        if not drawn:
            continue
        title, unit = capital(clean(drawn[0].title)), clean(drawn[0].unit)
        told = " ".join(
            f"{clean(each.test.claim)}, {within(_compared(each))}: {_found(each)}, {each.verdict}."
            for each in drawn
        )
        charts.append(
            Chart(
                f"claims-{len(charts)}",
                intervals([_row(each) for each in drawn], _axis(unit)),
                f"{title}: intervals of the tests",
                told,
                heading=title,
            )
        )
    return [Charts(charts)] if charts else []


def _axis(unit: str) -> str:
    return f"Difference ({shorten(unit, 30)})" if unit else "Difference"


def _row(found: Finding) -> Row:
    test = found.test
    other = label(test.than) if isinstance(test.than, str) else tick(test.than)
    switch = "" if test.switch == "one" else f", {label(test.switch)}"
    return Row(
        f"{clean(test.claim)}  {shorten(label(test.arm), 18)} − {shorten(other, 18)}{switch}",
        test.relation,
        test.by,
        float(found.difference or 0),
        float(found.low or 0),
        float(found.high or 0),
        found.verdict,
    )
