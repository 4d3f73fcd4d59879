"""Rules of the platform by date: presets by year, and changes inside a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from sim.scenario.declare import Rule, Section, parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_LIMIT = 10_000_000

Year = Literal["2008", "2014", "2015-06", "2021"]

_IN_2008: dict[str, Any] = {
    "invitations_per_week": 100_000,
    "invitations_lifetime": 3000,
    "reinvite_after": 1,
    "flags_until_restricted": 1_000_000,
    "restricted_weeks": 0,
    "message_level": 2,
    "group_messages": True,
    "messages_per_month": NO_LIMIT,
    "groups_most": 50,
    "group_size_most": 20_000,
    "connections_most": NO_LIMIT,
    "stranger_invitations": True,
}
_IN_2014 = _IN_2008 | {"flags_until_restricted": 5, "restricted_weeks": 1}
_IN_2015 = _IN_2014 | {"messages_per_month": 15}
_IN_2021 = _IN_2015 | {
    "invitations_per_week": 100,
    "reinvite_after": 3,
    "groups_most": 100,
    "connections_most": 30_000,
}

PRESETS: Mapping[str, Mapping[str, Any]] = {
    "2008": _IN_2008,
    "2014": _IN_2014,
    "2015-06": _IN_2015,
    "2021": _IN_2021,
}
"""Keys of section `platform` as they were in a year (F40-F46)."""


def of_year(platform: Any) -> Any:
    """Return a section `platform` as a table, if a year stands in its place."""
    return {"year": platform} if isinstance(platform, str) or type(platform) is int else platform


def expanded(platform: Any) -> Any:
    """Return a section `platform` with what its year says; keys that are given stand.

    A year may stand for the whole section. What is not understood is returned as it is, for
    validation to refuse.
    """
    platform = of_year(platform)
    if not isinstance(platform, dict):
        return platform
    given = dict(platform)
    year = given.get("year")
    if type(year) is int and 0 <= year <= 9999:
        given["year"] = year = str(year)
    return {**(PRESETS.get(year, {}) if isinstance(year, str) else {}), **given}


CLOSING: Mapping[str, Mapping[str, Any]] = {
    "group messages": {"group_messages": False},
    "invitations to strangers": {"stranger_invitations": False},
}
"""What closing a door changes."""


class PolicyChange(Section):
    """A change of the platform's rules inside a run."""

    week: int = parameter(
        ..., "first week in which it holds", unit="weeks", source="S17", ge=1, le=5000
    )
    close: Literal["group messages", "invitations to strangers"] | None = parameter(
        None, "door that is closed", source="S17"
    )
    set: Annotated[dict[str, bool | int], Field(max_length=100)] = parameter(
        {}, "keys of `platform` with their new values", source="S17, F40-F46"
    )

    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            ("close", "set"),
            "one of them, or both",
            lambda s: s.close is not None or bool(s.set),
        ),
    )

    @property
    def changes(self) -> dict[str, Any]:
        """Keys of `platform` that change."""
        return {**CLOSING.get(self.close or "", {}), **self.set}
