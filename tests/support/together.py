"""Two people, or two programs, at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from portal.core.db import db, writes
from portal.core.errors import Refused

Both = Callable[[Callable[[], object]], list[object]]


@pytest.fixture
def both(committed_app: Flask) -> Both:
    """Do something twice at the same time and commit it, in threads of their own; what came of each, or its refusal."""

    def run_both(deed: Callable[[], object]) -> list[object]:
        ready = Barrier(2)

        def run(_number: int) -> object:
            writes.set(True)
            with committed_app.app_context():
                ready.wait()
                try:
                    said = deed()
                    db.session.commit()
                except Refused as refusal:
                    db.session.rollback()
                    return type(refusal)
                return said

        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(run, range(2)))

    return run_both
