"""What a study declares of a claim, and what was found of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, Self

from sim.errors import WorkError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sim.analysis.tables import Results

type Relation = Literal["more", "less", "same"]
type Verdict = Literal["supported", "refuted", "inconclusive", "assumed", "not run"]

RELATIONS: tuple[Relation, ...] = ("more", "less", "same")


@dataclass(frozen=True)
class Inequality:
    """What would hold if a claim were true, as a scenario file declares it under `[[tests]]`.

    Attributes
    ----------
    claim : str
        Id, `S1` to `S24`.
    says : str
        It in words.
    than : str or float
        The arm, or the number in the metric's unit, compared with.
    relation : {"more", "less", "same"}
        How `arm` should come out; `is` in the file.
    by : float
        Smallest difference of interest, 0 or more, in the metric's unit.
    switch : {"one", "everyone"}
        Who plays the arm.
    week : int or None
        Week of the comparison; the last that both have if None.
    since : int or None
        What is compared is the change of the metric since this week.
    assumed : str or None
        The parameters that impose the outcome.
    """

    claim: str
    says: str
    metric: str
    arm: str
    than: str | float
    relation: Relation
    by: float = 0.0
    switch: str = "one"
    cohort: str = "focal"
    week: int | None = None
    since: int | None = None
    assumed: str | None = None

    @classmethod
    def of(cls, declared: Mapping[str, Any]) -> Self:
        """Take one from a manifest or a scenario.

        Raises
        ------
        WorkError
            If it is not as `netgrow run` writes it.
        """
        said = {"relation" if key == "is" else key: value for key, value in declared.items()}
        known = {field.name for field in fields(cls)}
        try:
            made = cls(**{key: value for key, value in said.items() if key in known})
            texts = (made.claim, made.says, made.metric, made.arm, made.switch, made.cohort)
            usable = (
                all(isinstance(text, str) for text in texts)
                and isinstance(made.than, (str, int, float))
                and made.relation in RELATIONS
                and made.by >= 0
            )
        except TypeError:
            usable = False
        if not usable:
            raise WorkError(
                f"a test declared in the manifest is damaged ({said.get('claim', 'no claim')}); "
                "run the scenario again"
            )
        return made

    @property
    def other(self) -> str:
        """What the arm is compared with, in words."""
        return self.than if isinstance(self.than, str) else f"{self.than:g}"


@dataclass(frozen=True)
class Finding:
    """What one study says of one inequality; numbers are in the metric's unit.

    Attributes
    ----------
    title, unit : str
        Of the metric.
    week : int or None
        Week compared; None if nothing was.
    worlds : int
        Worlds behind it: pairs, or worlds of the arm where it is compared with a number.
    difference, low, high : float or None
        Mean of arm - than and its interval: a point where all worlds agree, None with one world.
    reason : str
        What the verdict does not say by itself.
    """

    study: str
    test: Inequality
    title: str
    unit: str
    week: int | None
    worlds: int
    difference: float | None
    low: float | None
    high: float | None
    verdict: Verdict
    reason: str

    @property
    def agree(self) -> bool:
        """Whether all of at least two worlds give exactly the same difference."""
        return self.worlds >= 2 and self.low == self.high


def inequalities_of(declared: Iterable[Mapping[str, Any]]) -> tuple[Inequality, ...]:
    """Take what a study tests from its manifest's, or its scenario's, `tests`.

    Raises
    ------
    WorkError
        If one of them is damaged.
    """
    return tuple(Inequality.of(each) for each in declared)


def not_run(
    study: str, tests: Sequence[Inequality], why: str, results: Results | None = None
) -> tuple[Finding, ...]:
    """Make the findings of tests for which there are no numbers."""
    known = results.metrics if results else {}
    found = []
    for test in tests:
        metric = known.get(test.metric)
        title = metric.title if metric else test.metric.replace("_", " ")
        unit = metric.unit if metric else ""
        found.append(Finding(study, test, title, unit, None, 0, None, None, None, "not run", why))
    return tuple(found)
