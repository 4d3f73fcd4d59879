"""The claim ledger: one verdict a claim, over all that the studies found.

Where some tests of a claim hold and others fail it depends, and the ledger says on what. Else the
first test that each study declares of it leads: while one of the leading tests is undecided
(inconclusive, or not run) the claim is inconclusive; an undecided test behind a decided one leaves
the verdict and is counted. A claim that fails is refuted; one that holds is supported if a leading
test is supported, and assumed if all of them are assumed, whatever the tests behind them say. The
order in which the studies are read plays no part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sim.analysis.article import CLAIMS, GIVEN
from sim.analysis.words import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sim.analysis.inequalities import Finding

type Word = Literal[
    "supported", "refuted", "depends", "inconclusive", "assumed", "not run", "not tested"
]

WORDS: tuple[Word, ...] = (
    "supported", "refuted", "depends", "inconclusive", "assumed", "not run", "not tested",
)  # fmt: skip
_HOLDS = ("supported", "assumed")
_DECIDED = (*_HOLDS, "refuted")

# What a claim may depend on, each as it reads after "it holds" and "it fails".
_CONDITIONS: tuple[Callable[[Finding], str], ...] = (
    lambda found: f"in {found.study}",
    lambda found: f"if {QUESTIONS.get(found.test.switch, found.test.switch)}",
    lambda found: f"in week {found.week}" + _since(found),
    lambda found: f"for {found.test.cohort} members",
    lambda found: f"for {found.test.arm} against {found.test.other}",
    lambda found: f"in {found.title}",
)


@dataclass(frozen=True)
class Entry:
    """One claim of the ledger.

    Attributes
    ----------
    claim, words : str
        Its id, and what it says.
    reason : str
        What it depends on, or how many of its tests are decided; empty if there is nothing to say.
    findings : tuple of Finding
        In the order of the studies.
    """

    claim: str
    words: str
    verdict: Word
    reason: str
    findings: tuple[Finding, ...]

    @property
    def main(self) -> Finding | None:
        """The finding to be told first: a leading one that the verdict rests on."""
        wanted = {"depends": _HOLDS}.get(self.verdict, (self.verdict,))
        ranked = [*leading(self.findings), *self.findings]
        agreeing = [found for found in ranked if found.verdict in wanted]
        return next(iter([*agreeing, *ranked]), None)

    @property
    def assumed(self) -> tuple[str, ...]:
        """Parameters that impose what was found."""
        given = (found.test.assumed for found in self.findings if found.verdict == "assumed")
        return tuple(dict.fromkeys(each for each in given if each))

    @property
    def given(self) -> str:
        """The part of the claim that is put into the model, which nothing can test; or empty."""
        return GIVEN.get(self.claim, "")


@dataclass(frozen=True)
class Ledger:
    """All claims of the article.

    Attributes
    ----------
    entries : tuple of Entry
        S1 to S24.
    level : float
        Confidence level of each interval by itself.
    studies : tuple of str
        Those that were read.
    notes : tuple of str
        What a reader has to know.
    """

    entries: tuple[Entry, ...]
    level: float
    studies: tuple[str, ...]
    notes: tuple[str, ...]

    def counts(self) -> dict[Word, int]:
        """Count the claims by verdict, those that occur."""
        said = [entry.verdict for entry in self.entries]
        return {word: said.count(word) for word in WORDS if word in said}


def ledger_of(findings: Iterable[Finding], level: float, notes: Sequence[str] = ()) -> Ledger:
    """Draw up the ledger.

    Parameters
    ----------
    findings : iterable of Finding
        Of all studies, study by study, in the order in which each declares them.
    level : float
        Confidence level at which they were judged.
    notes : sequence of str
        What else has to be known.
    """
    found = tuple(findings)
    entries = []
    for claim, words in CLAIMS.items():
        own = tuple(each for each in found if each.test.claim == claim)
        entries.append(Entry(claim, words, *verdict_over(own), own))
    studies = tuple(dict.fromkeys(each.study for each in found))
    return Ledger(tuple(entries), level, studies, (*simultaneous(found, level), *notes))


def verdict_over(findings: Sequence[Finding]) -> tuple[Word, str]:
    """Join what the tests of one claim say into a verdict and its reason; see the module's head."""
    holds = [found for found in findings if found.verdict in _HOLDS]
    fails = [found for found in findings if found.verdict == "refuted"]
    if not findings:
        return "not tested", ""
    if all(found.verdict == "not run" for found in findings):
        return "not run", findings[0].reason
    if holds and fails:
        return "depends", _flip(holds, fails)
    decided = len(holds) + len(fails)
    some = f"{decided} of {len(findings)} tests decided" if decided < len(findings) else ""
    if any(found.verdict not in _DECIDED for found in leading(findings)):
        return "inconclusive", some
    if fails:
        return "refuted", some
    supported = any(found.verdict == "supported" for found in leading(findings))
    return "supported" if supported else "assumed", some


def leading(findings: Iterable[Finding]) -> list[Finding]:
    """Take the first of each study."""
    first: dict[str, Finding] = {}
    for found in findings:
        first.setdefault(found.study, found)
    return list(first.values())


def simultaneous(findings: Sequence[Finding], level: float) -> list[str]:
    """Say how many intervals there are, and what that means for all of them at once."""
    count = sum(found.low is not None for found in findings)
    if not count:
        return []
    percent = f"{100 * level:g} %"
    if count == 1:
        return [f"one test; its interval holds {percent}"]
    # Bonferroni: right for any dependence, and the tests share worlds.
    each = 1 - (1 - level) / count
    said = (
        f"{count} tests, each with an interval that holds {percent} by itself: of {count} "
        f"intervals about {count * (1 - level):.1f} are expected to miss by luck alone; for "
        f"{percent} over all of them at once ask for --level {each:.6g}"
    )
    return [said]


def _since(found: Finding) -> str:
    return "" if found.test.since is None else f" (change since week {found.test.since})"


def _flip(holds: Sequence[Finding], fails: Sequence[Finding]) -> str:
    """Say where a claim holds and where it fails, by what tells the two apart.

    Where no single condition does, by all conditions that vary; where none varies, by the tests'
    own words.
    """
    apart = [name for name in _CONDITIONS if not set(map(name, holds)) & set(map(name, fails))]
    varying = [name for name in _CONDITIONS if len(set(map(name, [*holds, *fails]))) > 1]
    names = apart or varying or [lambda found: f"as “{found.test.says}”"]

    def told(findings: Sequence[Finding]) -> str:
        places = (" ".join(name(found) for name in names) for found in findings)
        return " and ".join(dict.fromkeys(places))

    return f"it holds {told(holds)}; it fails {told(fails)}"
