"""Stands for `netgrow run --cluster` in tests that end it.

cluster_command.py DIRECTORY ADDRESS SECONDS_A_RUN
"""

from __future__ import annotations

import dataclasses
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batch.pretend import PretendDesign, PretendEngine, study
from sim.batch.cluster import Cluster
from sim.batch.study import conduct
from sim.errors import NetgrowError

if TYPE_CHECKING:
    from batch.pretend import PretendTables


@dataclass(frozen=True)
class Living(PretendEngine):
    """Takes its time step by step, as a simulation does, and not in one call of the system."""

    steps: float = 0.0

    def simulate(self, *given: Any, **named: Any) -> PretendTables:
        end = time.monotonic() + self.steps
        while time.monotonic() < end:
            time.sleep(0.01)
        return super().simulate(*given, **named)


def main() -> int:
    from batch.cluster_command import Living as Sent

    directory, address, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    design = PretendDesign(seeds=4)
    made = dataclasses.replace(study(design), engine=Sent(design.weeks, steps=seconds))
    try:
        with Cluster(address) as crew:
            sys.stdout.write("begun\n")
            sys.stdout.flush()
            conduct(made, directory, crew=crew, command="netgrow run pretended.toml")
    except NetgrowError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
