"""Expansion through groups: meet in the group, then invite with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.strategies.base import Plan, UpkeepStrategy, parameter


@dataclass(frozen=True)
class GroupDriven(UpkeepStrategy):
    """Writes to members of its groups and invites those who answer; or invites them outright."""

    summary: ClassVar[str] = "meets members of its groups, invites them, tends its contacts"
    source: ClassVar[str] = "S11, S14, S15"
    channels: ClassVar[tuple[str, ...]] = ("acquaintance", "group")
    mechanisms: ClassVar[tuple[str, ...]] = ("joining", "endorsements")

    message_first: bool = parameter(
        True, "writes first and invites those who answer, with a note", source="S14"
    )
    invitations_a_week: int = parameter(
        5, "invitations it sends at most", unit="invitations a week", ge=0, le=100_000
    )
    looks: int = parameter(
        20,
        "profiles it looks at for each message or invitation it could send",
        unit="profiles",
        ge=1,
        le=10_000,
    )
    focus: bool = parameter(
        True,
        "prefers groups on its target market and writes only to its members",
        source="S11, S21",
    )
    ask_again_after: int = parameter(
        26, "weeks before it asks the same person again", unit="weeks", ge=1, le=5000
    )
    joins_a_week: int = parameter(
        0,
        "groups on its target market it joins at most, where groups change",
        unit="groups a week",
        source="S11, S12",
        ge=0,
        le=100_000,
    )
    posts_a_week: int = parameter(
        0,
        "groups in which it posts at most, where groups change",
        unit="posts a week",
        source="S12",
        ge=0,
        le=100_000,
    )

    def grow(self, plan: Plan) -> None:
        """Join groups and post in them; then invite or write to their members."""
        view = plan.view
        if "joining" in view.open:
            joins = plan.affordable(view.cost.join, self.joins_a_week)
            plan.join_groups(view.groups_to_join(joins))
            posts = plan.affordable(view.cost.post, self.posts_a_week)
            plan.post(view.own_groups(posts, self.focus))
        if self.message_first:
            limit = plan.invitations(self.invitations_a_week, note=True)
            plan.invite(view.met(limit, self.ask_again_after), note=True)
            limit = plan.affordable(view.cost.message)
        else:
            limit = plan.invitations(self.invitations_a_week)
        found = view.group_members(
            limit,
            self.ask_again_after,
            looks=self.looks * limit,
            focus=self.focus,
            messageable=self.message_first,
        )
        if self.message_first:
            plan.message(found)
        else:
            plan.invite(found)
