"""Staff pages of documents: the protocol register and the documents issued under its numbers."""

from portal.documents.desk.frame import blueprint, entry_links
from portal.documents.desk.reading import register
from portal.documents.desk.writing import correct

__all__ = ["blueprint", "correct", "entry_links", "register"]
