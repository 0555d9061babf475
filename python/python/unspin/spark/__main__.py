"""A job: ``python -m unspin.spark IN OUT --field text``, or ``spark-submit`` with the path of this file."""

import argparse
import sys
from typing import Any, List, Optional

from pyspark.sql import DataFrame, SparkSession

import unspin.spark
from unspin import Cleaner, UnspinError


def main(args: Optional[List[str]] = None) -> int:
    options = _parser().parse_args(args)
    try:
        cleaner = Cleaner(
            packs=options.select,
            rules=options.rules,
            unsafe=options.unsafe,
            min_confidence=options.min_confidence,
            ignore=options.ignore,
            corpus=options.corpus,
        )
        spark = SparkSession.builder.appName("unspin").getOrCreate()
        mode = _mode(spark, options.output)
        if mode is None:
            print(f"{options.output}: done already", file=sys.stderr)
            return 0
        kind = options.format or ("json" if _is_json(options.input) else "parquet")
        frame = getattr(spark.read, kind)(options.input)
        if options.score:
            after = unspin.spark.score(frame, options.field, cleaner=cleaner)
        else:
            after = unspin.spark.fix(frame, options.field, id=options.id, cleaner=cleaner)
        _written(after, kind, mode, options.output)
    except UnspinError as error:
        print(f"unspin: {error}", file=sys.stderr)
        return 2
    return 0


def _is_json(path: str) -> bool:
    return any(it in path for it in (".jsonl", ".ndjson", ".json"))


def _written(frame: DataFrame, kind: str, mode: str, output: str) -> None:
    writer = frame.write.mode(mode)
    if kind == "json":
        # A field that holds null is a field.
        writer = writer.option("ignoreNullFields", "false")
    getattr(writer, kind)(output)


def _mode(spark: SparkSession, output: str) -> Optional[str]:
    """How to write: a folder that a job was killed over is written anew, one that is done is left alone, any other is no place."""
    jvm: Any = spark._jvm
    hadoop: Any = spark._jsc.hadoopConfiguration()
    path = jvm.org.apache.hadoop.fs.Path(output)
    system = path.getFileSystem(hadoop)

    def there(name: str) -> bool:
        return bool(system.exists(jvm.org.apache.hadoop.fs.Path(path, name)))

    if not system.exists(path):
        return "errorifexists"
    if there("_SUCCESS"):
        return None
    if there("_temporary"):
        return "overwrite"
    raise UnspinError(f"{output}: is there already, and no job of this kind was at work in it")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m unspin.spark", description="Correct the texts of a data set with Spark.")
    parser.add_argument("input", metavar="IN", help="Parquet or JSONL: a file, a folder, a glob, an address that Spark can read")
    parser.add_argument("output", metavar="OUT", help="the folder to write, in the same format")
    parser.add_argument("--field", default="text", metavar="NAME", help="the column that holds the texts [default: text]")
    parser.add_argument("--id", metavar="NAME", help="the column that names rows")
    parser.add_argument("--format", choices=["parquet", "json"], help="what IN holds [default: by its name]")
    parser.add_argument("--score", action="store_true", help="add verdicts, and correct nothing")
    parser.add_argument("--unsafe", action="store_true", help="apply what wants a reader, too")
    parser.add_argument("--min-confidence", type=float, metavar="X", help="propose from this confidence upwards, from 0 to 1")
    parser.add_argument("--select", action="append", metavar="RULE", help="only rules below this prefix (repeatable)")
    parser.add_argument("--ignore", action="append", metavar="RULE", help="no rules below this prefix (repeatable)")
    parser.add_argument("--rules", action="append", metavar="DIR", help="add the rules of a folder (repeatable)")
    parser.add_argument("--corpus", metavar="INDEX", help="ask other documents for evidence: an index that `unspin corpus build` wrote")
    return parser


if __name__ == "__main__":
    sys.exit(main())
