"""Put the sections of a report in the order in which somebody who must decide reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.claims import claims
from sim.report.course import over_time, overtaking
from sim.report.document import Report
from sim.report.effort import ego, hours
from sim.report.enough import worlds
from sim.report.funnel import funnel
from sim.report.ground import assumptions, limits, provenance
from sim.report.opening import compared, verdict
from sim.report.paired_table import paired_table
from sim.report.study import read_study
from sim.report.waiting import first_success
from sim.report.words import clean, counted, label, listed

if TYPE_CHECKING:
    from pathlib import Path

    from sim.report.study import Study

_SECTIONS = (
    compared, paired_table, over_time, overtaking, funnel, hours, first_success, ego, worlds,
    limits, assumptions, provenance,
)  # fmt: skip


def build(directory: Path) -> Report:
    """Read a result directory and write its report, not yet in any format.

    Raises
    ------
    WorkError
        If the directory holds no results.
    """
    study = read_study(directory)
    question = clean(str(study.manifest.get("question") or ""))
    title = question or f"Study {label(str(study.manifest.get('scenario', '')))}"
    rest = [section(study) for section in _SECTIONS]
    return Report(title, _about(study), [verdict(study), *claims(study), *rest])


def _about(study: Study) -> str:
    manifest = study.manifest
    arms = listed([label(arm) for arm in study.looks]) if study.looks else "no arm"
    worlds = counted(len(manifest.get("seeds", [])), "simulated world")
    weeks = counted(int(manifest.get("weeks", 0)), "week")
    done = study.runs.filter(study.runs["status"] == "done").height
    missing = study.runs.height - done
    state = f" {missing:,} of {study.runs.height:,} runs have no result." if missing else ""
    return f"Simulated: {arms}, in {worlds} over {weeks}.{state}"
