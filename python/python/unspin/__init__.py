"""Finds what scrapers, article spinners and machine translators did to a text, and proposes the corrected text.

>>> import unspin
>>> cleaner = unspin.Cleaner()
>>> fixed = cleaner.fix("The minister left for the the airport.")
>>> fixed.text
'The minister left for the airport.'
>>> fixed.findings[0].rule
'spacing/repeats/function-word'
"""

from unspin._types import Alternative, Edit, Finding, Findings, Fixed, Region, Verdict
from unspin._unspin import Cleaner, Stream, UnspinError, __version__

__all__ = [
    "Alternative",
    "Cleaner",
    "Edit",
    "Finding",
    "Findings",
    "Fixed",
    "Region",
    "Stream",
    "UnspinError",
    "Verdict",
    "__version__",
]
