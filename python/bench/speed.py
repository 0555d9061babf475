"""How fast batches are from Python, beside the command line, ftfy and clean-text, all in one run and on one thread.

    pip install ftfy clean-text; python python/bench/speed.py [FOLDER OF .txt | FILE.jsonl] [--megabytes N]

Counted is processor time, since others may be at work on the machine; and the best of three runs, for the same reason.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable, List

import pyarrow

import unspin

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))


def read(source: str, size: int) -> List[str]:
    """So many bytes of texts; those of a folder or of records over and over, or invented ones."""
    if source and Path(source).is_file():
        texts = itertools.cycle([json.loads(it)["text"] for it in Path(source).open(encoding="utf-8")])
    elif source:
        texts = itertools.cycle([it.read_text(errors="replace") for it in sorted(Path(source).rglob("*.txt"))])
    else:
        from texts import document

        texts = map(document, itertools.count())
    some, total = [], 0
    for text in texts:
        some.append(text)
        total += len(text.encode())
        if total >= size:
            return some
    return some


def spent(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return time.process_time() - start


def command(texts: List[str], folder: Path) -> float:
    """Processor time of the command line, without what it takes to start."""
    times = []
    for count in (1, len(texts)):
        source = folder / "in.jsonl"
        source.write_text("".join(json.dumps({"text": it}, ensure_ascii=False) + "\n" for it in texts[:count]))
        program = [sys.executable, "-m", "unspin", "fix", "--jobs", "1", "--quiet", "--no-config", "--out", str(folder / "out"), str(source)]
        child = subprocess.Popen(program)
        _, status, usage = os.wait4(child.pid, 0)
        assert status == 0
        times.append(usage.ru_utime + usage.ru_stime)
    return times[1] - times[0]


def best(act: Callable[[], float]) -> float:
    return min(act() for _ in range(3))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", nargs="?")
    parser.add_argument("--megabytes", type=float, default=20)
    options = parser.parse_args()
    texts = read(options.source, int(options.megabytes * 1e6))
    size = sum(len(it.encode()) for it in texts) / 1e6
    cleaner = unspin.Cleaner()
    column = pyarrow.array(texts)
    cleaner.fix_many(texts[:10])
    runs = {
        "command line": lambda: None,
        "fix_many, list": lambda: cleaner.fix_many(texts, jobs=1),
        "fix_many, Arrow": lambda: cleaner.fix_many(column, jobs=1),
        "score_many, list": lambda: cleaner.score_many(texts, jobs=1),
        "fix, one by one": lambda: [cleaner.fix(it) for it in texts],
    }
    try:
        import ftfy

        runs["ftfy.fix_text"] = lambda: [ftfy.fix_text(it) for it in texts]
    except ImportError:
        pass
    try:
        from cleantext import clean

        runs["cleantext.clean"] = lambda: [clean(it, lower=False) for it in texts]
    except ImportError:
        pass
    print(f"{len(texts)} texts, {size:.1f} MB")
    with tempfile.TemporaryDirectory() as folder:
        for name, act in runs.items():
            seconds = best(lambda: command(texts, Path(folder)) if name == "command line" else spent(act))
            print(f"{name:20} {len(texts) / seconds:10.0f} texts/s {size / seconds:8.2f} MB/s")


if __name__ == "__main__":
    main()
