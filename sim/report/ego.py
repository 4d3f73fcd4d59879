"""One focal member's network: who is one step away, who two, and what is new."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sim.report.words import capital, counted, label, listed

PLURALS = {
    "acquaintance": "acquaintance",
    "group": "groups",
    "stranger": "cold invitations",
    "introduction": "introductions",
}
"""How a tie came about, in words."""


@dataclass(frozen=True)
class Ego:
    """One focal member's surroundings at the end of one run.

    Attributes
    ----------
    nodes : polars.DataFrame
        Columns `member`, `level` (0, 1, 2), `field`, `in_target`, `decision_maker`.
    ties : polars.DataFrame
        Columns `source`, `target`, `origin`, `born` (week; 0 or less: before the run), `active`.
    """

    nodes: pl.DataFrame
    ties: pl.DataFrame

    @property
    def me(self) -> int:
        """The focal member's id."""
        return int(self.nodes.filter(pl.col("level") == 0)["member"][0])

    def contacts(self) -> pl.DataFrame:
        """Return the members one step away, with `origin`, `born` and `active` of their tie."""
        me = self.me
        mine = self.ties.filter((pl.col("source") == me) | (pl.col("target") == me)).select(
            pl.when(pl.col("source") == me)
            .then(pl.col("target"))
            .otherwise(pl.col("source"))
            .alias("member"),
            "origin",
            "born",
            "active",
        )
        return self.nodes.filter(pl.col("level") == 1).join(mine, on="member", how="left")

    def counts(self) -> dict[str, int]:
        """Count what the picture shows."""
        contacts = self.contacts()
        wanted = pl.col("in_target") & pl.col("decision_maker")
        second = self.nodes.filter(pl.col("level") == 2)
        return {
            "contacts": contacts.height,
            "new": contacts.filter(pl.col("born") > 0).height,
            "in_target": contacts.filter(pl.col("in_target")).height,
            "deciders": contacts.filter(wanted).height,
            "second": second.height,
            "second_deciders": second.filter(wanted).height,
        }

    def told(self, arm: str) -> str:
        """Say in words what the picture shows."""
        count = self.counts()
        origins = (
            self.contacts()
            .filter(pl.col("born") > 0)
            .group_by("origin")
            .len()
            .sort("len", "origin", descending=[True, False])
        )
        ways = [
            f"{number} through {PLURALS.get(way, label(way))}" for way, number in origins.rows()
        ]
        new = f"{count['new']} of them new" + (f" ({listed(ways)})" if ways else "")
        deciders = f"{count['deciders'] or 'no'} decision-maker"
        deciders += "" if count["deciders"] == 1 else "s"
        return (
            f"{capital(label(arm))}: {counted(count['contacts'], 'direct contact')}, {new}; "
            f"{count['in_target']} work in the target market, {deciders} among them. "
            f"{counted(count['second_deciders'], 'more decision-maker')} of the target market "
            "stand two steps away."
        )
