"""Real files become what their sources say they hold."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from real_data import DATA, needs_data

from sim.scenario.inputs import Data
from sim.world.load import RealInput, load

pytestmark = needs_data


def test_meetup_groups_of_one_city() -> None:
    real = load(
        Data(
            memberships="meetup_member_group.csv",
            activity_column="rsvps",
            groups="meetup_groups.csv",
            topic_column="category_name",
        ),
        DATA,
    )
    assert real.members == 24_631
    assert len(real.group_ids) == 602
    assert len(real.topic_names) == 31
    assert real.membership_member is not None
    assert real.membership_group is not None
    assert real.membership_activity is not None
    assert real.group_topic is not None
    assert len(real.membership_member) == 45_583
    assert real.repairs == ()
    assert real.membership_activity.min() >= 1
    assert real.group_topic.min() == 0
    rows = (DATA / "meetup_member_group.csv").read_text().splitlines()[1:]
    assert rows[0] == "36,0,1"
    by_hand = sorted(tuple(int(cell) for cell in row.split(",")) for row in rows)
    loaded = zip(
        (int(real.ids[member]) for member in real.membership_member),
        (int(real.group_ids[group]) for group in real.membership_group),
        real.membership_activity,
        strict=True,
    )
    assert list(loaded) == by_hand


@pytest.fixture(scope="module")
def email() -> RealInput:
    return load(
        Data(
            edges="email-Eu-core.txt",
            source_column="column_1",
            target_column="column_2",
            attributes="email-Eu-core-department-labels.txt",
            id_column="column_1",
            employer_column="column_2",
            no_header=("edges", "attributes"),
        ),
        DATA,
    )


def test_email_of_one_institution(email: RealInput) -> None:
    assert email.ids == [str(number) for number in range(1005)]
    assert len(email.contexts["employer"].names) == 42
    assert email.contexts["employer"].codes.min() == 0
    assert email.edge_a is not None
    assert email.edge_b is not None
    assert len(email.edge_a) == 16_064
    assert "email-Eu-core.txt: 642 self-loops dropped" in email.repairs
    merged = "email-Eu-core.txt: 8,865 reversed or repeated ties merged with the first"
    assert merged in email.repairs
    assert 25_571 - 642 - 8_865 == 16_064

    graph: nx.Graph[int] = nx.Graph()
    graph.add_edges_from(zip(email.edge_a.tolist(), email.edge_b.tolist(), strict=True))
    assert graph.number_of_nodes() == 986, "19 people wrote to nobody but themselves"
    # F18 (0.41) is the average over people with a tie; SNAP's 0.3994 counts the other 19 as 0
    assert nx.average_clustering(graph) == pytest.approx(0.41, abs=0.005)
    graph.add_nodes_from(range(1005))
    assert nx.average_clustering(graph) == pytest.approx(0.3994, abs=0.00005)


def test_ties_within_departments_are_denser(email: RealInput) -> None:
    assert email.edge_a is not None
    assert email.edge_b is not None
    codes = email.contexts["employer"].codes
    inside = int((codes[email.edge_a] == codes[email.edge_b]).sum())
    sizes = np.bincount(codes)
    pairs_inside = int((sizes * (sizes - 1) // 2).sum())
    pairs_between = 1005 * 1004 // 2 - pairs_inside
    ratio = (inside / pairs_inside) / ((len(email.edge_a) - inside) / pairs_between)
    assert ratio == pytest.approx(10.3, abs=0.05)  # F18


def test_lawyers_keep_those_without_friends() -> None:
    real = load(
        Data(
            edges="lazega_edges.csv",
            relation_column="relation",
            relations=("friends",),
            attributes="lazega_attributes.csv",
            id_column="id",
            region_column="office",
            school_column="law_school",
            seniority_column="seniority",
        ),
        DATA,
    )
    assert real.members == 71
    assert {name: len(context.names) for name, context in real.contexts.items()}["region"] == 3
    years = [float(name) for name in real.contexts["seniority"].names]
    assert years == sorted(years)
    assert years[-1] == 32
    assert real.edge_a is not None
    rows = [row.split(",") for row in (DATA / "lazega_edges.csv").read_text().splitlines()[1:]]
    friends = {frozenset(row[:2]) for row in rows if row[2] == "friends"}
    assert len(real.edge_a) == len(friends)


def test_forums_of_an_online_community() -> None:
    real = load(
        Data(
            memberships="uci_forum_person_forum.csv",
            member_column="person",
            group_column="forum",
            activity_column="posts",
        ),
        DATA,
    )
    assert real.members == 899
    assert len(real.group_ids) == 522
    assert real.membership_member is not None
    joined = np.bincount(real.membership_member)
    assert joined.mean() == pytest.approx(7.9, abs=0.05)  # F20
    assert np.median(joined) == 5  # F20
    assert real.topic_names == []
