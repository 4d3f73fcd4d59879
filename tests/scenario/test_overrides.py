"""Values given in place of those of a file: on the command line (`--set`) and in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from damaged import BASE

from sim.scenario import ScenarioError, apply_overrides, load_scenario
from sim.scenario.policy import NO_LIMIT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "base.toml"
    path.write_text(BASE)
    return path


def test_overrides_replace_values(base: Path) -> None:
    scenario = load_scenario(
        base,
        [
            "members.count=500",
            "arms.group_driven.message_first=false",
            "arms.third.strategy=dormant",
            "arms.third.hours=2.5",
            'question=Is 5 "enough"?',
            "background={dormant = 1.0}",
            " ties.oldest = 3 ",
        ],
        seeds=7,
        members={"fields": 4},
        arms={"a": {"strategy": "x"}},
        baseline="a",
    )
    assert scenario.members.count == 500
    assert scenario.members.fields == 4
    assert scenario.question == 'Is 5 "enough"?'
    assert scenario.background == {"dormant": 1.0}
    assert scenario.ties.oldest == 3
    assert scenario.seeds == 7
    assert list(scenario.arms) == ["a"]
    by_name = load_scenario(base, {"members.count": "500"})
    assert by_name.members.count == 500


def test_overrides_leave_the_table_as_it_is() -> None:
    table = {"members": {"count": 5}, "arms": {"a": {"strategy": "x"}}}
    changed = apply_overrides(table, ["members.count=6", "arms.a.strategy=y"])
    assert changed == {"members": {"count": 6}, "arms": {"a": {"strategy": "y"}}}
    assert table == {"members": {"count": 5}, "arms": {"a": {"strategy": "x"}}}


@pytest.mark.parametrize(
    ("override", "key", "suggestion"),
    [
        ("members.cuont=5", "members.cuont", "members.count"),
        ("count=5", "count", "members.count"),
        ("wekks=5", "wekks", "weeks"),
        ("arms.group_drivn.looks=5", "arms.group_drivn.looks", "group_driven"),
        ("members=5", "members", None),
        ("arms=5", "arms", None),
        ("weeks.a=5", "weeks.a", "weeks"),
        ("weeks", "", None),
        ("=5", "", None),
        ("", "", None),
        ("weeks=", "weeks", None),
        ("weeks=1e400", "weeks", None),
        (f"weeks={'9' * 5000}", "weeks", None),
        (f"arms.group_driven.looks={'[' * 20}{']' * 20}", "arms.group_driven.looks", None),
        (f"weeks={'[' * 5000}", "weeks", None),
        ("weeks=2\nseeds = 3", "weeks", None),
        ("platform=2013", "platform.year", None),
        ("policy=[{week = 200, close = 'group messages'}]", "policy[1].week", None),
        ("policy.week=5", "policy.week", "policy"),
        (
            "arms.known_only.set.platform.mesage_level=1",
            "arms.known_only.set.platform.mesage_level",
            "platform.message_level",
        ),
        ("arms.known_only.set=5", "arms.known_only.set", None),
        (
            "arms.known_onl.set.platform.message_level=1",
            "arms.known_onl.set.platform.message_level",
            "known_only",
        ),
    ],
)
def test_a_wrong_override_is_told_from_a_wrong_file(
    base: Path, override: str, key: str, suggestion: str | None
) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(base, [override])
    (problem,) = caught.value.problems
    assert (problem.file, problem.key, problem.suggestion) == ("--set", key, suggestion)
    assert str(problem).isprintable()


def test_an_override_of_a_damaged_table_is_refused(base: Path) -> None:
    base.write_text('question = "?"\narms = 5\n')
    with pytest.raises(ScenarioError, match="which is no table"):
        load_scenario(base, ["arms.a.strategy=dormant"])


def test_a_wrong_argument_is_told_from_a_wrong_file(base: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(base, wekks=5, seeds=-1)
    assert {(p.file, p.key) for p in caught.value.problems} == {
        ("argument", "wekks"),
        ("argument", "seeds"),
    }


def test_a_caller_may_say_what_an_argument_was_called_where_it_came_from(base: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(base, labels={"seeds": "-n"}, seeds=-1, weeks=0)
    assert {(p.file, p.key) for p in caught.value.problems} == {
        ("-n", "seeds"),
        ("argument", "weeks"),
    }


def test_a_year_in_place_of_a_table_can_be_added_to(base: Path) -> None:
    base.write_text('platform = "2014"\n' + BASE)
    assert load_scenario(base).platform.messages_per_month == NO_LIMIT
    one = load_scenario(base, ["platform.message_level=1"])
    assert (one.platform.year, one.platform.message_level) == ("2014", 1)
    later = load_scenario(base, ["platform=2021", "platform.message_level=1"])
    assert (later.platform.reinvite_after, later.platform.message_level) == (3, 1)
    by_name = load_scenario(base, platform={"message_level": 3})
    assert (by_name.platform.year, by_name.platform.message_level) == ("2014", 3)


def test_an_override_changes_what_an_arm_sets(base: Path) -> None:
    base.write_text(
        BASE + '[arms.group_driven.set]\n"platform.message_level" = 1\nspam.on = true\n'
    )
    scenario = load_scenario(base, ["arms.group_driven.set.platform.message_level=3"])
    assert scenario.arms["group_driven"].set == {"platform.message_level": 3, "spam.on": True}
    assert scenario.arms["known_only"].set == {}
