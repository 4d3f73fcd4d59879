"""Text as it may be written to a terminal: nothing in it is a command to one."""

from __future__ import annotations


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
