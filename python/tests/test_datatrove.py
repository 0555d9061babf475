"""The step of datatrove, run by its local executor."""

import gzip
import json
from pathlib import Path

import pytest
from texts import record

datatrove = pytest.importorskip("datatrove")

from datatrove.executor import LocalPipelineExecutor  # noqa: E402
from datatrove.pipeline.readers import JsonlReader  # noqa: E402
from datatrove.pipeline.writers import JsonlWriter  # noqa: E402

import unspin  # noqa: E402
from unspin.datatrove import UnspinStep  # noqa: E402


def rows(folder: Path) -> dict:
    files = sorted(folder.glob("*.jsonl*"))
    lines = [line for it in files for line in gzip.open(it, "rt") if line.strip()]
    found = [json.loads(it) for it in lines]
    assert len({it["id"] for it in found}) == len(found), "no row twice"
    return {it["id"]: it for it in found}


def test_documents_are_corrected_sorted_out_and_counted(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    texts = {}
    for part in range(4):
        some = [record(it) for it in range(part * 250, (part + 1) * 250)]
        for it in some[::10]:
            it["text"] = "Too short to say what it is."
        some = [it for it in some if it["text"] is not None]
        texts.update({it["url"]: it["text"] for it in some})
        (source / f"{part}.jsonl").write_text("".join(json.dumps(it) + "\n" for it in some))
    cleaner = unspin.Cleaner()
    verdicts = {it: cleaner.score(text).verdict for it, text in texts.items()}
    drop = ["unassessed"]
    step = UnspinStep(cleaner, drop=drop, exclusion_writer=JsonlWriter(str(tmp_path / "dropped")), batch_size=100)
    pipeline = [JsonlReader(str(source), id_key="url"), step, JsonlWriter(str(tmp_path / "out"))]
    executor = LocalPipelineExecutor(pipeline, tasks=4, workers=2, logging_dir=str(tmp_path / "logs"))
    stats = executor.run()
    kept, dropped = rows(tmp_path / "out"), rows(tmp_path / "dropped")
    assert kept.keys() | dropped.keys() == texts.keys() and not kept.keys() & dropped.keys()
    assert all(verdicts[it] not in drop and row["text"] == cleaner.fix(texts[it]).text for it, row in kept.items())
    assert all(verdicts[it] in drop and row["text"] == texts[it] for it, row in dropped.items())
    (told,) = [it.stats for it in stats.stats if "unspin" in it.name]
    assert told[f"verdict_{drop[0]}"].total == told["dropped"].total == len(dropped)
    assert told["forwarded"].total == len(kept) and told["edits"].total >= told["changed"].total > 0
