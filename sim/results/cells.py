"""Text from outside in a CSV file, which a spreadsheet could take for a formula."""

from __future__ import annotations

# Some spreadsheets take the wide forms for the plain ones.
_FORMULA = tuple("=+-@＝＋－＠")
_SEPARATED = ("\t", "\r", "\n")


def spreadsheet_cell[T](value: T) -> T | str:
    """Put an apostrophe in front of text that a spreadsheet would take for a formula.

    Parameters
    ----------
    value
        Any value; numbers stay what they are.

    Examples
    --------
    >>> spreadsheet_cell("=1+1"), spreadsheet_cell(-1.5), spreadsheet_cell("a-b")
    ("'=1+1", -1.5, 'a-b')
    """
    if isinstance(value, str) and (
        value.startswith(_SEPARATED) or value.lstrip().startswith(_FORMULA)
    ):
        return f"'{value}"
    return value
