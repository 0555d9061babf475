"""Texts in a data frame of Spark.

>>> import unspin.spark
>>> fixed = unspin.spark.fix(frame, "text", id="url")
"""

from itertools import chain
from pathlib import Path
from shutil import copyfile
from tempfile import mkdtemp
from typing import Any, Callable, Iterator, List, Optional

import pyarrow
from pyspark import SparkFiles
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
from pyspark.sql.types import StructType

from unspin import Cleaner, UnspinError


def fix(frame: DataFrame, text: str = "text", *, id: Optional[str] = None, cleaner: Optional[Cleaner] = None) -> DataFrame:
    """The frame with the column ``text`` corrected, and the columns ``ledger`` and ``verdict`` more.

    ``ledger`` lists what was applied, row by row, and ``verdict`` says what the text was before. Nothing else comes of it: a task
    may run twice.
    """
    return _mapped(frame, "fix_table", cleaner, text, {"id": id})


def score(frame: DataFrame, text: str = "text", *, cleaner: Optional[Cleaner] = None) -> DataFrame:
    """The frame with a column ``score`` more: the verdict on each text, with the reason and the figures."""
    return _mapped(frame, "score_table", cleaner, text, {})


def _mapped(frame: DataFrame, method: str, cleaner: Optional[Cleaner], text: str, options: Any) -> DataFrame:
    cleaner = cleaner or Cleaner()
    there = _sent(frame, cleaner)

    def treated(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        first = next(batches, None)
        if first is None:
            return
        table = pyarrow.RecordBatchReader.from_batches(first.schema, chain([first], batches))
        act = getattr(there(), method)
        # A task has one core of its executor; more threads would take those of other tasks.
        yield from pyarrow.RecordBatchReader.from_stream(act(table, text, jobs=1, **options))

    return frame.mapInArrow(treated, _after(frame, getattr(cleaner, method), text, options))


def _sent(frame: DataFrame, cleaner: Cleaner) -> Callable[[], Cleaner]:
    """How a worker comes by the cleaner; an index goes along as a file of the job, since the path may name nothing where the worker is."""
    build, (*settings, corpus) = cleaner.__reduce__()
    if corpus is None:
        return lambda: cleaner
    path, seal = corpus
    # Spark tells its files apart by their names alone.
    name = f"unspin-{seal:016x}.corpus"
    if not Path(SparkFiles.get(name)).exists():
        # Workers may ask for it as long as the session lasts, and the file at the path may be replaced before.
        copy = Path(mkdtemp(dir=SparkFiles.getRootDirectory()), name)
        copyfile(path, copy)
        frame.sparkSession.sparkContext.addFile(str(copy))
    return lambda: build(*settings, (SparkFiles.get(name), seal))


def _after(frame: DataFrame, act: Any, text: str, options: Any) -> StructType:
    """The frame's columns with those that come."""
    names: List[str] = [it for it in (text, options.get("id")) if it is not None]
    missing = [it for it in names if it not in frame.columns]
    if missing:
        raise UnspinError(f"no column is called `{missing[0]}`; there are " + ", ".join(f"`{it}`" for it in frame.columns))
    before = to_arrow_schema(frame.select(*dict.fromkeys(names)).schema)
    after = from_arrow_schema(pyarrow.schema(act(before.empty_table(), text, **options)))
    new = after.fields[len(before) :]
    twice = [it.name for it in new if it.name in frame.columns]
    if twice:
        raise UnspinError(f"there is a column `{twice[0]}` already; rename it before")
    return StructType(frame.schema.fields + new)
