"""A column of texts in pandas.

>>> import unspin.pandas
>>> frame["text"] = unspin.pandas.fix(frame["text"])
"""

from typing import Any, Optional

import pandas

from unspin import Cleaner


def fix(texts: "pandas.Series[Any]", cleaner: Optional[Cleaner] = None, *, jobs: int = 0) -> "pandas.Series[Any]":
    """The texts corrected; what is no text, such as a missing one, stays as it is."""
    present = texts.map(lambda it: isinstance(it, str))
    fixed = texts.copy()
    fixed[present] = [it.text for it in (cleaner or Cleaner()).fix_many(texts[present], jobs=jobs) if it]
    return fixed
