"""Stands for `netgrow run` in tests that kill it.

pretend_command.py DIRECTORY JOBS SECONDS_A_RUN RUNS_BEFORE_FILES_MUST_BE_SMALL
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from batch.pretend import PretendDesign, study
from sim.batch.study import conduct
from sim.errors import NetgrowError


def tell(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


class Lines:
    def __init__(self, small_files_after: int) -> None:
        self.left = small_files_after

    def started(self, total: int, already_done: int) -> None:
        tell("started", total, already_done)

    def run_done(self, run: str, seconds: float) -> None:
        tell("done", run)
        self.left -= 1
        if self.left == 0:
            resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    def run_failed(self, run: str, error: str) -> None:
        tell("failed", run, error)

    def note(self, text: str) -> None:
        tell("note", text)


def main() -> int:
    directory, jobs, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    lines = Lines(small_files_after=int(sys.argv[4]))
    try:
        conduct(
            study(PretendDesign(seeds=4), seconds=seconds),
            directory,
            jobs=jobs,
            command="netgrow run pretended.toml --fresh",
            progress=lines,
        )
    except NetgrowError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
