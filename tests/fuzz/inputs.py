"""Inputs that nobody should send: valid files damaged in a few places, and structured junk."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from sim.errors import NetgrowError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from types import FrameType

SECONDS = 120
"""What reads longer than this hangs; the longest take some seconds on a busy machine."""

JUNK = (
    b"", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\r", b"\n", b"\r\r\n", b"\t", b" ",
    b'"', b"'", b'"""', b"'''", b",", b";", b"=", b"[", b"]", b"[[", b"]]", b"{", b"}", b".", b"#",
    b"-1", b"0", b"1e999", b"nan", b"inf", b"-0.0", b"9" * 30, b"0x" + b"f" * 5000, b"true",
    b"1979-05-27", b"null", b"[" * 3000, b"{" * 3000, b"a." * 100, b"../../etc/passwd",
    b"/etc/passwd", b"\x1b[2J", b"=cmd|' /C calc'!A0", b"<script>", b"\\u0000", b"\\",
    "\u202e".encode(), "\U000e0041".encode(), b"\xed\xa0\x80", b"this:Zen", b"x" * 20_000,
)  # fmt: skip

_place = st.integers(0, 2**16 - 1)
_step = st.tuples(
    st.sampled_from(["insert", "replace", "delete", "double", "flip", "cut", "word", "number"]),
    _place,
    _place,
    st.sampled_from(JUNK),
)
steps = st.lists(_step, min_size=1, max_size=6)
"""What is done to a file, one after another."""


def damaged(content: bytes, done: Sequence[tuple[str, int, int, bytes]]) -> bytes:
    """Return a file's content after some steps."""
    for kind, first, second, junk in done:
        begin = first * (len(content) + 1) >> 16
        end = min(len(content), begin + second % 40)
        match kind:
            case "insert":
                content = content[:begin] + junk + content[begin:]
            case "replace":
                content = content[:begin] + junk + content[end:]
            case "delete":
                content = content[:begin] + content[end:]
            case "double":
                content = content[:end] + content[begin:]
            case "flip" if begin < len(content):
                altered = bytearray(content)
                altered[begin] ^= second % 255 + 1
                content = bytes(altered)
            case "cut" if second % 4 == 0:
                content = content[:begin]
            case "word":
                content = _with_other(content, begin, junk, b" \t\n\r,;\"'=[]{}:")
            case "number":
                content = _with_other(content, begin, str(second - 2**15).encode(), b" ,;=[]{}:\n")
    return content


def _with_other(content: bytes, place: int, word: bytes, ends: bytes) -> bytes:
    """Put another word in place of the one at a place."""
    begin = end = place
    while begin and content[begin - 1] not in ends:
        begin -= 1
    while end < len(content) and content[end] not in ends:
        end += 1
    return content[:begin] + word + content[end:]


def inputs(number: int) -> settings:
    """Settings of a test with so many inputs, the same in every run."""
    return settings(
        max_examples=number,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@contextlib.contextmanager
def in_time() -> Iterator[None]:
    """Fail where something hangs."""

    def late(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"it took more than {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def ends_well(read: Callable[[], object]) -> str | None:
    """Call a reader; return its error if it has one, which must be netgrow's own and clear."""
    with in_time():
        try:
            read()
        except NetgrowError as error:
            said = str(error)
            assert said.strip()
            assert all(sign.isprintable() or sign == "\n" for sign in said), said
            assert len(said) < 100_000
            return said
    return None


def everything_in(directory: Path) -> dict[str, bytes | None]:
    """Return what is in a directory, so that a change is seen."""
    return {
        str(path.relative_to(directory)): path.read_bytes() if path.is_file() else None
        for path in sorted(directory.rglob("*"))
    }
