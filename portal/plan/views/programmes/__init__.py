"""The programmes of a year, publicly: as pages, as files, as documents. All of them show the same numbers."""

from typing import Any

from portal.plan.views.base import blueprint
from portal.plan.views.programmes import files, pages, tables

#: pages say `programme_words.output_words(…)`
words: Any = tables
blueprint.add_app_template_global(words, "programme_words")

__all__ = ["files", "pages", "tables"]
