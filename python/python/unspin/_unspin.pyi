"""The native half of the package."""

from os import PathLike
from typing import Any, Callable, Iterable, Optional, Protocol, Sequence, Tuple, Union, final, overload

from unspin._types import Findings, Fixed, Verdict

__version__: str

class UnspinError(Exception):
    """Something that unspin cannot do; the message says why, as the command line does."""

class ArrowArray(Protocol):
    """Data of Arrow in one piece: ``pyarrow.Array``, ``pyarrow.RecordBatch``."""

    def __arrow_c_array__(self, requested_schema: Optional[object] = None) -> Tuple[object, object]: ...

class ArrowStream(Protocol):
    """Data of Arrow in pieces: ``pyarrow.Table``, ``pyarrow.ChunkedArray``, what polars, pandas and DuckDB have."""

    def __arrow_c_stream__(self, requested_schema: Optional[object] = None) -> object: ...

Arrow = Union[ArrowArray, ArrowStream]

@final
class Stream:
    """Data of Arrow for whoever asks: ``pyarrow.table(it)``, ``pyarrow.chunked_array(it)``, ``polars.from_arrow(it)``.

    A column may be read as often as one likes. A table is worked on while it is read, batch by batch, and read once.
    """

    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_stream__(self, requested_schema: Optional[object] = None) -> object: ...

@final
class Cleaner:
    """Finds artifacts in texts and corrects them. Built once, it may be used from many threads, and pickled.

    :param packs: rule prefixes such as ``spin`` or ``spin/war``; nothing else is reported. Without them, everything is.
    :param rules: folders with rules of your own, ``PACK/FAMILY.toml``; what stands in them is pickled along.
    :param unsafe: whether ``fix`` also applies what wants a reader.
    :param min_confidence: from which confidence upwards anything is proposed, from 0 to 1.
    :param ignore: rule prefixes below which nothing is reported.
    :param corpus: an index that ``unspin corpus build`` wrote, which is asked for other documents as witnesses. It is pickled as its
        path: whoever unpickles the cleaner must find the same index there.
    """

    def __init__(
        self,
        *,
        packs: Union[str, Sequence[str], None] = None,
        rules: Union[str, PathLike[str], Sequence[Union[str, PathLike[str]]], None] = None,
        unsafe: bool = False,
        min_confidence: Optional[float] = None,
        ignore: Union[str, Sequence[str], None] = None,
        corpus: Union[str, PathLike[str], None] = None,
    ) -> None: ...
    def __reduce__(self) -> Tuple[Callable[..., "Cleaner"], Tuple[Any, ...]]: ...
    def check(self, text: str, *, id: Optional[str] = None) -> Findings:
        """Everything that is found in a text, proposed or shown. ``id`` goes into the keys of findings."""

    def fix(self, text: str, *, id: Optional[str] = None) -> Fixed:
        """The text with what is safe corrected; with ``unsafe=True``, all that is proposed."""

    def score(self, text: str) -> Verdict:
        """The verdict on a text."""

    @overload
    def check_many(self, texts: Arrow, *, ids: Optional[Sequence[str]] = None, jobs: int = 0) -> Stream: ...
    @overload
    def check_many(
        self, texts: Iterable[Optional[str]], *, ids: Optional[Sequence[str]] = None, jobs: int = 0
    ) -> list[Optional[Findings]]:
        """``check`` for many texts, on ``jobs`` threads, or one for each processor, without the interpreter's lock.

        A column of Arrow gives a column of lists of findings.
        """

    @overload
    def fix_many(self, texts: Arrow, *, ids: Optional[Sequence[str]] = None, jobs: int = 0) -> Stream: ...
    @overload
    def fix_many(
        self, texts: Iterable[Optional[str]], *, ids: Optional[Sequence[str]] = None, jobs: int = 0
    ) -> list[Optional[Fixed]]:
        """``fix`` for many texts. A column of Arrow gives a column of structs ``text``, ``ledger``, ``verdict``."""

    @overload
    def score_many(self, texts: Arrow, *, jobs: int = 0) -> Stream: ...
    @overload
    def score_many(self, texts: Iterable[Optional[str]], *, jobs: int = 0) -> list[Optional[Verdict]]:
        """``score`` for many texts. A column of Arrow gives a column of structs."""

    def check_table(self, table: Arrow, text: str = "text", *, id: Optional[str] = None, jobs: int = 0) -> Stream:
        """The table with a column ``findings`` more."""

    def fix_table(self, table: Arrow, text: str = "text", *, id: Optional[str] = None, jobs: int = 0) -> Stream:
        """The table with the column ``text`` corrected, and two columns more.

        ``ledger`` lists the findings that were applied, ``verdict`` says what the text was before. The column ``id`` goes
        into the keys of findings, as on the command line.
        """

    def score_table(self, table: Arrow, text: str = "text", *, jobs: int = 0) -> Stream:
        """The table with a column ``score`` more."""

def restore(*state: Any) -> Cleaner: ...
def run(args: Sequence[str]) -> int: ...
