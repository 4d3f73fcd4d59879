"""What a study would do, without doing any of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.batch.design import plan
from sim.batch.provenance import manifest_of
from sim.batch.resume import refuse_other_study
from sim.results import Store
from sim.results.survey import survey

if TYPE_CHECKING:
    from pathlib import Path

    from sim.batch.design import Study
    from sim.results import RunKey


def done_before(study: Study, directory: Path, *, fresh: bool = False) -> list[RunKey]:
    """List the runs of a study that a directory already holds; nothing is written.

    Parameters
    ----------
    study : Study
    directory : Path
        Where the results would be kept.
    fresh : bool
        The results there would be deleted first.

    Returns
    -------
    list of RunKey
        In the order of the plan.

    Raises
    ------
    UsageError
        If the directory holds anything else: what is not netgrow's, or another study.
    WorkError
        If something in it cannot be read.
    """
    store = Store(directory)
    store.refuse_foreign()
    old = store.manifest()
    if old is None or fresh:
        return []
    keys = plan(study.design, study.points)
    manifest = manifest_of(study, keys, "")
    refuse_other_study(directory, old, manifest)
    done = survey(directory, {key: study.settings(key) for key in keys}).stamps
    return [key for key in keys if key in done]
