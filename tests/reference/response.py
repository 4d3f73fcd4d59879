"""How recipients answer (docs/model.md, 7.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.draws import Decision

from .network import Network, exp

if TYPE_CHECKING:
    from sim.scenario.study import Scenario

    from .draws import Luck
    from .strategies import Act


def logistic(x: float) -> float:
    """1 / (1 + e**-x), by the exponential of a number that is not positive."""
    if x >= 0.0:
        return 1.0 / (1.0 + exp(-x))
    odds = exp(x)
    return odds / (1.0 + odds)


def log_odds(network: Network, scenario: Scenario, i: int, act: Act, load: int) -> float:
    """Log-odds that the target of an invitation accepts it, or that of a message answers."""
    response = scenario.response
    actor, target = network.members[i], network.members[act.target]
    x = response.reply if act.kind == "message" else response.accept
    if act.target in actor.acquaintances:
        x = x + response.acquaintance
    x = x + response.mutual * min(network.mutual(i, act.target), response.mutual_most)
    if network.share_group(i, act.target):
        x = x + response.group
    if act.target in actor.met:
        x = x + response.met
    if actor.field == target.field:
        x = x + response.field
    x = x + response.openness * target.openness
    x = x + response.load * (load - 1)
    if act.kind == "invite" and act.note:
        x = x + response.note
    if act.kind == "message":
        x = x + response.activity * target.activity[act.group]
    return x


def answer_invitation(
    network: Network, scenario: Scenario, luck: Luck, week: int, i: int, act: Act, load: int
) -> str:
    """Return `accepted`, `flagged` or `ignored`."""
    j = act.target
    chance = logistic(log_odds(network, scenario, i, act, load))
    if luck.uniform(Decision.ACCEPT, week, i, j, 0) < chance:
        return "accepted"
    actor = network.members[i]
    if j in actor.acquaintances or j in actor.met:
        return "ignored"
    response = scenario.response
    q = response.flag_group if network.share_group(i, j) else response.flag_stranger
    return "flagged" if luck.uniform(Decision.FLAG, week, i, j, 0) < q else "ignored"


def answers_message(
    network: Network, scenario: Scenario, luck: Luck, week: int, i: int, act: Act, load: int
) -> bool:
    """Whether the target replies."""
    chance = logistic(log_odds(network, scenario, i, act, load))
    return luck.uniform(Decision.REPLY, week, i, act.target, 0) < chance
