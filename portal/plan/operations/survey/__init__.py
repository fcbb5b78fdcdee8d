"""What a spreadsheet says of its cells beside their values: merged, in another currency, hidden, never calculated.

The reader of values knows nothing of this, and lays out a sheet as large as its farthest cell; so files are looked
over first.
"""

from portal.plan.operations.packages import NotReadable, Parts
from portal.plan.operations.survey import excel, opendocument
from portal.plan.operations.survey.looking import Mark, Sheet, letters

__all__ = ["Mark", "Sheet", "letters", "survey"]


def survey(parts: Parts, *, rows: int, columns: int) -> dict[str, Sheet]:
    """Name → what is to be said of a sheet that may have so many rows and columns.

    :raises NotReadable: if it is neither XLSX nor ODS.
    """
    if "xl/workbook.xml" in parts:
        return excel.sheets(parts, rows, columns)
    if "content.xml" in parts:
        return opendocument.sheets(parts, rows, columns)
    raise NotReadable
