"""A column of texts in polars.

>>> import unspin.polars
>>> frame.with_columns(unspin.polars.fix("text"))
"""

from typing import Optional, Union

import polars

from unspin import Cleaner


def fix(texts: Union[str, polars.Expr], cleaner: Optional[Cleaner] = None, *, jobs: int = 0) -> polars.Expr:
    """The texts of a column corrected."""
    cleaner = cleaner or Cleaner()

    def fixed(column: polars.Series) -> polars.Series:
        return polars.Series(column.name, cleaner.fix_many(column, jobs=jobs)).struct.field("text")

    column = polars.col(texts) if isinstance(texts, str) else texts
    return column.map_batches(fixed, return_dtype=polars.String, is_elementwise=True)
