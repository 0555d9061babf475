"""What Spark costs a core, beside the command line on the same rows, start-up apart.

    python python/bench/spark.py [FOLDER OF .txt | FILE.jsonl] [--megabytes N]

Counted is the processor time of all processes that take part. A job on a quarter of the rows, and what the command line takes for these, is
taken off: what is left is what further rows cost, once Java has started and compiled what is often done.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, List

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


def job(texts: List[str], folder: Path, cores: int) -> float:
    name = f"{len(texts)}"
    (folder / name).mkdir()
    # Files of a few megabytes, as many tasks as it takes.
    for start in range(0, len(texts), 1000):
        some = texts[start : start + 1000]
        table = pyarrow.table({"url": [str(start + it) for it in range(len(some))], "text": some})
        pyarrow.parquet.write_table(table, folder / name / f"{start:08}.parquet")
    home = Path(pyspark.__file__).parent
    program = [str(home / "bin" / "spark-submit"), "--master", f"local[{cores}]", "--conf", "spark.ui.enabled=false"]
    program += [str(Path(unspin.spark.__file__).with_name("__main__.py")), str(folder / name), str(folder / f"{name}-out"), "--id", "url"]
    here = {"SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}
    process = subprocess.Popen(program, env={**os.environ, **here}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seen: Dict[int, float] = {}
    while process.poll() is None:
        seen.update(tree(process.pid))
        time.sleep(0.1)
    assert process.returncode == 0
    return sum(seen.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", nargs="?")
    parser.add_argument("--megabytes", type=float, default=50)
    parser.add_argument("--cores", type=int, default=2)
    options = parser.parse_args()
    texts = read(options.source, int(options.megabytes * 1e6))
    size = sum(len(it.encode()) for it in texts) / 1e6
    with tempfile.TemporaryDirectory() as folder:
        quarter = texts[: max(len(texts) // 4, 1)]
        alone = command(texts, Path(folder)) - command(quarter, Path(folder))
        first = job(quarter, Path(folder), options.cores)
        spark = job(texts, Path(folder), options.cores) - first
    told = {
        "texts": len(texts),
        "megabytes": size,
        "a quarter with Spark, s": first,
        "the rest with the command line, s": alone,
        "the rest with Spark, s": spark,
        "times": spark / alone,
    }
    print(json.dumps({name: round(it, 2) for name, it in told.items()}, indent=1))


if __name__ == "__main__":
    main()
