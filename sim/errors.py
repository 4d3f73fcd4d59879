"""What can go wrong for a user, told in one line."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


class NetgrowError(Exception):
    """Base of every error that is the user's to mend; the message is one clear line."""

    exit_status = 1

    def __str__(self) -> str:
        # Names and reasons may come from files of anybody.
        return plain(super().__str__())


class UsageError(NetgrowError):
    """What was asked for cannot be understood or is not allowed (exit status 2)."""

    exit_status = 2


class WorkError(NetgrowError):
    """What was asked for was understood but could not be done (exit status 1)."""


def not_among(what: str, asked: str, known: Collection[str]) -> UsageError:
    """Say that something asked for is not in the results, what is nearest and what there is."""
    close = difflib.get_close_matches(asked, list(known), n=1)
    hint = f", did you mean {close[0]!r}?" if close else ""
    return UsageError(f"no {what} {asked!r} in the results{hint}: name one of {', '.join(known)}")


def plain(text: str) -> str:
    r"""Return text with everything unprintable escaped, but for line ends and tabs.

    Escapes are those of JSON, so that JSON stays what it is.

    Examples
    --------
    >>> plain("a\x1b[2Jb\n")
    'a\\u001b[2Jb\n'
    """
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\n\t" else _escaped(c) for c in text)


def _escaped(sign: str) -> str:
    pairs = sign.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{pairs[place : place + 4]}" for place in range(0, len(pairs), 4))
