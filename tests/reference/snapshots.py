"""The whole state of a run, of either twin, as plain dictionaries that can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .handover import COUNTED, SINGLE, network_of
from .members import CHANNELS
from .metrics import OUTCOMES

if TYPE_CHECKING:
    from .members import Member
    from .network import Network
    from .twin import Twin

Snapshot = dict[str, Any]


def of_twin(twin: Twin) -> Snapshot:
    """Everything that changes in a run, by part."""
    return _of_network(twin.network) | {
        "measured_week": twin.measured_week,
        "measures": twin.measures,
    }


def of_model(model: Any) -> Snapshot:
    """Return the same of the fast model."""
    return _of_network(network_of(model.world)) | {
        "measured_week": model.measured_week,
        "measures": model.measures,
    }


def _of_network(network: Network) -> Snapshot:
    members = network.members
    return {
        **{name: [getattr(member, name) for member in members] for name in SINGLE},
        **{name: [list(getattr(member, name).values()) for member in members] for name in COUNTED},
        # The time of those who are absent means nothing.
        "time": [member.time if member.present else None for member in members],
        "credits": [
            {week: left for week, left in member.credits.items() if left} for member in members
        ],
        "invitations": [_invitations(member) for member in members],
        "ties": {
            pair: (tie.level, tie.renewed, tie.born, tie.origin, tie.bridge, tie.endorsers)
            for pair, tie in network.pairs().items()
        },
        "history": [
            (member.invited, member.messaged, member.met, member.addressed, member.favours)
            for member in members
        ],
        "memberships": [(member.activity, member.posted) for member in members],
        "groups": [group.members for group in network.groups],
        "pending": network.pending,
    }


def _invitations(member: Member) -> list[list[int]]:
    """Accepted, ignored and flagged invitations of one member, by channel."""
    return [
        [member.invitations.get((channel, outcome), 0) for outcome in OUTCOMES]
        for channel in CHANNELS
    ]
