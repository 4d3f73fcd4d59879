"""A study that is killed again and again.

fragile_command.py DIRECTORY JOBS SECONDS_A_RUN SEEDS MOST_LOOSE
"""

from __future__ import annotations

import sys
from pathlib import Path

from batch.pretend import PretendDesign, study
from batch.pretend_command import Lines, tell
from sim.batch.study import conduct
from sim.errors import NetgrowError
from sim.results import shelf


def main() -> int:
    directory, jobs, seconds, seeds, most_loose = sys.argv[1:]
    shelf.MOST_LOOSE = int(most_loose)
    try:
        made = study(PretendDesign(seeds=int(seeds)), seconds=float(seconds))
        conduct(made, Path(directory), jobs=int(jobs), progress=Lines(-1))
    except NetgrowError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return 1
    tell("finished")
    return 0


if __name__ == "__main__":
    sys.exit(main())
