"""Columns and tables of Arrow, from and to pyarrow, polars, pandas and DuckDB."""

import pickle

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.parquet
import pytest
from texts import document, record

import unspin
import unspin.pandas
import unspin.polars

TEXTS = [document(it) for it in range(300)] + [None, "", "He left the the town."]
CLEANER = unspin.Cleaner()
FIXED = [None if it is None else it.text for it in CLEANER.fix_many(TEXTS)]


def field(stream: unspin.Stream, name: str) -> list:
    return [it[name] for it in pyarrow.chunked_array(stream).to_pylist()]


@pytest.mark.parametrize("kind", [pyarrow.string(), pyarrow.large_string(), pyarrow.string_view()])
def test_a_column_comes_out_in_the_kind_that_it_came_in(kind: pyarrow.DataType) -> None:
    array = pyarrow.array(TEXTS, kind)
    for column in (array, pyarrow.chunked_array([array[:100], array[100:]]), array[50:]):
        fixed = CLEANER.fix_many(column)
        assert field(fixed, "text") == FIXED[-len(column) :]
        assert field(fixed, "text") == FIXED[-len(column) :], "a column can be read again"
        assert pyarrow.chunked_array(fixed).type.field("text").type == kind


def test_columns_say_what_lists_say() -> None:
    array = pyarrow.array(TEXTS)
    ledgers = [[] if it is None else [finding.key for finding in it.findings] for it in CLEANER.fix_many(TEXTS)]
    assert [[it["key"] for it in ledger] for ledger in field(CLEANER.fix_many(array), "ledger")] == ledgers
    checked = pyarrow.chunked_array(CLEANER.check_many(array)).to_pylist()
    for told, findings in zip(checked, CLEANER.check_many(TEXTS)):
        for row, finding in zip(told, findings or [], strict=True):
            expected = finding._asdict()
            del expected["characters"], expected["around"]
            expected["edits"] = [it._asdict() for it in finding.edits]
            expected["alternatives"] = [it._asdict() for it in finding.alternatives]
            assert row == expected
    scores = pyarrow.chunked_array(CLEANER.score_many(array)).to_pylist()
    assert [it and it["verdict"] for it in scores] == [it and it.verdict for it in CLEANER.score_many(TEXTS)]


def test_what_did_not_change_is_not_copied() -> None:
    array = pyarrow.array(["Nothing is wrong.", "Here neither."])
    (after,) = pyarrow.chunked_array(CLEANER.fix_many(array)).chunks
    assert after.field("text").buffers()[2].address == array.buffers()[2].address


def test_a_table_keeps_its_other_columns() -> None:
    table = pyarrow.Table.from_pylist([record(it) for it in range(2000)])
    fixed = pyarrow.table(CLEANER.fix_table(pyarrow.Table.from_batches(table.to_batches(300)), "text", id="url"))
    assert fixed.column_names == [*table.column_names, "ledger", "verdict"]
    assert fixed.select(["url", "year"]) == table.select(["url", "year"])
    expected = CLEANER.fix_many(table["text"].to_pylist())
    assert fixed["text"].to_pylist() == [it and it.text for it in expected]
    assert fixed["verdict"].to_pylist() == [it and it.verdict.verdict for it in expected]
    scored = pyarrow.table(CLEANER.score_table(table))
    assert scored["score"].to_pylist()[7] is None


def test_a_table_is_worked_on_while_it_is_read() -> None:
    read = []

    def batches():
        for number in range(10):
            read.append(number)
            yield pyarrow.record_batch({"text": [document(number)]})

    schema = pyarrow.schema({"text": pyarrow.string()})
    stream = CLEANER.fix_table(pyarrow.RecordBatchReader.from_batches(schema, batches()))
    reader = pyarrow.RecordBatchReader.from_stream(stream)
    assert not read
    reader.read_next_batch()
    assert len(read) == 1
    with pytest.raises(unspin.UnspinError, match="has been read"):
        pyarrow.table(stream)


def test_mistakes_are_told_before_anything_is_read() -> None:
    table = pyarrow.table({"text": ["a"], "n": [1.5], "ledger": ["x"]})
    for arguments, said in [
        (("body",), "no column is called `body`; there are `text`, `n`, `ledger`"),
        (("n",), "the column `n` is Float64"),
        (("text",), "there is a column `ledger` already"),
    ]:
        with pytest.raises(unspin.UnspinError, match=said):
            CLEANER.fix_table(table, *arguments)
    with pytest.raises(unspin.UnspinError, match="texts are strings"):
        CLEANER.fix_many(pyarrow.array([1]))


def test_ids_may_be_numbers() -> None:
    table = pyarrow.table({"text": ["He left the the town."] * 2, "n": [5, 6]})
    named = pyarrow.table({"text": ["He left the the town."] * 2, "n": ["5", "6"]})
    keys = [pyarrow.table(CLEANER.check_table(it, id="n"))["findings"].to_pylist() for it in (table, named)]
    assert keys[0] == keys[1] and keys[0][0] != keys[0][1]


def test_polars() -> None:
    frame = polars.DataFrame({"text": TEXTS, "n": range(len(TEXTS))})
    assert frame.with_columns(unspin.polars.fix("text"))["text"].to_list() == FIXED
    lazy = frame.lazy().with_columns(unspin.polars.fix(polars.col("text"), CLEANER).alias("fixed"))
    assert lazy.collect()["fixed"].to_list() == FIXED
    assert polars.DataFrame(CLEANER.fix_table(frame))["text"].to_list() == FIXED


def test_pandas() -> None:
    series = pandas.Series(TEXTS, name="body", index=range(5, 5 + len(TEXTS)))
    fixed = unspin.pandas.fix(series)
    assert fixed.tolist() == FIXED and fixed.index.equals(series.index) and series.tolist() == TEXTS
    mixed = pandas.Series(["He left the the town.", float("nan"), None, 3])
    assert unspin.pandas.fix(mixed, CLEANER).tolist()[0] == "He left the town."
    assert unspin.pandas.fix(mixed, CLEANER)[1:].equals(mixed[1:])
    frame = pandas.DataFrame({"text": TEXTS})
    assert pyarrow.table(CLEANER.fix_table(frame)).to_pandas()["text"].tolist() == FIXED


def test_duckdb() -> None:
    texts = pyarrow.table({"text": TEXTS})
    with duckdb.connect() as connection:
        connection.register("texts", texts)
        fixed = CLEANER.fix_table(connection.sql("select text, length(text) as n from texts"))
        connection.register("fixed", pyarrow.table(fixed))
        assert [it[0] for it in connection.sql("select text from fixed").fetchall()] == FIXED


def test_parquet_streams_through(tmp_path) -> None:
    table = pyarrow.Table.from_pylist([record(it) for it in range(3000)])
    pyarrow.parquet.write_table(table, tmp_path / "in.parquet", row_group_size=500)
    with pyarrow.parquet.ParquetFile(tmp_path / "in.parquet") as source:
        batches = pyarrow.RecordBatchReader.from_batches(source.schema_arrow, source.iter_batches(500))
        fixed = pyarrow.RecordBatchReader.from_stream(pickle.loads(pickle.dumps(CLEANER)).fix_table(batches, id="url"))
        with pyarrow.parquet.ParquetWriter(tmp_path / "out.parquet", fixed.schema) as out:
            for batch in fixed:
                out.write_batch(batch)
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet").num_rows == 3000
