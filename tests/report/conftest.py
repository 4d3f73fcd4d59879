from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.report import write_html

from .fake_results import write
from .fake_study import Study

if TYPE_CHECKING:
    from pathlib import Path

SMALL = Study(arms=("known_only", "group_driven", "dormant"), seeds=4, weeks=24)


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study's directory with its report.html."""
    directory = write(tmp_path_factory.mktemp("report"), SMALL)
    write_html(directory)
    return directory


@pytest.fixture(scope="session")
def page(reported: Path) -> str:
    return (reported / "report.html").read_text(encoding="utf-8")
