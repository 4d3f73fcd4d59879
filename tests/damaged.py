"""Damaged scenario files: what users, editors and copy machines do to a good one."""

from __future__ import annotations

import copy
import tomllib
from typing import TYPE_CHECKING, Any

import tomli_w

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = """\
question = "Who gains more?"
claims = ["S1", "S11"]
primary = "target_decision_makers_2"
smallest_difference = 1.0
weeks = 104
seeds = 3
switch = ["one", "everyone"]
baseline = "known_only"

[members]
count = 400
decision_makers = 0.1
seniors = 0.3
job_search = [0.1, 0.13, 0.45, 0.32]

[groups]
size_median = 20.0
size_mean = 50.0

[response]
accept = -1.4

[background]
known_only = 0.7
dormant = 0.3

[arms.known_only]
strategy = "known_only"

[arms.group_driven]
strategy = "group_driven"
"""

_TEST = {"claim": "S1", "says": "more", "arm": "group_driven", "than": "known_only", "is": "more"}
_CHANGE = {"week": 52, "set": {"message_level": 1}}

_WRONG_TYPES: dict[str, list[Any]] = {
    "question": [5, True, [], ["a question"], {"text": "a question"}],
    "claims": ["S1", 1, [1], [["S1"]], {"S1": True}],
    "primary": [5, [], False],
    "smallest_difference": ["1.0", True, [1.0]],
    "weeks": ["104", 104.0, True, [104], {"count": 104}, "two years"],
    "seeds": ["three", 3.5, False],
    "seed": ["1", 1.0],
    "switch": ["one", [1], [True], {"one": True}],
    "baseline": [1, ["known_only"]],
    "members": [400, "many", [400], [{"count": 400}]],
    "members.count": ["400", 400.0, True, []],
    "members.decision_makers": ["10 %", True, [0.1]],
    "members.job_search": [0.1, "active", [0.1, "x", 0.45, 0.32], [True, 0.0, 0.0, 0.0]],
    "response.accept": ["low", False],
    "background": [1.0, ["known_only"], "known_only"],
    "background.dormant": ["0.3", True],
    "arms": ["known_only", ["known_only"], [{"strategy": "known_only"}], 1],
    "arms.known_only": ["known_only", 1, []],
    "arms.known_only.strategy": [1, True, ["known_only"], {"name": "known_only"}],
    "arms.known_only.set": [
        "platform",
        ["platform.message_level"],
        {"platform.message_level": "1"},
        {"platform": {"message_level": 1.5}},
        {"wasteland.on": 1},
    ],
    "platform": [True, 20.14, ["2014"], [{"year": "2014"}]],
    "platform.group_messages": ["no", 0],
    "policy": [
        52,
        _CHANGE,
        [52],
        [_CHANGE, _CHANGE | {"week": "52"}],
        [_CHANGE | {"set": "message_level"}],
        [_CHANGE | {"set": {"message_level": "1"}}],
        [_CHANGE | {"close": True}],
    ],
    "tests": [
        "S1",
        _TEST,
        [["S1"]],
        [_TEST | {"claim": 1}],
        [_TEST | {"than": True}],
        [_TEST | {"than": ["known_only"]}],
        [_TEST, _TEST, _TEST | {"week": "last"}],
        [_TEST | {"is": True}],
    ],
}

_OUT_OF_RANGE: dict[str, list[Any]] = {
    "question": ["", "why? " * 200],
    "claims": [["S0"], ["S25"], ["F1"], ["S1"] * 25],
    "primary": [""],
    "smallest_difference": [-1.0, float("nan"), float("inf")],
    "weeks": [-104, 0, 10**9, 10**30],
    "seeds": [-1, 0, 10**12],
    "seed": [-1, 2**63, 10**400],
    "members.count": [-400, 0, 1, 10**12, 2**64],
    "members.fields": [-1, 0, 10**7],
    "members.decision_makers": [-0.1, 1.5, float("-inf")],
    "groups.size_mean": [-551.0, 0.0, 1e300],
    "response.accept": [1e6, -1e6],
    "background.dormant": [-0.3, 2.0],
    "arms.known_only.set": [
        {"platform.message_level": 4},
        {"platform.year": "2013"},
        {"careers": {"offer": 1.5}},
    ],
    "platform": ["", "2013", 2013, {"year": "14"}],
    "platform.message_level": [0, 4],
    "policy": [
        [_CHANGE | {"week": 0}],
        [_CHANGE | {"close": "the door"}],
        [_CHANGE | {"set": {"message_level": 0}}],
    ],
    "tests": [
        [_TEST | {"claim": "S25"}],
        [_TEST | {"says": ""}],
        [_TEST | {"is": "better"}],
        [_TEST | {"by": -0.5}],
        [_TEST | {"than": float("nan")}],
        [_TEST | {"switch": "nobody"}],
        [_TEST | {"cohort": "focus"}],
    ],
}

_LISTS: dict[str, list[Any]] = {
    "switch": [[], ["one", "one"], ["one", "everyone", "one"], ["nobody"]],
    "members.job_search": [[], [1.0], [0.2] * 5, [0.1] * 20_000, [[0.1, 0.13], [0.45, 0.32]]],
    "claims": [["S1"] * 20_000],
    "arms": [{}],
    "background": [{}, {"dormant": 0.5}],
    "policy": [[_CHANGE] * 101, [_CHANGE | {"weeks": 52}], [{"close": "group messages"}]],
    "tests": [[_TEST] * 101, [_TEST | {"relation": "more"}], [_TEST, {}]],
}

_RULES: dict[str, list[Any]] = {
    "baseline": ["baseline", "arms", "arms.known_only", "nobody"],
    "members.seniors": [0.95],
    "members.job_search": [[0.5, 0.5, 0.5, 0.5]],
    "groups.size_median": [500.0],
    "arms.known_only.set": [
        {"platform.mesage_level": 1},
        {"platform": "2014"},
        {"members.count": 100},
        {"population.on": True},
        {"ties.oldest": 4},
        {"arms.known_only.strategy": "dormant"},
        {"": 1},
    ],
    "policy": [
        [{"week": 52}],
        [_CHANGE | {"week": 105}],
        [_CHANGE | {"set": {"mesage_level": 1}}],
        [_CHANGE | {"set": {"year": 2014}}],
    ],
    "tests": [
        [_TEST | {"arm": "group_drivn"}],
        [_TEST | {"than": "nobody"}],
        [_TEST | {"than": "group_driven"}],
        [_TEST | {"claim": "S2"}],
        [_TEST | {"week": 105}],
        [_TEST | {"week": 51}],
        [_TEST | {"week": 52, "since": 52}],
        [_TEST | {"week": 56, "cohort": "all"}],
    ],
    "data": [{}, {"groups": "groups.csv"}, {"edges": "e.csv", "source_column": "target"}],
}

_UNKNOWN = (
    "week",
    "Weeks",
    "members.cuont",
    "member.count",
    "response.acept",
    "groups.members.count",
    "count",
    "data.file",
    "policy.week",
    "tests.0.claim",
    "platform.yaer",
    "arms.known_only.set.platform.mesage_level",
    "arms.known_only.set.wastland.on",
    "",
    "a\nb",
    "[key]",
    "\u202eweeks",
)

_APPENDED = {
    "a key given twice": "\n[members]\ncount = 1\n",
    "an arm given twice": '\n[arms.known_only]\nstrategy = "dormant"\n',
    "a table under a value": "\n[weeks.more]\ncount = 1\n",
    "a table that is a list too": '\n[[arms]]\nstrategy = "dormant"\n',
    "an arm inside itself": "\n[arms.known_only.strategy.arms.known_only]\nstrategy = 1\n",
    "an inline table extended": "\n[focal]\nx = {a = 1}\nx.b = 2\n",
    "a dotted key that redefines": "\n[focal]\nshare = 0.1\nshare.share = 0.2\n",
    "a list inside lists": f"\n[focal]\nshare = {'[' * 300}{']' * 300}\n",
    "a list inside many lists": f"\n[focal]\nshare = {'[' * 100_000}\n",
    "a table inside tables": "\n[focal]\nshare = " + "{a = " * 20 + "1" + "}" * 20 + "\n",
    "a table inside many tables": "\n[focal]\nshare = " + "{a = " * 50_000,
    "a key of many parts": "\n[focal]\n" + "a." * 200_000 + "a = 1\n",
    "a quoted key of many parts": "\n[" + '"a b" . ' * 100_000 + "a]\n",
    "a number of many digits": f"\n[focal]\nshare = {'9' * 5000}\n",
    "a number of a million digits": f"\n[focal]\nshare = {'9' * 1_000_000}\n",
    "a hexadecimal number of many digits": f"\n[focal]\nshare = 0x{'f' * 500_000}\n",
    "many unknown keys": "\n[focal]\n" + "".join(f"k{i} = 1\n" for i in range(50_000)),
    "many unknown sections": "".join(f"\n[s{i}]\n" for i in range(50_000)),
    "many arms": "".join(f'\n[arms.a{i}]\nstrategy = "dormant"\n' for i in range(20_000)),
    "a name that no arm may have": '\n[arms."My Arm"]\nstrategy = "dormant"\n',
    "an arm without a name": '\n[arms.""]\nstrategy = "dormant"\n',
    "an arm without a strategy": "\n[arms.third]\nhours = 2\n",
    "an arm with a date": '\n[arms.third]\nstrategy = "dormant"\nsince = 2014-01-29\n',
    "an arm with a number that is none": '\n[arms.third]\nstrategy = "dormant"\nx = nan\n',
    "an arm with too large a number": f'\n[arms.third]\nstrategy = "dormant"\nx = {2**63}\n',
    "an unclosed text": '\n[focal]\nshare = "0.1\n',
    "an unclosed list": "\n[focal]\nshare = [0.1,\n",
    "an unclosed table": "\n[focal\nshare = 0.1\n",
    "no value": "\n[focal]\nshare =\n",
    "a decimal comma": "\n[focal]\nshare = 0,1\n",
    "a colon": "\n[focal]\nshare: 0.1\n",
    "a control character": "\n[focal]\nshare = '\x01'\n",
    "a null character": "\n[focal]\x00\n",
    "an escape that is none": '\n[focal]\nshare = "\\q"\n',
}

_REPLACED: dict[str, bytes] = {
    "an empty file": b"",
    "white space alone": b" \n\t\n\n",
    "a comment alone": b"# nothing yet\n",
    "no arms": b'question = "Who?"\n',
    "no question": b'[arms.a]\nstrategy = "dormant"\n',
    "JSON": b'{"question": "Who?", "weeks": 104}\n',
    "YAML": b"question: Who?\nweeks: 104\n",
    "a web page": b"<!DOCTYPE html>\n<html><body>404</body></html>\n",
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00",
    "a zip archive": b"PK\x03\x04\x14\x00\x08\x08\x08\x00",
    "zeros": bytes(4096),
    "too large a file": b"#" * (2**20 + 1),
    "one endless line": b"x" * 2**20,
    "quotes alone": b'"' * 100_001,
    "carriage returns alone": BASE.replace("\n", "\r").encode(),
    "UTF-16": BASE.encode("utf-16"),
    "UTF-16 without a mark": BASE.encode("utf-16-be"),
    "UTF-32": BASE.encode("utf-32"),
    "Latin-1": BASE.replace("Who gains", "Wer gewönne").encode("latin-1"),
    "Windows-1252": BASE.replace("Who gains", "“Who” gains").encode("cp1252"),
    "a cut character": BASE.encode() + "# ä".encode()[:-1],
    "a lone continuation byte": BASE.encode() + b"# \x80\n",
    "an encoded surrogate": BASE.encode() + b"# \xed\xa0\x80\n",
    "an overlong character": BASE.encode() + b"# \xc0\xaf\n",
}


def damaged() -> Iterator[tuple[str, bytes]]:
    """Yield a name and the bytes of each damaged file; always the same, in the same order."""
    for group, values in (
        ("wrong type", _WRONG_TYPES),
        ("out of range", _OUT_OF_RANGE),
        ("list", _LISTS),
        ("rule", _RULES),
    ):
        for key, given in values.items():
            for number, value in enumerate(given):
                yield f"{group}, {key}, {number}", _with(key.split("."), value)
    for key in _UNKNOWN:
        yield f"unknown key, {key!r}", _with(key.split("."), 1)
    for name, text in _APPENDED.items():
        yield name, (BASE + text).encode()
    yield from _REPLACED.items()
    for at in range(5, len(BASE) - 25, 25):
        if not _is_whole(BASE[:at]):
            yield f"cut after {at} characters", BASE[:at].encode()


def _with(key: list[str], value: Any) -> bytes:
    table = copy.deepcopy(tomllib.loads(BASE))
    inner = table
    for part in key[:-1]:
        inner = inner.setdefault(part, {})
    inner[key[-1]] = value
    return tomli_w.dumps(table).encode()


def _is_whole(text: str) -> bool:
    """Whether a cut file happens to be a scenario: an arm, and nothing begun and not ended."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return bool(table.get("arms"))
