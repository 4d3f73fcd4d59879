"""The whole state of a run, of either twin, as plain dictionaries that can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .handover import network_of
from .metrics import OUTCOMES
from .network import CHANNELS

if TYPE_CHECKING:
    from .network import Network
    from .twin import Twin

Snapshot = dict[str, Any]


def of_twin(twin: Twin) -> Snapshot:
    """Everything that changes in a run, by part."""
    members = twin.network.members
    return _of_network(twin.network) | {
        "invitations": [
            [_outcomes(member.invitations, channel) for channel in CHANNELS] for member in members
        ],
        "messages_sent": [member.messages_sent for member in members],
        "replies": [member.replies for member in members],
        "refused": [member.refused for member in members],
        "weeks_restricted": [member.weeks_restricted for member in members],
        "minutes_spent": [list(member.minutes_spent.values()) for member in members],
        "measured_week": twin.measured_week,
        "measures": twin.measures,
    }


def of_model(model: Any) -> Snapshot:
    """Return the same of the fast model."""
    counts = (
        "invitations", "messages_sent", "replies", "refused", "weeks_restricted", "minutes_spent",
    )  # fmt: skip
    return (
        _of_network(network_of(model.world))
        | {name: getattr(model.world.members, name).tolist() for name in counts}
        | {"measured_week": model.measured_week, "measures": model.measures}
    )


def _of_network(network: Network) -> Snapshot:
    return {
        "ties": {
            pair: (tie.level, tie.renewed, tie.born, tie.origin, tie.bridge)
            for pair, tie in network.pairs().items()
        },
        "history": {
            member.number: (member.invited, member.messaged, member.met)
            for member in network.members
        },
        "sent": [member.sent for member in network.members],
        "flags": [member.flags for member in network.members],
        "restricted_until": [member.restricted_until for member in network.members],
        "first_target_week": [member.first_target_week for member in network.members],
    }


def _outcomes(invitations: dict[tuple[str, str], int], channel: str) -> list[int]:
    """Sent, accepted, ignored and flagged invitations of one channel."""
    counts = [invitations.get((channel, outcome), 0) for outcome in OUTCOMES]
    return [sum(counts), *counts]
