"""Spark with real executors: what comes out is what one machine makes, also where executors and drivers die on the way."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable, Dict, List

import pyarrow
import pyarrow.parquet
import pytest
from texts import BROKEN, ELSEWHERE, corpus, record

if shutil.which("java") is None:
    pytest.skip("no Java here", allow_module_level=True)
pyspark = pytest.importorskip("pyspark")

import unspin  # noqa: E402
import unspin.spark  # noqa: E402

DOCUMENTS = 40_000
FILES = 40
# Two workers with a core and a gigabyte each, as processes of their own.
MASTER = "local-cluster[2,1,1024]"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    each = DOCUMENTS // FILES
    for part in range(FILES):
        rows = [record(it) for it in range(part * each, (part + 1) * each)]
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), folder / f"{part:03}.parquet")
    return folder


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def expected(source: Path, index: Path) -> Dict[str, dict]:
    """What one machine makes of it."""
    table = pyarrow.table(unspin.Cleaner(corpus=index).fix_table(pyarrow.parquet.read_table(source), "text", id="url"))
    rows = table.to_pylist()
    assert any(finding["witness"] for row in rows for finding in row["ledger"])
    return {row["url"]: row for row in rows}


def job(source: Path, out: Path, log: Path, index: Path) -> subprocess.Popen:
    home = Path(pyspark.__file__).parent
    settings = {
        "spark.ui.enabled": "false",
        # A task for each file.
        "spark.sql.files.openCostInBytes": "128m",
        "spark.executor.memory": "1g",
        "spark.driver.memory": "1g",
    }
    command = [str(home / "bin" / "spark-submit"), "--master", MASTER]
    command += [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
    command += [str(Path(unspin.spark.__file__).with_name("__main__.py")), str(source), str(out), "--field", "text", "--id", "url"]
    command += ["--corpus", str(index)]
    here = {"SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    here["SPARK_WORKER_DIR"] = str(log.parent / "work")
    with log.open("w") as told:
        return subprocess.Popen(command, env={**os.environ, **here}, stdout=told, stderr=told, cwd=log.parent, start_new_session=True)


def wait_for(what: Callable[[], object], process: subprocess.Popen, log: Path) -> object:
    for _ in range(6000):
        found = what()
        if found:
            return found
        assert process.poll() is None, f"the job ended too soon: {log.read_text()[-3000:]}"
        time.sleep(0.1)
    raise AssertionError("it takes too long: " + log.read_text()[-3000:])


def done_tasks(out: Path) -> List[Path]:
    return list(out.glob("_temporary/0/task_*"))


def below(pid: int) -> Dict[int, str]:
    """The processes that a process started, and those that these did, with their command lines."""
    parents, lines = {}, {}
    for it in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(it.name)] = int((it / "stat").read_text().rsplit(")", 1)[1].split()[1])
            lines[int(it.name)] = (it / "cmdline").read_text()
        except OSError:
            continue
    found = {pid}
    while more := {it for it, parent in parents.items() if parent in found and it not in found}:
        found |= more
    return {it: lines[it] for it in found - {pid}}


def executors(process: subprocess.Popen) -> List[int]:
    return [pid for pid, line in below(process.pid).items() if "CoarseGrainedExecutorBackend" in line and "java" in line.split("\0")[0]]


def end(process: subprocess.Popen) -> None:
    for pid in [*below(process.pid), process.pid]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    process.wait()


def assert_whole(out: Path, expected: Dict[str, dict]) -> None:
    rows = pyarrow.parquet.read_table(out).to_pylist()
    assert len(rows) == len(expected) == DOCUMENTS, "none is missing, none there twice"
    assert {row["url"]: row for row in rows} == expected


def test_an_executor_that_dies_loses_nothing(source: Path, expected: Dict[str, dict], index: Path, tmp_path: Path) -> None:
    out, log = tmp_path / "out", tmp_path / "log"
    mine = Path(shutil.copy(index, tmp_path))
    process = job(source, out, log, mine)
    try:
        wait_for(lambda: len(done_tasks(out)) >= 4, process, log)
        assert len(done_tasks(out)) < FILES
        # As on other machines: the executor that takes its place has the index from the driver, or not at all.
        mine.unlink()
        victim = executors(process)[0]
        os.kill(victim, signal.SIGKILL)
        assert process.wait(timeout=600) == 0, log.read_text()[-3000:]
        assert "ExecutorLostFailure" in log.read_text() or "Lost executor" in log.read_text()
    finally:
        end(process)
    assert_whole(out, expected)


def test_a_driver_that_dies_leaves_a_job_to_run_again(source: Path, expected: Dict[str, dict], index: Path, tmp_path: Path) -> None:
    out, log = tmp_path / "out", tmp_path / "log"
    process = job(source, out, log, index)
    try:
        wait_for(lambda: len(done_tasks(out)) >= 4, process, log)
    finally:
        end(process)
    assert not (out / "_SUCCESS").exists()
    again = job(source, out, log, index)
    try:
        assert again.wait(timeout=600) == 0, log.read_text()[-3000:]
    finally:
        end(again)
    assert_whole(out, expected)
    # What is done is not done again.
    written = {it.name: it.stat().st_mtime_ns for it in out.iterdir()}
    third = job(source, out, log, index)
    assert third.wait(timeout=600) == 0 and "done already" in log.read_text()
    assert {it.name: it.stat().st_mtime_ns for it in out.iterdir()} == written


def test_frames(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from pyspark.sql import SparkSession

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    try:
        frame = spark.createDataFrame([("a", "He left the the town.", 1.5), ("b", None, None)], "url string, text string, n double")
        cleaner = unspin.Cleaner(ignore="encoding")
        fixed = unspin.spark.fix(frame, "text", id="url", cleaner=cleaner).collect()
        assert [(it.url, it.text, it.n) for it in fixed] == [("a", "He left the town.", 1.5), ("b", None, None)]
        (finding,) = fixed[0].ledger
        assert finding.key == cleaner_key(cleaner) and finding.edits[0].replacement == ""
        assert [it.score.lang if it.score else None for it in unspin.spark.score(frame).collect()][1] is None
        # Two indexes of one name in one session, and one of them twice.
        beside = spark.createDataFrame([(BROKEN[-1],)], "text string")
        unspin.spark.fix(beside, cleaner=unspin.Cleaner(corpus=corpus(tmp_path)))
        unspin.spark.fix(beside, cleaner=unspin.Cleaner(corpus=corpus(tmp_path, "It rained.")))
        asked = unspin.Cleaner(corpus=corpus(tmp_path))
        (after,) = unspin.spark.fix(beside, cleaner=asked).collect()
        assert after.text == asked.fix(BROKEN[-1]).text and [it.witness for it in after.ledger] == ["elsewhere/ferry.txt"]
        with pytest.raises(unspin.UnspinError, match="no column is called `body`"):
            unspin.spark.fix(frame, "body")
        with pytest.raises(unspin.UnspinError, match="there is a column `ledger` already"):
            unspin.spark.fix(unspin.spark.fix(frame))
    finally:
        spark.stop()


def cleaner_key(cleaner: unspin.Cleaner) -> str:
    table = pyarrow.table({"url": ["a"], "text": ["He left the the town."]})
    return pyarrow.table(cleaner.fix_table(table, id="url"))["ledger"].to_pylist()[0][0]["key"]
