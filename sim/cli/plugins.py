"""Where a user's own strategy, named `module:Class`, is found."""

from __future__ import annotations

import sys
from pathlib import Path


def see_own_strategies() -> None:
    """Let modules be imported from the current directory; worker processes take this over.

    It comes last, so that no file there stands in for a module that netgrow needs.
    """
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
