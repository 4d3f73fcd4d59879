"""Real schedulers and workers of Dask on the loopback: the tables are those of one process."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cli.studies import ROOT, netgrow, small

from batch.pretend import PretendDesign, study, tables_of
from batch.test_study import Heard
from sim.batch.study import StudyOutcome, conduct
from sim.errors import UsageError, WorkError
from sim.results import read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

distributed: Any = pytest.importorskip("distributed")

from sim.batch import cluster as room  # noqa: E402
from sim.batch.cluster import Cluster  # noqa: E402

COMMAND = Path(__file__).with_name("cluster_command.py")
DESIGN = PretendDesign(seeds=4)
RUNS = 16


class Machines:
    """A scheduler and workers, each a process of its own."""

    def __init__(
        self, folder: Path, processes: contextlib.ExitStack, tls: tuple[str, ...] = ()
    ) -> None:
        self.folder, self.processes, self.tls = folder, processes, tls
        self.workers: list[subprocess.Popen[bytes]] = []
        told = folder / "address"
        self.scheduler = self.begin("scheduler", "--port", "0", "--scheduler-file", str(told))
        self.address = self.until(lambda: _address(told))

    def begin(self, what: str, *words: str) -> subprocess.Popen[bytes]:
        log = self.processes.enter_context((self.folder / f"{what}.log").open("ab"))
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", f"distributed.cli.dask_{what}"),
                *("--host", "127.0.0.1", "--no-dashboard", *self.tls, *words),
            ],
            cwd=self.folder,
            stdout=log,
            stderr=log,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        self.processes.callback(_end, process)
        return process

    def worker(self, *words: str, threads: int = 1) -> subprocess.Popen[bytes]:
        """Begin a worker."""
        usual = ("--nthreads", str(threads), "--memory-limit", "0")
        nanny = () if "--nanny" in words else ("--no-nanny",)
        self.workers.append(self.begin("worker", self.address, *usual, *nanny, *words))
        return self.workers[-1]

    def until[T](self, what: Callable[[], T], seconds: float = 60.0) -> T:
        """Wait until something is true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := what():
                return found
            time.sleep(0.05)
        logs = "\n".join(log.read_text() for log in self.folder.glob("*.log"))
        pytest.fail(f"not so after {seconds} s\n{logs}")

    @contextlib.contextmanager
    def client(self) -> Iterator[Any]:
        """Look at the cluster from outside."""
        with distributed.Client(self.address, set_as_default=False) as client:
            yield client


def _address(told: Path) -> str:
    try:
        return str(json.loads(told.read_text())["address"])
    except (FileNotFoundError, ValueError):
        # It is not written yet, or in half.
        return ""


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    folder = tmp_path / "machines"
    folder.mkdir()
    with contextlib.ExitStack() as processes:
        yield Machines(folder, processes)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    directory = tmp_path_factory.mktemp("undisturbed")
    assert conduct(study(DESIGN), directory).done == RUNS
    return tables_of(directory)


class Then(Heard):
    """Does something after some runs."""

    def __init__(self, after: int, act: Callable[[], object]) -> None:
        super().__init__()
        self.after, self.act = after, act

    def run_done(self, run: str, seconds: float) -> None:
        super().run_done(run, seconds)
        if len(self.done) == self.after:
            self.act()


def test_a_worker_killed_in_mid_batch_changes_nothing(
    tmp_path: Path, machines: Machines, undisturbed: dict[str, bytes]
) -> None:
    victim, _ = machines.worker(), machines.worker()
    with machines.client() as client:
        client.wait_for_workers(2, timeout=60)
    heard = Then(6, victim.kill)
    with Cluster(machines.address) as crew:
        outcome = conduct(study(DESIGN, seconds=0.3), tmp_path / "kept", crew=crew, progress=heard)
    assert outcome == StudyOutcome(RUNS, 0, tmp_path / "kept")
    assert victim.wait(10) == -signal.SIGKILL
    assert tables_of(tmp_path / "kept") == undisturbed
    lost = [note for note in heard.notes if "left the cluster; it is run once more" in note]
    assert len(lost) == 1
    assert lost[0].split(":")[0] in heard.done[6:]


def test_workers_come_and_go(
    tmp_path: Path, machines: Machines, undisturbed: dict[str, bytes]
) -> None:
    """All are lost, those who hold what was sent among them; another comes, with two threads."""
    first = machines.worker()

    def replace() -> None:
        first.kill()
        machines.worker(threads=2)

    heard, diary = Then(3, replace), tmp_path / "diary"
    diary.mkdir()
    made = study(DESIGN, seconds=0.05, diary=diary)
    with Cluster(machines.address) as crew:
        assert conduct(made, tmp_path / "kept", crew=crew, progress=heard).failed == 0
    assert tables_of(tmp_path / "kept") == undisturbed
    # Four worlds; the one in which the first worker was killed; one that both threads share at the
    # end. If a run did not keep to its world, there would be up to 16.
    assert len(list(diary.glob("world-*"))) <= 4 + 2 + 1


@pytest.mark.slow
def test_a_run_that_kills_every_worker_fails_alone(tmp_path: Path, machines: Machines) -> None:
    """A nanny begins its worker afresh each time."""
    machines.worker("--nanny")
    diary = tmp_path / "diary"
    diary.mkdir()
    with Cluster(machines.address) as crew:
        outcome = conduct(study(diary=diary, dies={2: 9}), tmp_path / "kept", crew=crew)
    assert (outcome.done, outcome.failed) == (11, 1)
    row = read_table(tmp_path / "kept", "runs").filter(status="failed")
    assert row["run"].to_list() == ["one/b/base/s0002"]
    assert "left the cluster, 2 times" in row["error"][0]
    assert len(list(diary.glob("death-2-*"))) == 2


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_who_ends_leaves_the_cluster_clean(
    tmp_path: Path, machines: Machines, how: signal.Signals
) -> None:
    """Runs that would take ten minutes are broken off, and nothing is kept of them."""
    machines.worker(threads=2)
    with machines.client() as client:
        client.wait_for_workers(1, timeout=60)

        def busy() -> int:
            return sum(len(tasks) for tasks in client.processing().values())

        with subprocess.Popen(
            [sys.executable, COMMAND, tmp_path / "kept", machines.address, "600"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            machines.until(lambda: busy() == 2)
            # Long enough for both to be in a run.
            time.sleep(1.0)
            process.send_signal(how)
            _, errors = process.communicate(timeout=30)
        if how == signal.SIGINT:
            assert process.returncode == 1
            assert errors == (
                f"interrupted: 0 of {RUNS} runs are done and kept in {tmp_path / 'kept'}; "
                "go on with: netgrow run pretended.toml\n"
            )
        machines.until(lambda: not any(client.has_what().values()) and busy() == 0, 30)
        # Both threads are free again.
        tasks = [client.submit(time.sleep, 0.1, pure=False) for _ in range(2)]
        assert client.gather(tasks, errors="raise") == [None, None]
        assert client.run(_threads_at_work) == dict.fromkeys(client.nthreads(), 0)


def _threads_at_work() -> int:
    return sum("simulate" in _names(frame) for frame in sys._current_frames().values())


def _names(frame: Any) -> list[str]:
    names = []
    while frame is not None:
        names.append(frame.f_code.co_name)
        frame = frame.f_back
    return names


def test_a_scheduler_that_is_lost_ends_in_one_line(
    tmp_path: Path, machines: Machines, undisturbed: dict[str, bytes]
) -> None:
    machines.worker()
    begun = time.monotonic()
    with (
        Cluster(machines.address) as crew,
        pytest.raises(WorkError, match=r"the scheduler at tcp://.* is lost .*; \d+ of 16 runs"),
    ):
        conduct(
            study(DESIGN, seconds=0.1),
            tmp_path / "kept",
            crew=crew,
            progress=Then(4, machines.scheduler.kill),
        )
    assert time.monotonic() - begun < 60
    done = (read_table(tmp_path / "kept", "runs")["status"] == "done").sum()
    assert 4 <= done < RUNS
    assert conduct(study(DESIGN), tmp_path / "kept").failed == 0
    assert tables_of(tmp_path / "kept") == undisturbed


def test_a_worker_of_another_version_is_named_and_given_nothing(
    tmp_path: Path, machines: Machines
) -> None:
    older = machines.folder / "older.py"
    older.write_text("import sim\nsim.__version__ = '0.0.9'\n")
    machines.worker("--preload", str(older))
    with machines.client() as client:
        client.wait_for_workers(1, timeout=60)
    with (
        Cluster(machines.address) as crew,
        pytest.raises(WorkError, match=r"no worker .* can take part; .*netgrow 0\.0\.9 t"),
    ):
        conduct(study(), tmp_path / "alone", crew=crew)
    heard = Heard()
    machines.worker()
    with machines.client() as client:
        client.wait_for_workers(2, timeout=60)
    with Cluster(machines.address) as crew:
        # Long enough for both workers to be asked.
        conduct(study(seconds=0.3), tmp_path / "kept", crew=crew, progress=heard)
    assert len(heard.done) == 12
    assert [note for note in heard.notes if "netgrow 0.0.9 there and" in note]


def test_a_worker_without_netgrow_is_named(tmp_path: Path, machines: Machines) -> None:
    hidden = machines.folder / "hidden.py"
    hidden.write_text("import sys\nsys.modules['sim'] = None\n")
    machines.worker("--preload", str(hidden))
    with (
        Cluster(machines.address) as crew,
        pytest.raises(WorkError, match=r"cannot take part: ModuleNotFoundError: .*sim"),
    ):
        conduct(study(), tmp_path / "kept", crew=crew)


def test_without_workers_one_is_waited_for_and_no_longer_than_that(
    tmp_path: Path, machines: Machines
) -> None:
    heard = Heard()
    with (
        Cluster(machines.address, patience=0.5) as crew,
        pytest.raises(WorkError, match=r"no worker has joined in .* begin one with: dask wor"),
    ):
        conduct(study(), tmp_path / "kept", crew=crew, progress=heard)
    begin = f"begin one with: dask worker {machines.address}"
    assert heard.notes == [f"the cluster has no worker, and one is waited for; {begin}"]


def test_no_scheduler_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "SECONDS_TO_CONNECT", 1.0)
    with socket.socket() as silent, socket.socket() as closed:
        for each in (silent, closed):
            each.bind(("127.0.0.1", 0))
        silent.listen()
        ports = [each.getsockname()[1] for each in (silent, closed)]
        wrong = ["tcp://127.0.0.1:none", "ftp://127.0.0.1:1", "tls://127.0.0.1:1", ""]
        for address in [f"tcp://127.0.0.1:{port}" for port in ports] + wrong:
            begun = time.monotonic()
            with pytest.raises(UsageError, match="--cluster: no Dask scheduler answers at") as told:
                Cluster(address)
            assert time.monotonic() - begun < 20
            assert "\n" not in str(told.value)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make certificates")
def test_certificates_are_those_of_dasks_configuration(
    tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    import dask.config

    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"),
            *("-subj", "/CN=127.0.0.1", "-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    files = {"tls-ca-file": cert, "tls-cert": cert, "tls-key": key}
    words = [word for name, path in files.items() for word in (f"--{name}", str(path))]
    (tmp_path / "machines").mkdir()
    with contextlib.ExitStack() as processes:
        machines = Machines(tmp_path / "machines", processes, ("--protocol", "tls", *words))
        machines.worker()
        assert machines.address.startswith("tls://")
        with pytest.raises(UsageError, match="check your TLS configuration"):
            Cluster(machines.address)
        mine = {"ca-file": str(cert), "client.cert": str(cert), "client.key": str(key)}
        given = {f"distributed.comm.tls.{name}": path for name, path in mine.items()}
        with dask.config.set(given), Cluster(machines.address) as crew:
            assert conduct(study(DESIGN), tmp_path / "kept", crew=crew).done == RUNS
    assert tables_of(tmp_path / "kept") == undisturbed


def test_dask_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r'pip install "netgrow\[cluster\]"'):
        Cluster("tcp://127.0.0.1:8786")


@pytest.mark.slow
def test_netgrow_run_gives_the_same_tables_on_a_cluster(
    tmp_path: Path, machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine itself, two runs at a time in one process, compiled there before."""
    machines.worker(threads=2)
    path = small(tmp_path)
    for place, words in (("here", ["-j", "1"]), ("there", ["--cluster", machines.address])):
        result = netgrow("run", path, "-o", tmp_path / place, "--no-report", *words)
        assert result.exit_code == 0, result.output
    assert tables_of(tmp_path / "there") == tables_of(tmp_path / "here")
    example = examples("run_study")[0].replace("tcp://scheduler:8786", machines.address)
    path.rename(tmp_path / "my.toml")
    monkeypatch.chdir(tmp_path)
    exec(example, {"__name__": "__main__"})
    assert tables_of(tmp_path / "results" / "my") == tables_of(tmp_path / "here")


def examples(word: str) -> list[str]:
    """Return the examples in Python of docs/cluster.md that hold a word."""
    blocks = (ROOT / "docs" / "cluster.md").read_text().split("```py\n")[1:]
    return [block.split("```")[0] for block in blocks if word in block.split("```")[0]]


def test_the_queue_of_the_example_is_asked_for_what_the_page_says(tmp_path: Path) -> None:
    """dask-jobqueue itself reads the parameters and writes the job; there is no queue here."""
    pytest.importorskip("dask_jobqueue")
    (example,) = examples("SLURMCluster")
    without_queue = (
        "from dask_jobqueue import SLURMCluster\nimport subprocess\n"
        "SLURMCluster.scale = lambda self, jobs: None\n"
        "SLURMCluster.wait_for_workers = lambda self, number: None\n"
        "subprocess.run = lambda words, check: print(*words)\n"
    )
    path = tmp_path / "slurm.py"
    # The network of this machine, and not of a cluster.
    path.write_text(without_queue + example.replace('"ib0"', '"lo"'))
    told = subprocess.run(
        [sys.executable, path], capture_output=True, text=True, timeout=120, check=False
    )
    assert told.returncode == 0, told.stderr
    for words in (
        *("#SBATCH -p standard", "#SBATCH -A my-project", "#SBATCH -t 08:00:00"),
        *("--cpus-per-task=16", "--nthreads 1", "--nworkers 16", "--lifetime 470m"),
        "netgrow run my.toml --cluster tcp://127.0.0.1:",
    ):
        assert words in told.stdout
