"""From the tests of all studies to one verdict a claim, and how it is told."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sim.analysis.article import CLAIMS, GIVEN
from sim.analysis.inequalities import Finding, Inequality, Verdict
from sim.analysis.ledger import ledger_of, verdict_over
from sim.analysis.ledger_words import lines, to_csv, to_json, to_markdown, write
from sim.scenario import parameter_table

TEST = Inequality("S8", "groups reach more", "reach_2", "group_driven", "known_only", "more", 1.0)
LETTERS: dict[str, Verdict] = {
    "S": "supported", "R": "refuted", "I": "inconclusive", "A": "assumed", "N": "not run",
}  # fmt: skip


def found(verdict: Verdict, study: str = "a", **change: Any) -> Finding:
    test = replace(TEST, assumed="response.group" if verdict == "assumed" else None)
    made = Finding(
        study, test, "people two steps away", "members", 52, 8, 3.1, 2.6, 3.6, verdict, ""
    )
    if verdict == "not run":
        made = replace(made, week=None, worlds=0, difference=None, low=None, high=None)
        made = replace(made, reason="no finished run")
    own = {key: change.pop(key) for key in ("week", "title") if key in change}
    return replace(made, test=replace(made.test, **change), **own)


def studies(told: str) -> list[Finding]:
    """`SI R` is study a with a supported and an inconclusive test, and study b with a refuted."""
    return [
        found(LETTERS[letter], study)
        for study, letters in zip("abc", told.split(), strict=False)
        for letter in letters
    ]


def test_the_claims_are_those_of_the_facts() -> None:
    page = (Path(__file__).parents[2] / "docs" / "facts.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| (S\d+) \| (.*?) \|", page, re.MULTILINE))
    assert dict(CLAIMS) == told
    assert list(CLAIMS) == [f"S{number}" for number in range(1, 25)]


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ("", "not tested"),
        ("N N", "not run"),
        ("S", "supported"),
        ("SS S", "supported"),
        ("R RR", "refuted"),
        ("A A", "assumed"),
        # Only a leading test makes what holds supported.
        ("A S", "supported"),
        ("SA", "supported"),
        ("SA A", "supported"),
        ("AS", "assumed"),
        ("AS A", "assumed"),
        ("I", "inconclusive"),
        ("I II", "inconclusive"),
        # Some hold and some fail.
        ("SR", "depends"),
        ("S R", "depends"),
        ("A R", "depends"),
        ("I SR", "depends"),
        ("AS R", "depends"),
        ("ISR", "depends"),
        # An undecided test behind the leading one leaves the verdict; a leading one does not.
        ("SI", "supported"),
        ("SN S", "supported"),
        ("AI", "assumed"),
        ("RI R", "refuted"),
        ("IS", "inconclusive"),
        ("S IS", "inconclusive"),
        ("S N", "inconclusive"),
        ("IR", "inconclusive"),
    ],
)
def test_the_tests_of_a_claim_make_one_verdict(told: str, verdict: str) -> None:
    assert verdict_over(studies(told))[0] == verdict


@pytest.mark.parametrize("told", ["S IS R", "SI S A", "AS SA A", "N S RI"])
def test_the_order_of_the_studies_plays_no_part(told: str) -> None:
    by_study = [
        list(group) for _, group in itertools.groupby(studies(told), key=lambda each: each.study)
    ]
    verdicts = {
        verdict_over([*itertools.chain(*order)])[0] for order in itertools.permutations(by_study)
    }
    assert len(verdicts) == 1


def test_undecided_tests_are_counted() -> None:
    assert verdict_over(studies("SI S")) == ("supported", "2 of 3 tests decided")
    assert verdict_over(studies("S S")) == ("supported", "")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"switch": "everyone"},
            "it holds if one switches; it fails if everyone switches",
        ),
        ({"week": 104}, "it holds in week 52; it fails in week 104"),
        (
            {"since": 26},
            "it holds in week 52; it fails in week 52 (change since week 26)",
        ),
        ({"cohort": "all"}, "it holds for focal members; it fails for all members"),
        (
            {"arm": "dormant"},
            "it holds for group_driven against known_only; it fails for dormant against known_only",
        ),
        (
            {"than": 20.0},
            "it holds for group_driven against known_only; it fails for group_driven against 20",
        ),
        ({"title": "hours"}, "it holds in people two steps away; it fails in hours"),
        ({"says": "more"}, "it holds as “groups reach more”; it fails as “more”"),
    ],
)
def test_it_is_said_where_a_claim_flips(change: dict[str, Any], told: str) -> None:
    assert verdict_over([found("supported"), found("refuted", **change)]) == ("depends", told)


def test_only_what_tells_apart_is_named() -> None:
    """Both weeks hold and fail; who switches decides."""
    tests = [
        found("supported", week=26),
        found("supported", week=52),
        found("refuted", week=26, switch="everyone"),
        found("refuted", week=52, switch="everyone"),
    ]
    assert verdict_over(tests)[1] == "it holds if one switches; it fails if everyone switches"


def test_where_nothing_alone_tells_apart_all_that_varies_is_named() -> None:
    tests = [
        found("supported", week=26),
        found("refuted", week=52),
        found("supported", week=52, switch="everyone"),
    ]
    assert verdict_over(tests)[1] == (
        "it holds if one switches in week 26 and if everyone switches in week 52; "
        "it fails if one switches in week 52"
    )


def test_the_effect_told_is_the_one_the_verdict_rests_on() -> None:
    second = replace(found("supported", "b"), difference=9.0)
    ledger = ledger_of([found("refuted", "a"), found("inconclusive", "b"), second], 0.95)
    entry = next(each for each in ledger.entries if each.claim == "S8")
    assert entry.verdict == "depends"
    assert entry.main == second
    assert ledger.studies == ("a", "b")
    assert ledger.counts() == {"depends": 1, "not tested": 23}


def test_many_intervals_at_once_are_warned_of() -> None:
    notes = ledger_of(studies("SSS SSS SSS"), 0.95).notes
    # 1 - .05 / 9, and 9 times .05.
    assert "of 9 intervals about 0.5 are expected to miss by luck alone" in notes[0]
    assert "ask for --level 0.994444" in notes[0]
    assert ledger_of(studies("N"), 0.95, ["told"]).notes == ("told",)


def told_of(claim: str, *findings: Finding) -> str:
    """Return the line with the effect and the reason of one claim."""
    told = list(lines(ledger_of(findings, 0.95)))
    return told[next(n for n, line in enumerate(told) if line.startswith(f"{claim} ")) + 1]


def test_what_parameters_impose_is_told_of_the_whole_or_of_a_part() -> None:
    assert "; imposed by response.group" in told_of("S8", found("assumed"), found("assumed", "b"))
    assert "; in part imposed by response.group" in told_of(
        "S8", found("supported"), found("assumed")
    )


def test_what_is_put_in_and_not_found_is_told() -> None:
    """Whatever the verdict, and where nothing was tested at all."""
    told = told_of("S12", found("supported", claim="S12"))
    assert "; put in, not found: that most members are passive (groups.sometimes, " in told
    assert told_of("S10").startswith("     put in, not found: how many InMails are read")
    claims = json.loads(to_json(ledger_of([], 0.95)))["claims"]
    assert {each["claim"]: each["given"] for each in claims if each["given"]} == dict(GIVEN)


def test_what_is_put_in_is_put_in_by_parameters_that_there_are() -> None:
    known = {row["key"] for row in parameter_table({})}
    for claim, words in GIVEN.items():
        assert claim in CLAIMS
        named = re.findall(r"[a-z_]+\.[a-z_]+", words)
        assert named, claim
        assert set(named) <= known


LEDGER = ledger_of(
    [
        found("supported"),
        replace(found("refuted", "b", switch="everyone", says="a | b"), reason="the other way"),
        found("assumed", claim="S11", relation="same"),
        replace(found("refuted", claim="S16"), difference=2.0, low=2.0, high=2.0),
        replace(found("inconclusive", claim="S17"), worlds=1, low=None, high=None),
        found("not run", claim="S20", says="=1+1 \x1b[31m"),
    ],
    0.95,
    ["b: one run failed"],
)


def test_the_text_tells_verdict_effect_study_and_every_test() -> None:
    text = "\n".join(lines(LEDGER))
    assert (
        "S8   depends       one must network with people never met\n"
        "     +3.1 [2.6, 3.6] members (a); it holds in a if one switches; "
        "it fails in b if everyone switches; "
        f"put in, not found: {GIVEN['S8']}\n"
        "     - groups reach more: supported\n"
        "         a, 8 worlds: people two steps away, group_driven - known_only, one switches, "
        "focal members, week 52: +3.1 [2.6, 3.6] members; claimed: more by at least 1\n"
        "     - a | b: refuted (the other way)\n"
    ) in text
    assert "+3.1 [2.6, 3.6] members (a); imposed by response.group; put in, not found: " in text
    assert "claimed: less than 1 apart" in text
    assert "+2 members, the same in all worlds" in text
    assert "+3.1 members, one world" in text
    assert "S20  not run " in text
    assert "S24  not tested    quantity and quality together\n" in text
    assert text.endswith(
        "24 claims: 1 refuted, 1 depends, 1 inconclusive, 1 assumed, 1 not run, 19 not tested"
    )
    assert "\x1b" not in text


def test_nothing_tells_a_p_value() -> None:
    for told in ("\n".join(lines(LEDGER)), to_markdown(LEDGER), to_json(LEDGER), to_csv(LEDGER)):
        assert not re.search(r"\bp\b|signific", told)


def test_markdown_is_two_whole_tables() -> None:
    rows = [line for line in to_markdown(LEDGER).splitlines() if line.startswith("|")]
    cells = [len(re.findall(r"(?<!\\)\|", row)) for row in rows]
    # 24 claims and 6 tests, each table with its head and its rule.
    assert cells == [7] * 26 + [11] * 8
    assert "Note: b: one run failed." in to_markdown(LEDGER)


def test_json_holds_everything() -> None:
    content = json.loads(to_json(LEDGER))
    assert content["level"] == 0.95
    assert [each["claim"] for each in content["claims"]] == list(CLAIMS)
    claim = content["claims"][7]
    assert (claim["claim"], claim["verdict"]) == ("S8", "depends")
    assert claim["tests"][0] == {
        "study": "a", "says": "groups reach more", "metric": "reach_2", "unit": "members",
        "arm": "group_driven", "than": "known_only", "is": "more", "by": 1.0, "switch": "one",
        "cohort": "focal", "week": 52, "since": None, "assumed": None, "worlds": 8,
        "difference": 3.1, "low": 2.6, "high": 3.6, "verdict": "supported", "reason": "",
    }  # fmt: skip
    assert content["claims"][10]["assumed"] == ["response.group"]


def test_csv_has_a_row_for_every_test_and_every_claim() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(LEDGER))))
    assert len(rows) == 23 - 4 + 6
    assert {row["claim"] for row in rows} == set(CLAIMS)
    assert [row["verdict"] for row in rows if row["claim"] == "S8"] == ["supported", "refuted"]
    (formula,) = (row["says"] for row in rows if row["claim"] == "S20")
    assert formula.startswith("'=")


def test_both_files_are_written(tmp_path: Path) -> None:
    write(LEDGER, tmp_path / "new")
    assert json.loads((tmp_path / "new" / "claims.json").read_text(encoding="utf-8"))["schema"] == 1
    assert (tmp_path / "new" / "claims.md").read_text(encoding="utf-8") == to_markdown(LEDGER)
