"""What the pages show, does what they say."""

import re
from pathlib import Path

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.parquet
import pytest
from texts import RULE, corpus, record

import unspin

PAGE = Path(__file__).parents[2] / "docs" / "python.md"


def test_the_walk_runs_from_its_beginning_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [record(it) for it in range(3000)]
    texts = [it["text"] for it in rows]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-rules" / "house").mkdir(parents=True)
    (tmp_path / "my-rules" / "house" / "words.toml").write_text(RULE)
    corpus(tmp_path).rename(tmp_path / "articles.corpus")
    (tmp_path / "in").mkdir()
    table = pyarrow.Table.from_pylist(rows)
    pyarrow.parquet.write_table(table, tmp_path / "articles.parquet")
    with_texts = pyarrow.table({"id": [str(it) for it in range(2000)], "text": [it or "" for it in texts[:2000]]})
    pyarrow.parquet.write_table(with_texts, tmp_path / "in" / "0.parquet")
    names = {"texts": texts, "frame": polars.DataFrame({"text": texts}), "articles": pandas.DataFrame({"text": texts})}
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    program = "\n".join(it.replace("tasks=8", "tasks=1") for it in blocks)
    exec(compile(program, str(PAGE), "exec"), names)  # noqa: S102
    assert pyarrow.parquet.read_table("clean.parquet").num_rows == 3000
    assert list((tmp_path / "clean").glob("*.jsonl.gz"))
