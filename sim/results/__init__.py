"""Results on disk: tables, manifest, status. Knows nothing of the simulation."""

from sim.results.layout import BASE, RunKey, RunRow
from sim.results.runs import RunStamp, encode_run
from sim.results.store import Store
from sim.results.tables import collect, read_manifest, read_table, scan_table

__all__ = [
    "BASE",
    "RunKey",
    "RunRow",
    "RunStamp",
    "Store",
    "collect",
    "encode_run",
    "read_manifest",
    "read_table",
    "scan_table",
]
