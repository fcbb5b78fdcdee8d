"""Electronic seals by pyHanko: PAdES baseline B, certifying that nothing may be changed.

The key is the municipality's PKCS#12 file of the settings. In demonstration mode one is made, whose certificate says
that it is no real seal; it is kept in the data folder. Without a key outside demonstration mode nothing is sealed.
"""

import io
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from portal.core import pdf
from portal.core.texts import Translated
from portal.core.web import portal
from portal.settings import Settings

T = TypeVar("T")
FIELD = "Seal"


class NoSeal(RuntimeError):
    """There is no key to seal with; documents wait until PORTAL_SEAL_FILE names one."""


class Printable(Protocol):
    """What can be printed and sealed: a row of whatever room issues documents."""

    @property
    def code(self) -> str:
        """By which it is verified."""

    @property
    def template(self) -> str:
        """Below templates/pdf."""

    @property
    def language(self) -> str:
        """Its language."""

    @property
    def title(self) -> Translated:
        """Its title in all languages."""

    @property
    def content(self) -> Mapping[str, Any]:
        """What the template prints."""


@dataclass(frozen=True)
class Seal:
    """What is known of the seal on a file."""

    #: the name in the certificate
    name: str
    #: made with the key that this installation seals with
    ours: bool
    #: the seal covers the whole file, and not one byte differs
    intact: bool
    #: as the file says itself
    sealed_at: datetime | None


def sealed_pdf(document: Printable) -> bytes:
    """Print a document with its verification code, and seal it.

    :raises NoSeal: if there is no key.
    """
    return seal(printed_pdf(document, document.content), code=document.code)


def printed_pdf(document: Printable, content: Mapping[str, Any]) -> bytes:
    """The same without a seal, for paper; the content may say what the sealed one must not."""
    whole = {
        **content,
        "title": document.title.text(document.language),
        "verification": {"code": document.code, "url": verify_address(document.code, document.language)},
    }
    return pdf.render(document.template, whole, document.language)


def verify_address(code: str, language: str) -> str:
    """The public address that the QR code opens; printed addresses never change, so it is spelled out here."""
    return f"{portal.settings.public_url.rstrip('/')}/{language}/verify/{code}/"


def seal(data: bytes, *, code: str) -> bytes:
    """The same PDF with the seal; what is there stays byte for byte, the seal is appended.

    :raises NoSeal: if there is no key.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 – 40 MB
    from pyhanko.sign import fields, signers  # noqa: PLC0415 – pages do without it

    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        reason=code,  # stands in plain letters in the file: an altered copy still says which document it was
    )
    # PDF/UA wants an invisible field outside the page and pages with fields in reading order, as the last one is by its
    # link; PDF/A wants the field printable
    outside = fields.InvisSigSettings(box_out_of_bounds=True)
    spec = fields.SigFieldSpec(FIELD, on_page=-1, invis_sig_settings=outside, readable_field_name=code)
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    writer._update_meta = lambda: None  # type: ignore[method-assign]  # noqa: SLF001 – it writes XMP in a form that PDF/A refuses
    signer = signers.PdfSigner(meta, _signer(portal.settings), new_field_spec=spec)
    out: io.BytesIO = _apart(lambda: signer.sign_pdf(writer))
    return out.getvalue()


def _apart(work: Callable[[], T]) -> T:
    """Do it in a thread of its own: pyHanko starts an event loop, and refuses where one is running already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def inspect(data: bytes) -> Seal | None:
    """The last seal on a PDF; None where there is none or the file cannot be read. Any bytes may come."""
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    try:
        found = PdfFileReader(io.BytesIO(data), strict=False).embedded_signatures
        if not found:
            return None
        ours = _certificates()
        context = ValidationContext(trust_roots=ours, allow_fetching=False)
        status = _apart(lambda: validate_pdf_signature(found[-1], context, skip_diff=True))
        whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        return Seal(
            name=str(status.signing_cert.subject.native.get("common_name", "")),
            ours=any(status.signing_cert.dump() == mine.dump() for mine in ours[:1]),
            intact=bool(status.intact and status.valid and whole),
            sealed_at=status.signer_reported_dt,
        )
    except Exception:  # noqa: BLE001 – whatever a hostile file does to the reader, it is not a file of ours
        return None


def _certificates() -> list[Any]:
    """Our certificate, then those it rests on; none without a key."""
    try:
        signer = _signer(portal.settings)
    except NoSeal:
        return []
    return [signer.signing_cert, *signer.cert_registry]


def _signer(settings: Settings) -> Any:
    if settings.seal_file:
        return _load(Path(settings.seal_file), settings.seal_password)
    if not settings.demonstration:
        raise NoSeal("no key to seal documents with: set PORTAL_SEAL_FILE to a PKCS#12 file and PORTAL_SEAL_PASSWORD")
    path = settings.data_dir / "demonstration-seal.p12"
    if not path.exists():
        from portal.core.demonstration_seal import make_key  # noqa: PLC0415 – 6 MB, once

        make_key(path)
    return _load(path, "")


@lru_cache(maxsize=4)
def _load(path: Path, password: str) -> Any:
    from pyhanko.sign.signers import SimpleSigner  # noqa: PLC0415

    try:
        return SimpleSigner.load_pkcs12_data(path.read_bytes(), other_certs=(), passphrase=password.encode() or None)
    except (OSError, ValueError) as error:
        raise NoSeal(f"the key of the seal cannot be read: {error}") from error
