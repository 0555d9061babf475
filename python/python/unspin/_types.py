"""What is said of texts. The words are those of the command line's JSON."""

from functools import lru_cache
from html import escape
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from unspin import _unspin


class Edit(NamedTuple):
    """The bytes from ``start`` to ``end`` of the text as UTF-8 become ``replacement``."""

    start: int
    end: int
    replacement: str


class Alternative(NamedTuple):
    """Another reading of a place, and the chance that it is right."""

    replacement: str
    confidence: float


class Finding(NamedTuple):
    """Something found in a text.

    ``start`` and ``end``, and those of ``edits``, count bytes of UTF-8, as everywhere in unspin;
    ``text[finding.slice]`` is the place in a ``str``.
    """

    key: str
    rule: str
    rule_version: int
    severity: str
    applicability: str
    confidence: float
    message: str
    start: int
    end: int
    line: int
    column: int
    zone: str
    text: str
    edits: List[Edit]
    alternatives: List[Alternative]
    evidence: List[str]
    witness: Optional[str]
    set_aside: Optional[str]
    characters: Tuple[int, int]
    around: Tuple[str, str]

    @property
    def slice(self) -> slice:
        """Where it stands, in characters."""
        return slice(*self.characters)

    @property
    def replacement(self) -> Optional[str]:
        """What would stand in place of ``text``; ``None`` where nothing is proposed."""
        if not self.edits:
            return None
        text, at, parts = self.text.encode(), self.start, []
        for edit in self.edits:
            if edit.end < self.start or edit.start > self.end:
                continue
            parts += [text[max(at - self.start, 0) : max(edit.start - self.start, 0)], edit.replacement.encode()]
            at = max(at, edit.end)
        return b"".join([*parts, text[at - self.start :]]).decode()

    def _repr_html_(self) -> str:
        return f"<div>{_described(self)}</div>"


class Findings(List[Finding]):
    """Findings in the order of the text; a notebook shows them as a diff."""

    def _repr_html_(self) -> str:
        return _listed(self, "nothing found")


class Region(NamedTuple):
    """A part of a text that is convicted, in bytes of UTF-8, and the chance that it is spun, or that it is translated."""

    start: int
    end: int
    spun: Optional[float]
    translated: Optional[float]


class Verdict(NamedTuple):
    """What a text is taken for: ``clean``, ``suspect``, ``spun``, ``translated``, or ``unassessed`` with the reason."""

    verdict: str
    lang: str
    reason: str
    spun: float
    rate: float
    translated: float
    source: Optional[str]
    residue: int
    words: int
    regions: List[Region]
    metadata: Dict[str, str]


class Fixed(NamedTuple):
    """A text after its fixes, the findings that were applied, and the verdict on the text before."""

    text: str
    findings: Findings
    verdict: Verdict

    def _repr_html_(self) -> str:
        return f"<div>{escape(self.verdict.verdict)}: {escape(self.verdict.reason)}</div>" + _listed(self.findings, "nothing changed")


# Workers unpickle a cleaner for each of their tasks. It never changes, so they may share one.
@lru_cache(maxsize=8)
def restore(*state: Any) -> "_unspin.Cleaner":
    """A cleaner from what pickle kept of it."""
    return _unspin.restore(*state)


_OUT = "background:#fdd;color:#600;text-decoration:line-through"
_IN = "background:#dfd;color:#040;text-decoration:none"


def _described(finding: Finding) -> str:
    before, after = map(escape, finding.around)
    replacement = finding.replacement
    if replacement is None:
        change = f"<u>{escape(finding.text)}</u>"
    else:
        change = f'<del style="{_OUT}">{escape(finding.text)}</del><ins style="{_IN}">{escape(replacement)}</ins>'
    why = escape(", ".join([finding.message, *finding.evidence]))
    place = f"{finding.line}:{finding.column} {finding.applicability} {finding.confidence:.2f}"
    return f'{before}{change}{after}<br><small><code>{escape(finding.rule)}</code> {place} {why}</small>'


# A notebook that shows more is slower than the reader.
_SHOWN = 100


def _listed(findings: List[Finding], none: str) -> str:
    if not findings:
        return f"<div>{none}</div>"
    more = f"<li>and {len(findings) - _SHOWN} more</li>" if len(findings) > _SHOWN else ""
    return "<ol>" + "".join(f"<li>{_described(it)}</li>" for it in findings[:_SHOWN]) + more + "</ol>"
