"""The package itself: its size, its types, its command line, how fast it is there."""

import ast
import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from texts import corpus, record

import unspin

TYPED = '''
import pathlib
import unspin

cleaner = unspin.Cleaner(packs=["spin"], rules=pathlib.Path("rules"), unsafe=True, min_confidence=0.9)
findings: list[unspin.Finding] = cleaner.check("text")
place: slice = findings[0].slice
fixed: unspin.Fixed = cleaner.fix("text", id="a")
text: str = fixed.text
verdict: str = cleaner.score("text").verdict
many: list[unspin.Fixed | None] = cleaner.fix_many(["a", None])
'''


def run(*arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, **options)


def test_the_types_are_right(tmp_path: Path) -> None:
    (tmp_path / "right.py").write_text(TYPED)
    done = run("-m", "mypy", "--strict", str(tmp_path / "right.py"), cwd=tmp_path)
    assert "Success" in done.stdout, done.stdout
    (tmp_path / "wrong.py").write_text("import unspin\nunspin.Cleaner(pack='spin').fix(7).texts\n")
    done = run("-m", "mypy", "--strict", str(tmp_path / "wrong.py"), cwd=tmp_path)
    assert "Found 3 errors" in done.stdout, done.stdout


def test_the_package_agrees_with_its_own_types(tmp_path: Path) -> None:
    done = run("-m", "mypy", "--strict", "--ignore-missing-imports", "--follow-imports", "silent", "-p", "unspin", cwd=tmp_path)
    assert done.returncode == 0, done.stdout


def test_stubs_name_what_there_is() -> None:
    stub = ast.parse((Path(unspin.__file__).parent / "_unspin.pyi").read_text())
    classes = {it.name: it for it in stub.body if isinstance(it, ast.ClassDef)}
    for name in ("Cleaner", "Stream"):
        written = {it.name: it for it in classes[name].body if isinstance(it, ast.FunctionDef)}
        there = {it for it in vars(getattr(unspin, name)) if not it.startswith("_")}
        assert {it for it in written if not it.startswith("_")} == there
        for method in there:
            arguments = written[method].args
            parameters = list(inspect.signature(getattr(getattr(unspin, name), method)).parameters)
            assert [it.arg for it in arguments.args + arguments.kwonlyargs] == parameters, method


def test_the_wheel_is_small() -> None:
    wheel = os.environ.get("UNSPIN_WHEEL")
    if not wheel:
        pytest.skip("UNSPIN_WHEEL names no wheel")
    assert Path(wheel).stat().st_size < 20_000_000
    assert "abi3" in wheel


def test_the_import_is_quick() -> None:
    # Of the processor's time, since others may be at work; and the quickest of a few.
    program = "import time; start = time.process_time(); import unspin; print(time.process_time() - start)"
    assert min(float(run("-c", program).stdout) for _ in range(5)) < 0.1


def test_the_command_line_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("He left the the town.")
    done = run("-m", "unspin", "check", "--format", "jsonl", "a.txt", cwd=tmp_path)
    assert done.returncode == 1 and json.loads(done.stdout)["rule"] == "spacing/repeats/function-word"
    assert run("-m", "unspin", "fix", "-", input="He left the the town.").stdout == "He left the town."
    assert run("-m", "unspin", "--version").stdout.strip() == f"unspin {unspin.__version__}"
    assert run("-m", "unspin", "nonsense").returncode == 2
    script = Path(sys.executable).with_name("unspin")
    assert subprocess.run([script, "--version"], capture_output=True).returncode == 0


def test_the_command_line_reads_and_writes_parquet(tmp_path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    rows = [{"url": "a", "text": "He left the the town."}, {"url": "b", "text": None}, {"url": "c", "text": "He left the town."}]
    fixed = [{**rows[0], "text": "He left the town."}, *rows[1:]]
    for codec in ("none", "snappy", "gzip", "zstd", "lz4"):
        (tmp_path / codec).mkdir()
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / codec / "x.parquet", compression=codec)
        done = run("-m", "unspin", "fix", "x.parquet", "--out", "fixed", cwd=tmp_path / codec)
        assert done.returncode == 0, done.stderr
        assert pyarrow.parquet.read_table(tmp_path / codec / "fixed" / "x.parquet").to_pylist() == fixed


def test_findings_are_those_of_the_command_line(tmp_path: Path) -> None:
    rows = [record(it) for it in range(1000)]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(it) + "\n" for it in rows))
    index = corpus(tmp_path)
    same = ["--format", "jsonl", "--field", "text", "--id", "url", "--corpus", "all.corpus", "in.jsonl"]
    done = run("-m", "unspin", "check", *same, cwd=tmp_path)
    expected = [json.loads(it) for it in done.stdout.splitlines()]
    assert any("witness" in it for it in expected)
    for it in expected:
        del it["file"], it["record"]
        it.setdefault("witness", None)
    import pyarrow

    table = pyarrow.Table.from_pylist(rows)
    cleaner = unspin.Cleaner(corpus=index)
    told = pyarrow.table(cleaner.check_table(table, "text", id="url"))["findings"].to_pylist()
    assert [it for row in told for it in row] == expected
    done = run("-m", "unspin", "score", *same, cwd=tmp_path)
    scores = cleaner.score_many([it["text"] for it in rows if it["text"] is not None])
    for line, verdict in zip(done.stdout.splitlines(), scores, strict=True):
        told = json.loads(line)
        mine = verdict._asdict()
        mine["regions"] = told["regions"]
        del told["file"], told["record"]
        assert told == mine
