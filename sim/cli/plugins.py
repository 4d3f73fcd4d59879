"""Where a user's own strategy, named `module:Class`, is found, and whether it may be."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

plugins_option = click.option(
    "--allow-plugins",
    is_flag=True,
    help="Run the modules whose strategies the file names (module:Class). Those that you name "
    "with --set are run anyway.",
)


def see_own_strategies(allowed: bool, changes: Sequence[str] = ()) -> None:
    """Let modules be imported from the current directory; worker processes take this over.

    It comes last, so that no file there stands in for a module that netgrow needs; and only where
    modules are asked for, since a library may look there for one that it can do without.

    Parameters
    ----------
    allowed : bool
        Whether files may name modules.
    changes : sequence of str
        What the command line sets; a module named there is asked for too.
    """
    from sim.scenario.plugins import permitted

    here = str(Path.cwd())
    if (allowed or permitted(changes)) and here not in sys.path:
        sys.path.append(here)
