"""A step of datatrove that corrects documents, and sorts out those with a verdict.

>>> pipeline = [JsonlReader("in"), UnspinStep(drop=["spun"], exclusion_writer=JsonlWriter("spun")), JsonlWriter("out")]
"""

import contextlib
from typing import Any, Iterator, Optional, Sequence

from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.base import PipelineStep
from datatrove.pipeline.writers.disk_base import DiskWriter
from datatrove.utils.batching import batched
from datatrove.utils.typeshelper import StatHints

from unspin import Cleaner, Fixed


class UnspinStep(PipelineStep):  # type: ignore[misc]
    """Corrects the text of documents, and keeps what was done in their metadata, as ``unspin``.

    :param cleaner: what corrects them.
    :param drop: verdicts that sort a document out, as it came, to ``exclusion_writer``.
    :param batch_size: how many documents are worked on at once.
    :param jobs: on how many threads; datatrove has a process for each of its tasks already.
    """

    # The filters of datatrove have a base of their own; whoever imports it needs what all of them need.
    type = "🔻 - FILTER"
    name = "unspin"

    def __init__(
        self,
        cleaner: Optional[Cleaner] = None,
        *,
        drop: Sequence[str] = (),
        exclusion_writer: Optional[DiskWriter] = None,
        batch_size: int = 256,
        jobs: int = 1,
    ) -> None:
        super().__init__()
        self.cleaner = cleaner or Cleaner()
        self.drop = frozenset(drop)
        self.exclusion_writer = exclusion_writer
        self.batch_size = batch_size
        self.jobs = jobs

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        with self.exclusion_writer or contextlib.nullcontext() as excluded:
            for batch in batched(data, self.batch_size):
                with self.track_time("batch"):
                    ids = [str(doc.id) for doc in batch]
                    fixed = self.cleaner.fix_many([doc.text for doc in batch], ids=ids, jobs=self.jobs)
                for doc, it in zip(batch, fixed):
                    yield from self._treated(doc, it, excluded, rank)

    def _treated(self, doc: Document, fixed: Any, excluded: Any, rank: int) -> Iterator[Document]:
        verdict = fixed.verdict.verdict
        self.stat_update(StatHints.total, f"verdict_{verdict}")
        if verdict in self.drop:
            self.stat_update(StatHints.dropped, f"dropped_{verdict}")
            if excluded:
                doc.metadata["filter_reason"] = verdict
                excluded.write(doc, rank)
            return
        if fixed.findings:
            self.stat_update("changed")
        for finding in fixed.findings:
            self.stat_update("edits", "edits_" + finding.rule.split("/")[0])
        doc.text = fixed.text
        doc.metadata["unspin"] = {"verdict": verdict, "ledger": _ledger(fixed)}
        self.stat_update(StatHints.forwarded)
        self.update_doc_stats(doc)
        yield doc


def _ledger(fixed: Fixed) -> Any:
    return [
        {"key": it.key, "rule": it.rule, "text": it.text, "edits": [edit._asdict() for edit in it.edits], "confidence": it.confidence}
        for it in fixed.findings
    ]
