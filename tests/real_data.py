"""Where the real files are that some tests read; they are not part of the project."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pytest

if TYPE_CHECKING:
    from numpy.typing import NDArray

WHERE = (
    "no real data: set NETGROW_DATA to the folder that holds it (the README says where to get it)"
)
DATA = Path(os.environ.get("NETGROW_DATA") or "no-real-data").absolute()

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=WHERE)


def email_ends() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the ends of the directed ties of email-Eu-core, loops left out; skip without it."""
    path = DATA / "email-Eu-core.txt"
    if not path.exists():
        pytest.skip(WHERE)
    a, b = np.loadtxt(path, dtype=np.int64).T
    return a[a != b], b[a != b]


def email_core() -> nx.Graph[int]:
    """Return the same ties as an undirected graph."""
    a, b = email_ends()
    graph: nx.Graph[int] = nx.empty_graph(int(max(a.max(), b.max())) + 1)
    graph.add_edges_from(zip(a.tolist(), b.tolist(), strict=True))
    return graph
