"""How a parameter, a section of a scenario and a rule between parameters are declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

WITHOUT_RULES = "without rules"
"""Validation context in which a section's rules are left to the caller to judge."""

PLAIN_FORM = "text, true or false, a finite number of at most 64 bits, or a list or table of these"
ARM_NAME_FORM = "a name of at most 40 small letters, digits, - and _"

Question = Literal["one", "everyone"]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Factor = Annotated[float, Field(ge=0.0, le=10.0)]
ArmName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$"),
    Field(json_schema_extra={"form": ARM_NAME_FORM}),
]
Claim = Annotated[
    str,
    StringConstraints(pattern=r"^S([1-9]|1[0-9]|2[0-4])$"),
    Field(json_schema_extra={"form": "a claim, 'S1' to 'S24'"}),
]
StudyName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"),
    Field(
        json_schema_extra={
            "form": "a name of at most 80 letters, digits, . - and _, the first a letter or digit"
        }
    ),
]


def parameter(
    default: Any,
    meaning: str,
    *,
    source: str,
    unit: str = "",
    ge: float | None = None,
    le: float | None = None,
) -> Any:
    """Declare one parameter: its default, meaning, unit, range and source.

    Parameters
    ----------
    default
        The value used when a scenario does not give one; `...` if it must.
    meaning
        One line, in words.
    source
        Fact ids (`F12`, `S3`), `assumption`, or `choice` for what the user of the study decides
        and no source could tell.
    unit
        Unit of the value; empty for pure numbers and names.
    ge, le
        Smallest and largest value allowed.
    """
    extra: dict[str, Any] = {"unit": unit, "source": source}
    return Field(default, description=meaning, ge=ge, le=le, json_schema_extra=extra)


def share(default: float, meaning: str, source: str, *, unit: str = "") -> Any:
    """Declare a parameter from 0 to 1."""
    return parameter(default, meaning, unit=unit, source=source, ge=0.0, le=1.0)


def coefficient(default: float, meaning: str, source: str) -> Any:
    """Declare a coefficient of a logistic law."""
    return parameter(default, meaning, unit="log-odds", source=source, ge=-20.0, le=20.0)


def weight(default: float, meaning: str, source: str) -> Any:
    """Declare a weight in a score by which profiles are ranked."""
    return parameter(default, meaning, unit="score", source=source, ge=-20.0, le=20.0)


def plain(value: Any) -> Any:
    """Pass on a value that JSON and TOML can both hold; refuse others by a ValueError."""
    match value:
        case bool() | str():
            fits = True
        case int():
            fits = -(2**63) <= value < 2**63
        case float():
            fits = abs(value) < float("inf")
        case tuple():
            return tuple(plain(item) for item in value)
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case _:
            fits = False
    if not fits:
        raise ValueError(f"must be {PLAIN_FORM}")
    return value


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold between the parameters of one section.

    Parameters
    ----------
    keys
        The parameters it is about; a breach is reported at the first.
    allowed
        What must hold, in words.
    holds
        Whether a section keeps it.
    names
        The names among which the first parameter's value should have been, if it is a name.
    """

    keys: tuple[str, ...]
    allowed: str
    holds: Callable[[Any], bool]
    names: Callable[[Any], Iterable[str]] | None = None


def adds_up_to_one(shares: Iterable[float]) -> bool:
    """Whether shares written in decimals add up to 1."""
    return abs(sum(shares) - 1.0) <= 1e-9


def at_most_one(*shares: float) -> bool:
    """Whether shares written in decimals leave room for one another."""
    return sum(shares) <= 1.0 + 1e-9


class Section(BaseModel):
    """Base of all sections: frozen, unknown keys are errors, no silent conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    rules: ClassVar[tuple[Rule, ...]] = ()

    @model_validator(mode="after")
    def _keeps_its_rules(self, info: ValidationInfo) -> Self:
        if info.context != WITHOUT_RULES:
            for rule in self.rules:
                if not rule.holds(self):
                    raise ValueError(f"{' and '.join(rule.keys)}: must be {rule.allowed}")
        return self
