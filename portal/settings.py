"""Typed settings: defaults for the embedded use, `PORTAL_*` from the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class SettingError(ValueError):
    """A `PORTAL_*` variable that cannot be read, or is not known."""


@dataclass(frozen=True)
class Settings:
    """Every setting of the portal; the variable of `mail_from` is `PORTAL_MAIL_FROM`."""

    #: folder for the database, the files and the keys of the embedded installation
    data_dir: Path = ROOT / "instance"
    #: SQLAlchemy address; empty: SQLite in `data_dir`
    database_url: str = ""
    #: the municipality pack
    municipality: str = "hersonissos"
    #: sample people and cases, letters readable in the browser, a self-made seal; never with real data
    demonstration: bool = False
    #: public address, for links in letters and QR codes, e.g. https://portal.example.gr
    public_url: str = "http://127.0.0.1:8000"
    #: signs sessions and forms; empty: made once and kept in `data_dir`
    secret_key: str = ""
    #: cookies over https only, and HSTS; on for every real installation
    https: bool = False
    #: number of proxies in front whose X-Forwarded-* are believed
    proxies: int = 0
    #: smtp://user:password@host:587 (STARTTLS), smtps://…; empty: letters stay in the portal's own mailbox
    smtp_url: str = ""
    mail_from: str = "no-reply@portal.example"
    #: https://…, a gateway for text messages that takes a form with `to` and `text`; empty: there are none
    sms_url: str = ""
    #: sent to the gateway as `Authorization: Bearer …`
    sms_token: str = ""
    #: s3://bucket?endpoint=…; empty: files lie in `data_dir`/files
    files_url: str = ""
    #: largest file that may be uploaded, in MB
    max_file_mb: int = 15
    #: most pixels of a picture, in millions
    max_megapixels: int = 60
    #: host:port of clamd; empty: no virus scan
    clamav: str = ""
    #: redis://… for rate limits of many machines; empty: in the database
    limits_url: str = ""
    #: rate limits on; tests that file thousands switch it off
    rate_limits: bool = True
    #: PKCS#12 file with the seal's key and certificate; empty: self-made in demonstration mode, else documents wait
    seal_file: str = ""
    seal_password: str = ""
    #: whoever asks for /metrics must have it (`Authorization: Bearer …`); empty: only this machine may ask
    metrics_token: str = ""
    #: the worker sleeps this long when nothing is due, in seconds
    worker_pause: float = 1.0
    #: INFO, DEBUG …
    log_level: str = "INFO"
    #: anything else Flask knows, for tests
    flask: Mapping[str, Any] = field(default_factory=dict)

    @property
    def database(self) -> str:
        """The SQLAlchemy address in force."""
        return self.database_url or f"sqlite:///{self.data_dir / 'portal.sqlite3'}"

    def key(self) -> str:
        """The secret key in force; made at the first call of an embedded installation."""
        if self.secret_key:
            return self.secret_key
        path = self.data_dir / "secret-key"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_hex(32))
            try:
                os.link(fresh, path)  # the first of several processes wins, the others read its key
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_text()


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from `PORTAL_*`.

    :raises SettingError: for an unknown name or a value of the wrong type; it names the variable.
    """
    known = {f"PORTAL_{f.name.upper()}": f for f in fields(Settings) if f.name != "flask"}
    values: dict[str, Any] = {}
    for name, text in environment.items():
        if not name.startswith("PORTAL_"):
            continue
        if name not in known:
            raise SettingError(f"{name} is not a setting of the portal")
        setting = known[name]
        try:
            values[setting.name] = _read(setting.type, text)
        except ValueError as error:
            raise SettingError(f"{name}={text!r} is not {setting.type}") from error
    return Settings(**values)


def _read(kind: Any, text: str) -> Any:
    if kind is bool:
        truth = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}
        if text.lower() not in truth:
            raise ValueError(text)
        return truth[text.lower()]
    return kind(text)
