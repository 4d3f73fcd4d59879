"""The runs of one study on the disk: files of single runs, packed into parts as they grow many."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sim.errors import WorkError
from sim.results.durable import refusals_told, write_whole
from sim.results.guard import contents_of
from sim.results.layout import PARTS, RUNS, RunKey
from sim.results.merge import Sources, together, write_tables
from sim.results.parts import DamagedPartError, write_part
from sim.results.runs import DamagedRunError, open_run
from sim.results.survey import Damage, Survey, survey
from sim.results.sweeping import delete, set_aside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from sim.results.parts import Part
    from sim.results.runs import RunStamp

MOST_LOOSE = 1_000
MOST_LOOSE_BYTES = 64 * 2**20
"""Files of single runs are packed when there are so many of them, or so large."""


class Shelf:
    """Keeps finished runs and finds them again.

    Parameters
    ----------
    directory : Path
        The study's directory, of which this process is the only writer.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._settings: dict[RunKey, str] = {}
        self._loose: dict[RunKey, Path] = {}
        self._loose_bytes = 0
        self._packed: dict[RunKey, Part] = {}

    def find(self, wanted: Mapping[RunKey, str]) -> tuple[Survey, list[str]]:
        """Find what is there of a plan, and set aside what is damaged.

        Parameters
        ----------
        wanted : mapping of RunKey to str
            The plan: the digest of each run's settings.

        Returns
        -------
        found : Survey
        notes : list of str
            A line for each thing that was set aside or is not netgrow's.

        Raises
        ------
        WorkError
            If something cannot be read or moved.
        """
        found = survey(self._directory, wanted)
        notes = [f"{path} was not written by netgrow, and is left alone" for path in found.foreign]
        notes += [self._put_aside(damage) for damage in found.damaged]
        for part in {part.path: part for _, part in found.double}.values():
            damage = _damage_of(part)
            if damage is None:
                continue
            notes.append(self._put_aside(damage))
            for key in [key for key, held in found.packed.items() if held is part]:
                del found.packed[key]
                if key not in found.loose:
                    del found.stamps[key]
        doubled = {key for key in found.loose if key in found.packed}
        delete(found.loose.pop(key) for key in doubled)
        self._settings = dict(wanted)
        self._loose, self._packed = dict(found.loose), dict(found.packed)
        with refusals_told("read", self._directory):
            self._loose_bytes = sum(path.stat().st_size for path in self._loose.values())
        return found, notes

    def add(self, key: RunKey, settings: str, content: bytes) -> None:
        """Keep a finished run.

        Raises
        ------
        WorkError
            If the disk refuses; the run's file is then absent.
        """
        path = self._directory / RUNS / key.file(settings)
        write_whole(path, content)
        self._settings[key] = settings
        self._loose[key] = path
        self._loose_bytes += len(content)

    def pack(self) -> tuple[list[RunKey], list[str]]:
        """Pack the files of single runs into a part, if there are many.

        The part appears whole or not at all, and only then are the files deleted: a run that is
        there before is there after, whenever this is ended.

        Returns
        -------
        lost : list of RunKey
            Runs whose files turned out to be damaged.
        notes : list of str
            A line for each of them.

        Raises
        ------
        WorkError
            If the disk refuses. No run is lost by it.
        """
        if len(self._loose) < MOST_LOOSE and self._loose_bytes < MOST_LOOSE_BYTES:
            return [], []
        opened, lost, notes = self._open_loose(self._loose)
        part = write_part(
            self._directory / PARTS,
            [stamp for stamp, _ in opened.values()],
            lambda name: together([tables[name] for _, tables in opened.values()], name),
        )
        delete(self._loose[key] for key in opened)
        self._packed |= dict.fromkeys(opened, part)
        self._loose, self._loose_bytes = {}, 0
        return lost, notes

    def check(self, keys: Iterable[RunKey]) -> tuple[list[RunKey], list[str]]:
        """Read every byte of the parts that hold some runs, and set aside what is damaged.

        Returns
        -------
        lost : list of RunKey
            The runs that are lost by it.
        notes : list of str
            A line for each part.

        Raises
        ------
        WorkError
            If a part cannot be read or moved.
        """
        held: dict[Path, list[RunKey]] = defaultdict(list)
        parts: dict[Path, Part] = {}
        for key in keys:
            if key in self._packed:
                part = self._packed[key]
                parts[part.path] = part
                held[part.path].append(key)
        lost, notes = [], []
        for path, part in parts.items():
            damage = _damage_of(part)
            if damage is not None:
                notes.append(self._put_aside(damage))
                lost += held[path]
        for key in [key for key, part in self._packed.items() if not part.path.exists()]:
            del self._packed[key]
        _, broken, told = self._open_loose([key for key in keys if key in self._loose])
        return lost + broken, notes + told

    def merge(self, keys: Iterable[RunKey]) -> dict[str, str]:
        """Make the tables of the whole study; see `sim.results.merge.write_tables`.

        Parameters
        ----------
        keys : iterable of RunKey
            The runs to take in, all of them here and whole.
        """
        chosen = list(keys)
        taken: dict[Path, list[str]] = defaultdict(list)
        parts = {}
        for key in chosen:
            if key in self._packed:
                part = self._packed[key]
                parts[part.path] = part
                taken[part.path].append(key.id)
        opened, lost, notes = self._open_loose([key for key in chosen if key not in self._packed])
        if lost:
            raise WorkError(f"{notes[0]} by the same command")
        return write_tables(
            self._directory,
            Sources(
                [
                    (part, None if len(taken[path]) == len(part.stamps) else taken[path])
                    for path, part in parts.items()
                ],
                [tables for _, tables in opened.values()],
            ),
        )

    def _open_loose(
        self, keys: Iterable[RunKey]
    ) -> tuple[dict[RunKey, tuple[RunStamp, dict[str, bytes]]], list[RunKey], list[str]]:
        """Read files of single runs; set aside what is damaged."""
        opened, lost, notes = {}, [], []
        for key in list(keys):
            path = self._loose[key]
            with refusals_told("read", path):
                content = contents_of(path)
            try:
                opened[key] = open_run(content, key, self._settings[key])
            except DamagedRunError as damage:
                notes.append(self._put_aside(Damage(path, str(damage))))
                lost.append(key)
                del self._loose[key]
        return opened, lost, notes

    def _put_aside(self, damage: Damage) -> str:
        place = set_aside(self._directory, damage.path)
        return (
            f"{damage.path} is damaged ({damage.reason}); it is kept as "
            f"{place.relative_to(self._directory)}, and what it held is run again"
        )


def _damage_of(part: Part) -> Damage | None:
    with refusals_told("read", part.path):
        try:
            part.verify()
        except DamagedPartError as damage:
            return Damage(part.path, str(damage))
    return None
