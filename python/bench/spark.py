"""What Spark costs a core, beside the command line on the same rows, start-up apart.

    python python/bench/spark.py [FOLDER OF .txt | FILE.jsonl] [--megabytes N]

Counted is the processor time of all processes that take part. What a job takes until a quarter of the rows is written is left out, since Java
starts up in it, and compiles what is often done; what counts is what further rows cost, in the same job. The command line is timed on all rows
and on a quarter of them.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Dict, List, Tuple

import pyarrow
import pyarrow.parquet
import pyspark

import unspin.spark
from speed import command, read

TICK = os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> Dict[int, float]:
    """The processor time of a process and of all below it."""
    parents, times = {}, {}
    for it in Path("/proc").glob("[0-9]*"):
        try:
            fields = (it / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents[int(it.name)], times[int(it.name)] = int(fields[1]), (int(fields[11]) + int(fields[12])) / TICK
    found = {pid}
    while more := {it for it, parent in parents.items() if parent in found and it not in found}:
        found |= more
    return {it: times[it] for it in found if it in times}


def job(texts: List[str], folder: Path, cores: int) -> List[Tuple[int, float]]:
    """How many rows are written, and the processor time up to then, each time that a task ends."""
    (folder / "rows").mkdir()
    # Files of a few megabytes, as many tasks as it takes.
    for start in range(0, len(texts), 1000):
        some = texts[start : start + 1000]
        table = pyarrow.table({"url": [str(start + it) for it in range(len(some))], "text": some})
        pyarrow.parquet.write_table(table, folder / "rows" / f"{start:08}.parquet")
    home = Path(pyspark.__file__).parent
    program = [str(home / "bin" / "spark-submit"), "--master", f"local[{cores}]", "--conf", "spark.ui.enabled=false"]
    program += [str(Path(unspin.spark.__file__).with_name("__main__.py")), str(folder / "rows"), str(folder / "fixed"), "--id", "url"]
    here = {"SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}
    process = subprocess.Popen(program, env={**os.environ, **here}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seen: Dict[int, float] = {}
    rows: Dict[Path, int] = {}
    marks: List[Tuple[int, float]] = []
    while process.poll() is None:
        seen.update(tree(process.pid))
        # A task that has ended waits here for the others; once all have, they are put in their place.
        with suppress(OSError):
            for part in set((folder / "fixed").glob("_temporary/*/task_*/*.parquet")) - set(rows):
                rows[part] = pyarrow.parquet.read_metadata(part).num_rows
                marks.append((sum(rows.values()), sum(seen.values())))
        time.sleep(0.05)
    assert process.returncode == 0
    return marks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", nargs="?")
    parser.add_argument("--megabytes", type=float, default=480)
    parser.add_argument("--cores", type=int, default=2)
    options = parser.parse_args()
    texts = read(options.source, int(options.megabytes * 1e6))
    size = sum(len(it.encode()) for it in texts) / 1e6
    with tempfile.TemporaryDirectory() as folder:
        quarter = texts[: max(len(texts) // 4, 1)]
        alone = (command(texts, Path(folder)) - command(quarter, Path(folder))) / (len(texts) - len(quarter))
        marks = job(texts, Path(folder), options.cores)
    first, last = next(it for it in marks if it[0] >= len(quarter)), marks[-1]
    assert first[0] < last[0], "too few tasks: more megabytes are needed"
    spark = (last[1] - first[1]) / (last[0] - first[0])
    told = {
        "texts": len(texts),
        "megabytes": size,
        "a quarter with Spark, s": first[1],
        "a megabyte more with the command line, s": alone * len(texts) / size,
        "a megabyte more with Spark, s": spark * len(texts) / size,
        "times": spark / alone,
    }
    print(json.dumps({name: round(it, 3) for name, it in told.items()}, indent=1))


if __name__ == "__main__":
    main()
