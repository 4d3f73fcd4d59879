"""What must hold between sections: tests, dated changes, what arms set, and what is measured."""

from __future__ import annotations

from typing import Any

import pytest

from sim.batch.checks import scenario_checks
from sim.scenario import Scenario, ScenarioError
from sim.scenario.check import checked

TEST = {"claim": "S1", "says": "more", "arm": "a", "than": "b", "is": "more"}


def read(**values: Any) -> Scenario:
    """Return a scenario with two arms."""
    arms = {"a": {"strategy": "dormant"}, "b": {"strategy": "known_only"}}
    return checked({"question": "?", "arms": arms} | values, "f", extra_checks=scenario_checks)


def messages(**values: Any) -> list[str]:
    """Return what is wrong with a scenario."""
    with pytest.raises(ScenarioError) as caught:
        read(**values)
    return [str(problem).removeprefix("f: ") for problem in caught.value.problems]


def test_a_test_of_a_claim_is_read_as_it_is_written() -> None:
    whole = read(
        tests=[TEST | {"week": 52, "since": 4}, TEST | {"than": 3, "is": "same", "by": 1}], weeks=60
    )
    first, second = whole.tests
    assert (first.than, first.relation, first.week, first.since) == ("b", "more", 52, 4)
    assert (second.than, second.relation, second.by) == (3.0, "same", 1.0)


def test_claims_are_those_of_the_tests_unless_given() -> None:
    tests = [TEST | {"claim": claim} for claim in ("S11", "S2", "S11")]
    assert read(tests=tests).claims == ("S2", "S11")
    assert read(tests=tests, claims=["S11", "S2", "S9"]).claims == ("S11", "S2", "S9")
    assert read().claims == ()
    assert messages(tests=tests, claims=["S2"]) == [
        f"tests[{n}].claim: given 'S11'; allowed: one of claims = ['S2']" for n in (1, 3)
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"arm": "aa"},
            "tests[1].arm: given 'aa'; allowed: the name of an arm: a, b; did you mean a?",
        ),
        (
            {"than": "c"},
            "tests[1].than: given 'c'; allowed: the name of an arm, or a number: a, b",
        ),
        ({"than": "a"}, "tests[1].than: given 'a'; allowed: another arm, or a number"),
        (
            {"switch": "everyone"},
            "tests[1].switch: given 'everyone'; allowed: one of switch = ['one']",
        ),
        ({"week": 41}, "tests[1].week: given 41; allowed: at most weeks = 40"),
        ({"since": 41}, "tests[1].since: given 41; allowed: at most weeks = 40"),
        (
            {"week": 8, "since": 8},
            "tests[1].since: given 8; allowed: a week before 8, the week compared",
        ),
        ({"since": 40}, "tests[1].since: given 40; allowed: a week before 40, the week compared"),
        (
            {"week": 6},
            (
                "tests[1].week: given 6; allowed: a measured week: a multiple of "
                "measure.all_every = 10 or measure.every = 4, or the last"
            ),
        ),
        (
            {"cohort": "all", "since": 4},
            (
                "tests[1].since: given 4; allowed: a measured week: a multiple of "
                "measure.all_every = 10, or the last"
            ),
        ),
        (
            {"metric": "reach2"},
            (
                "tests[1].metric: given 'reach2'; allowed: a metric of `netgrow list metrics`; "
                "did you mean reach_2?"
            ),
        ),
        (
            {"metric": "degree_gini"},
            (
                "tests[1].cohort: given 'focal'; "
                "allowed: 'all', since degree_gini is of the whole graph"
            ),
        ),
        (
            {"metric": "interviews"},
            (
                "tests[1].metric: given 'interviews', not measured under arm a; "
                "allowed: a metric that is measured, as this with careers.on = true"
            ),
        ),
        (
            {"assumed": "platform, search.recruitrs"},
            (
                "tests[1].assumed: given 'search.recruitrs'; allowed: keys of parameters, or names "
                "of sections, with commas between them; did you mean search.recruiters?"
            ),
        ),
        (
            {"assumed": "wastelands"},
            (
                "tests[1].assumed: given 'wastelands'; allowed: keys of parameters, or names "
                "of sections, with commas between them; did you mean wasteland?"
            ),
        ),
        (
            {"assumed": "policy,"},
            (
                "tests[1].assumed: given ''; allowed: keys of parameters, or names "
                "of sections, with commas between them"
            ),
        ),
        (
            {"assumed": "arms.c.strategy"},
            (
                "tests[1].assumed: given 'arms.c.strategy'; allowed: keys of parameters, or names "
                "of sections, with commas between them"
            ),
        ),
        (
            {"relation": "more"},
            (
                "tests[1].relation: given an unknown key; allowed: a key of [[tests]]: "
                "claim, says, holds, metric, arm, than, is, by, switch, cohort, week, "
                "since, assumed"
            ),
        ),
        (
            {"ARM": "a"},
            (
                "tests[1].ARM: given an unknown key; allowed: a key of [[tests]]; "
                "did you mean tests[1].arm?"
            ),
        ),
    ],
)
def test_what_a_test_names_must_be_there(change: dict[str, Any], message: str) -> None:
    given = {"weeks": 40, "switch": ["one"], "measure": {"every": 4, "all_every": 10}}
    assert messages(tests=[TEST | change], **given) == [message]


@pytest.mark.parametrize(
    "change",
    [
        {"week": 0},
        {"week": 30, "since": 28},
        {"week": 41, "since": 0, "cohort": "all"},
        {"week": 40, "cohort": "all", "metric": "degree_gini"},
    ],
)
def test_weeks_that_are_measured_may_be_tested(change: dict[str, Any]) -> None:
    read(tests=[TEST | change], weeks=41, measure={"every": 4, "all_every": 10})


@pytest.mark.parametrize(
    "assumed",
    ["search.recruiters, careers.approach", "policy", "wasteland,ties", "arms.a.strategy, weeks"],
)
def test_what_imposes_an_outcome_is_a_parameter_or_a_section(assumed: str) -> None:
    assert read(tests=[TEST | {"assumed": assumed}]).tests[0].assumed == assumed


def test_a_parameter_of_a_strategy_that_is_given_may_impose_an_outcome() -> None:
    arms = {"a": {"strategy": "known_only", "upkeep_share": 0.5}, "b": {"strategy": "dormant"}}
    read(arms=arms, tests=[TEST | {"assumed": "arms.a.upkeep_share"}])
    (message,) = messages(arms=arms, tests=[TEST | {"assumed": "arms.b.upkeep_share"}])
    assert message.startswith("tests[1].assumed: given 'arms.b.upkeep_share'; ")


def test_jobs_are_lost_within_the_weeks_simulated() -> None:
    on, late = {"careers.on": True}, {"careers.loss_week": 41}
    careers = {"on": True, "loss_week": 41}
    read(careers=careers, weeks=41)
    read(careers=careers | {"on": False}, weeks=40)
    assert messages(careers=careers, weeks=40) == [
        "careers.loss_week: given 41; allowed: at most weeks = 40"
    ]

    def arms(a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
        given = {"a": a, "b": b}
        return {name: {"strategy": "dormant", "set": each} for name, each in given.items()}

    read(arms=arms(late, on), weeks=40)
    read(arms=arms({"careers.on": False}, {"careers.loss_week": 40}), careers=careers, weeks=40)
    assert messages(arms=arms(late | on, on), weeks=40) == [
        "arms.a.set.careers.loss_week: given 41; allowed: at most weeks = 40"
    ]
    assert messages(arms=arms({}, on), careers=careers | {"on": False}, weeks=40) == [
        "careers.loss_week: given 41; allowed: at most weeks = 40"
    ]


def test_a_metric_of_a_mechanism_needs_it_under_the_arms_compared() -> None:
    on = {"strategy": "dormant", "set": {"careers.on": True}}
    off = {"strategy": "dormant", "set": {"careers.on": False}}
    test = TEST | {"metric": "offers"}
    read(tests=[test], careers={"on": True})
    read(tests=[test | {"than": 0.5}], arms={"a": on, "b": {"strategy": "dormant"}})
    read(tests=[test], arms={"a": on, "b": on})
    (message,) = messages(tests=[test], arms={"a": on, "b": off}, careers={"on": True})
    assert message.startswith("tests[1].metric: given 'offers', not measured under arm b; ")
    (message,) = messages(primary="offers", arms={"a": on, "b": off})
    assert message.startswith("primary: given 'offers', not measured under arm b; ")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"set": {"mesage_level": 1}},
            (
                "policy[2].set.mesage_level: given an unknown key; allowed: a key of [platform]; "
                "did you mean platform.message_level?"
            ),
        ),
        (
            {"set": {"message_level": True}},
            "policy[2].set.message_level: given true; allowed: whole number from 1 to 3",
        ),
        (
            {"set": {"group_messages": 0}},
            "policy[2].set.group_messages: given 0; allowed: true or false",
        ),
        (
            {"set": {"message_level": "1"}},
            "policy[2].set.message_level: given '1'; allowed: true or false or whole number",
        ),
        ({}, "policy[2].close: given close = nothing, set = {}; allowed: one of them, or both"),
        (
            {"week": 105, "close": "group messages"},
            "policy[2].week: given 105; allowed: at most weeks = 104",
        ),
        (
            {"close": "groups"},
            (
                "policy[2].close: given 'groups'; "
                "allowed: 'group messages' or 'invitations to strangers'"
            ),
        ),
    ],
)
def test_a_dated_change_is_one_of_the_platform(change: dict[str, Any], message: str) -> None:
    good = {"week": 52, "close": "group messages", "set": {"message_level": 1}}
    (first,) = read(policy=[good]).policy
    assert first.changes == {"group_messages": False, "message_level": 1}
    assert messages(policy=[good, {"week": 5} | change]) == [message]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"platform.invitation_lifetime": 3},
            (
                "arms.b.set.platform.invitation_lifetime: given an unknown key; "
                "allowed: a key of [platform]; did you mean platform.invitations_lifetime?"
            ),
        ),
        ({"wasteland.on": 1}, "arms.b.set.wasteland.on: given 1; allowed: true or false"),
        (
            {"ties": {"upkeep_gain": 2}},
            "arms.b.set.ties.upkeep_gain: given 2; allowed: number from 0 to 1",
        ),
        (
            {"ties.oldest": 3},
            (
                "arms.b.set.ties.oldest: given what makes the world, the same for all arms; "
                "allowed: another key"
            ),
        ),
        (
            {"platform": "2014"},
            (
                "arms.b.set.platform: given a whole section; allowed: its keys, one by one; "
                "did you mean platform.year?"
            ),
        ),
        (
            {"platform.year": "2013"},
            (
                "arms.b.set.platform.year: given '2013'; "
                "allowed: '2008' or '2014' or '2015-06' or '2021'"
            ),
        ),
    ],
)
def test_an_arm_sets_parameters_that_there_are(settings: dict[str, Any], message: str) -> None:
    arms = {"a": {"strategy": "dormant"}, "b": {"strategy": "dormant", "set": settings}}
    assert messages(arms=arms) == [message]


@pytest.mark.parametrize("key", ["members.count", "population.on", "groups.general", "weeks"])
def test_an_arm_does_not_set_what_makes_the_world(key: str) -> None:
    arms = {"a": {"strategy": "dormant", "set": {key: 5}}}
    (message,) = messages(arms=arms)
    assert message.startswith(f"arms.a.set.{key}: given what is the same for all arms: a key of ")


def test_what_is_wrong_in_one_entry_does_not_hide_the_others() -> None:
    tests = ["S1", TEST | {"is": "most", "arm": "c"}, TEST | {"than": "c"}]
    policy = [{"week": "5"}, {"week": 5, "set": {"groups": 5}}, {"week": 5}]
    keys = {message.split(": ")[0] for message in messages(tests=tests, policy=policy)}
    assert keys == {
        *("tests[1]", "tests[2].is", "tests[2].arm", "tests[3].than"),
        *("policy[1].week", "policy[1].close", "policy[2].set.groups", "policy[3].close"),
    }


def test_what_depends_on_a_faulty_key_is_not_judged() -> None:
    tests = [TEST | {"week": 300, "switch": "everyone", "claim": "S2", "since": 200}]
    found = messages(weeks="many", switch=["nobody"], claims=["S99"], tests=tests)
    assert [message.split(": ")[0] for message in found] == ["claims", "weeks", "switch"]
