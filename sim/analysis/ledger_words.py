"""The claim ledger as text, Markdown, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from sim.analysis.words import QUESTIONS, escape, estimate, markdown_row, printable
from sim.results.cells import spreadsheet_cell
from sim.results.durable import refusals_told, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sim.analysis.inequalities import Finding, Inequality
    from sim.analysis.ledger import Entry, Ledger

SCHEMA = 1
NAME = "claims"
"""Name, without ending, of the files that hold a ledger."""

_TEST_COLUMNS = (
    "study", "says", "metric", "unit", "arm", "than", "is", "by", "switch", "cohort", "week",
    "since", "assumed", "worlds", "difference", "low", "high", "verdict", "reason",
)  # fmt: skip
_VERDICT_WIDTH = 12


def effect(found: Finding) -> str:
    """Write what was found: `+3.1 [2.6, 3.6] members`; empty if nothing was."""
    if found.difference is None:
        return ""
    unit = f" {found.unit}" if found.unit else ""
    if found.agree:
        return f"{estimate(found.difference, None, None)}{unit}, the same in all worlds"
    told = estimate(found.difference, found.low, found.high)
    return f"{told}{unit}" + (", one world" if found.worlds == 1 else "")


def compared(found: Finding) -> str:
    """Write what is compared with what, where and when."""
    test = found.test
    when = [] if found.week is None else [f"week {found.week}"]
    if test.since is not None:
        when.append(f"change since week {test.since}")
    who = QUESTIONS.get(test.switch, test.switch)
    parts = [found.title, f"{test.arm} - {test.other}", who, f"{test.cohort} members", *when]
    return ", ".join(parts)


def said(test: Inequality) -> str:
    """Write what the claim says of the difference."""
    if test.relation == "same":
        return f"less than {test.by:g} apart" if test.by else "no difference at all"
    return f"{test.relation} by at least {test.by:g}" if test.by else test.relation


def lines(ledger: Ledger) -> Iterator[str]:
    """Write the ledger for reading, each claim with its tests indented below it."""
    for entry in ledger.entries:
        yield from map(printable, _entry_lines(entry))
    yield ""
    counts = ", ".join(f"{number} {word}" for word, number in ledger.counts().items())
    yield f"{len(ledger.entries)} claims: {counts}"


def _entry_lines(entry: Entry) -> Iterator[str]:
    yield f"{entry.claim:<4} {entry.verdict:<{_VERDICT_WIDTH}}  {entry.words}"
    details = [*_effect_of(entry), *_reason_of(entry)]
    if details:
        yield f"     {'; '.join(details)}"
    for found in entry.findings:
        reason = f" ({found.reason})" if found.reason else ""
        yield f"     - {found.test.says}: {found.verdict}{reason}"
        claimed = f"claimed: {said(found.test)}"
        if found.difference is None:
            yield f"         {found.study}: {compared(found)}; {claimed}"
        else:
            worlds = f"{found.worlds} world{'' if found.worlds == 1 else 's'}"
            yield f"         {found.study}, {worlds}: {compared(found)}: {effect(found)}; {claimed}"


def _effect_of(entry: Entry) -> list[str]:
    main = entry.main
    return [] if main is None or main.difference is None else [f"{effect(main)} ({main.study})"]


def _reason_of(entry: Entry) -> list[str]:
    """Say what parameters impose on tests, on what it depends, and what is put in altogether."""
    part = "" if entry.verdict == "assumed" else "in part "
    imposed = f"{part}imposed by {' and '.join(entry.assumed)}" if entry.assumed else ""
    given = f"put in, not found: {entry.given}" if entry.given else ""
    return [each for each in (imposed, entry.reason, given) if each]


def to_markdown(ledger: Ledger) -> str:
    """Write the ledger as two tables, of claims and of their tests, and the notes."""
    heads = ["claim", "in the article", "verdict", "effect", "study", "why, or on what it depends"]
    rows = []
    for entry in ledger.entries:
        main = entry.main
        found = [effect(main), main.study] if main else ["", ""]
        rows.append([entry.claim, entry.words, entry.verdict, *found, "; ".join(_reason_of(entry))])
    told = ["# Claim ledger", "", *_table(heads, rows)]
    tests = [
        [
            entry.claim, found.test.says, found.verdict, effect(found), said(found.test),
            compared(found), str(found.worlds), found.study, found.test.assumed or "", found.reason,
        ]
        for entry in ledger.entries
        for found in entry.findings
    ]  # fmt: skip
    if tests:
        heads = [
            "claim", "what would hold", "verdict", "effect", "claimed", "compared", "worlds",
            "study", "imposed by", "reason",
        ]  # fmt: skip
        told += ["", "## Tests", "", *_table(heads, tests)]
    told += ["", f"Intervals: level {100 * ledger.level:g} %."]
    told += [f"Note: {escape(note)}." for note in ledger.notes]
    return "\n".join(told) + "\n"


def _table(heads: list[str], rows: list[list[str]]) -> list[str]:
    return [markdown_row(heads), markdown_row(["---"] * len(heads)), *map(markdown_row, rows)]


def to_json(ledger: Ledger) -> str:
    """Write everything of a ledger as JSON.

    Keys: schema, level, studies, notes, counts and claims, each with its claim, words, verdict,
    reason, assumed, given and tests.
    """
    content = {
        "schema": SCHEMA,
        "level": ledger.level,
        "studies": ledger.studies,
        "notes": ledger.notes,
        "counts": ledger.counts(),
        "claims": [
            {
                "claim": entry.claim,
                "words": entry.words,
                "verdict": entry.verdict,
                "reason": entry.reason,
                "assumed": entry.assumed,
                "given": entry.given,
                "tests": [_test(found) for found in entry.findings],
            }
            for entry in ledger.entries
        ],
    }
    return json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False)


def to_csv(ledger: Ledger) -> str:
    """Write one row a test, and one for every claim without tests.

    Text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["claim", "claim_verdict", *_TEST_COLUMNS])
    for entry in ledger.entries:
        tests = [_test(found) for found in entry.findings] or [{}]
        for test in tests:
            cells = [test.get(name) for name in _TEST_COLUMNS]
            writer.writerow([entry.claim, entry.verdict, *map(spreadsheet_cell, cells)])
    return out.getvalue()


def _test(found: Finding) -> dict[str, Any]:
    known = vars(found.test) | vars(found) | {"is": found.test.relation}
    return {name: known[name] for name in _TEST_COLUMNS}


def write(ledger: Ledger, directory: Path) -> None:
    """Write `claims.json` and `claims.md` into `directory`, each whole or not at all.

    Raises
    ------
    WorkError
        If the disk refuses.
    """
    with refusals_told("write", directory):
        directory.mkdir(parents=True, exist_ok=True)
    for ending, content in (("json", f"{to_json(ledger)}\n"), ("md", to_markdown(ledger))):
        write_whole(directory / f"{NAME}.{ending}", content.encode())
