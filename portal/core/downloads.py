"""Stored files on their way out: shown in the browser, unable to do anything there."""

from urllib.parse import quote

from flask import Response

from portal.core.files import PDF, Attachment
from portal.core.web import portal

#: browsers show a PDF in a viewer of their own, which a sandbox would keep from starting
_POLICY = {PDF: "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"}
_SANDBOX = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def stored(attachment: Attachment, *, name: str = "") -> Response:
    """A stored file under its name, kept by no cache that others share."""
    response = Response(portal.store.get(attachment.sha256), mimetype=attachment.media_type)
    # names are Greek: headers carry Latin letters only, so they travel encoded (RFC 6266)
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name or attachment.name, safe='')}"
    response.headers["Content-Security-Policy"] = _POLICY.get(attachment.media_type, _SANDBOX)
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(attachment.sha256)
    return response
