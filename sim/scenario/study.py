"""The scenario as a whole: what is asked, of whom, and how it is measured."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from sim.scenario.careers import Careers
from sim.scenario.claims import ClaimTest  # noqa: TC001 (pydantic reads the annotation)
from sim.scenario.conduct import Minutes, Platform, Response
from sim.scenario.declare import (
    ArmName,
    Claim,
    Question,
    Rule,
    Section,
    Share,
    StudyName,
    adds_up_to_one,
    parameter,
    plain,
)
from sim.scenario.inputs import Data  # noqa: TC001 (pydantic reads the annotation)
from sim.scenario.mechanisms import (
    Aim,
    Endorsements,
    Introductions,
    Joining,
    Population,
    Premium,
    Search,
    Spam,
    Tiredness,
    Wasteland,
)
from sim.scenario.policy import PolicyChange  # noqa: TC001 (pydantic reads the annotation)
from sim.scenario.population import Acquaintances, Focal, Groups, Members, Ties
from sim.scenario.sweep import Sweep  # noqa: TC001 (pydantic reads the annotation)

BaselineName = Annotated[str, Field(json_schema_extra={"form": "the name of one of the arms"})]
SET_FORM = "a table of at most 100 keys such as 'platform.message_level', with their values"


class Measure(Section):
    """When the world is measured, and how many of a large one are looked at closely."""

    every: int = parameter(
        4,
        "weeks between measurements of the focal members",
        unit="weeks",
        source="assumption",
        ge=1,
        le=5000,
    )
    all_every: int = parameter(
        52,
        "weeks between measurements of all members",
        unit="weeks",
        source="assumption",
        ge=1,
        le=5000,
    )
    sample: int = parameter(
        10_000,
        "members drawn to stand for all where surroundings are walked, if there are more",
        unit="members",
        source="assumption",
        ge=1,
        le=2**31 - 1,
    )


class Arm(BaseModel):
    """One arm: a strategy and its parameters, which are all the keys but `strategy`."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True, allow_inf_nan=False)

    __pydantic_extra__: dict[str, Annotated[Any, AfterValidator(plain)]] = Field(init=False)

    strategy: Annotated[str, StringConstraints(min_length=1, max_length=200)] = parameter(
        ..., "name of a strategy, or `module:Class`", source="choice"
    )

    set: Annotated[
        dict[str, Annotated[Any, AfterValidator(plain)]],
        Field(max_length=100, json_schema_extra={"form": SET_FORM}),
    ] = parameter(
        {},
        "parameters that differ in the runs of this arm, by dotted key; not those of the sections "
        "that make the world",
        source="choice",
    )

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters given to the strategy, by name."""
        return dict(self.model_extra or {})


class Scenario(Section):
    """One study: a question, its arms, its world and its measures.

    All sections have defaults; a file needs `question` and `arms` alone.
    """

    name: StudyName = parameter(
        "study", "name of the study; the file's name unless given", source="choice"
    )
    question: Annotated[str, StringConstraints(min_length=1, max_length=500)] = parameter(
        ..., "the question in words", source="choice"
    )
    claims: Annotated[tuple[Claim, ...], Field(max_length=24)] = parameter(
        (), "ids of the claims it tests; those of `tests` unless given", source="S1-S24"
    )
    primary: Annotated[str, StringConstraints(min_length=1, max_length=200)] = parameter(
        "target_decision_makers_2", "the metric that decides", source="S5"
    )
    smallest_difference: float | None = parameter(
        None,
        "smallest difference of the primary metric that would matter to the reader",
        source="assumption",
        ge=0.0,
        le=1e9,
    )
    weeks: int = parameter(104, "weeks simulated", unit="weeks", source="assumption", ge=1, le=5000)
    seeds: int = parameter(
        30, "paired worlds", unit="worlds", source="assumption", ge=1, le=100_000
    )
    seed: int = parameter(1, "seed of the first world", source="choice", ge=0, le=2**62)
    switch: Annotated[tuple[Question, ...], Field(min_length=1, max_length=2)] = parameter(
        ("one", "everyone"),
        "who plays the arm: the focal members alone (one), all members (everyone), or each in turn",
        source="choice",
    )
    baseline: BaselineName | None = parameter(
        None, "arm the others are compared with; the first one unless given", source="choice"
    )
    members: Members = Members()
    focal: Focal = Focal()
    acquaintances: Acquaintances = Acquaintances()
    ties: Ties = Ties()
    groups: Groups = Groups()
    platform: Platform = Platform()
    response: Response = Response()
    minutes: Minutes = Minutes()
    measure: Measure = Measure()
    search: Search = Search()
    endorsements: Endorsements = Endorsements()
    introductions: Introductions = Introductions()
    premium: Premium = Premium()
    joining: Joining = Joining()
    spam: Spam = Spam()
    wasteland: Wasteland = Wasteland()
    tiredness: Tiredness = Tiredness()
    aim: Aim = Aim()
    careers: Careers = Careers()
    population: Population = Population()
    policy: Annotated[tuple[PolicyChange, ...], Field(max_length=100)] = parameter(
        (), "changes of the platform's rules inside a run", source="S17"
    )
    tests: Annotated[tuple[ClaimTest, ...], Field(max_length=100)] = parameter(
        (), "what the study tests: claims as inequalities on metrics", source="S1-S24"
    )
    data: Data | None = None
    sweep: Sweep | None = None
    background: Annotated[dict[str, Share], Field(max_length=100)] = parameter(
        {"known_only": 0.2, "group_driven": 0.03, "open_networker": 0.02, "dormant": 0.75},
        "shares of the strategies that all other members play under `one`",
        source="S1, S12, assumption",
    )
    arms: Annotated[dict[ArmName, Arm], Field(min_length=1, max_length=100)] = parameter(
        ..., "the arms: each a strategy with its parameters", source="choice"
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            ("switch",),
            "'one', 'everyone' or both, each once",
            lambda s: len(set(s.switch)) == len(s.switch),
        ),
        Rule(
            ("baseline", "arms"),
            "the name of one of the arms",
            lambda s: s.baseline is None or s.baseline in s.arms,
            names=lambda s: s.arms,
        ),
        Rule(
            ("background",),
            "shares that add up to 1",
            lambda s: adds_up_to_one(s.background.values()),
        ),
    )

    @property
    def reference(self) -> str:
        """Name of the arm that the others are compared with."""
        return self.baseline or next(iter(self.arms))

    @property
    def mechanisms(self) -> frozenset[str]:
        """Names of the sections whose mechanism is switched on."""
        return frozenset(name for name, section in self if getattr(section, "on", False) is True)
