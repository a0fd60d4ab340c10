"""The audit log in the processes: its key, and the thread that appends what is staged."""

from __future__ import annotations

import logging
import threading
import time

import psycopg
from psycopg_pool import PoolTimeout

from backend.adapters.postgres.database import Database
from backend.app.settings import Settings
from backend.audit.log.sequencer import BATCH, Sequencer
from backend.audit.log.signer import RolledBack, Signer, make_key, read_key
from backend.audit.log.tiles import TileMissing

PAUSE = 0.2  # seconds between two looks at the stage
REPEAT = 60.0  # seconds after which a fault that stays is told again
log = logging.getLogger(__name__)


def signer_of(settings: Settings) -> Signer:
    """Raises FileNotFoundError when there is no key yet, ValueError when it is none."""
    return Signer(read_key(settings.audit_key, settings.audit_name), settings.audit_memory)


def prepare_key(settings: Settings) -> None:
    """Make the key in the directory of keys; a key that lies elsewhere must be there already."""
    if settings.audit_key.parent == settings.keys:
        make_key(settings.audit_key)
    elif not settings.audit_key.exists():
        raise SystemExit(f"ERRAND_AUDIT_KEY names {settings.audit_key}, which is not there.")


class Appender(threading.Thread):
    """Runs a sequencer until `stop`. Whatever fails is told and tried again: leaves stay staged meanwhile."""

    def __init__(self, settings: Settings, stop: threading.Event):
        super().__init__(name="audit", daemon=True)
        self._settings = settings
        self._until = stop
        self._told: tuple[str, float] = ("", 0.0)

    def run(self) -> None:
        """Until `stop`."""
        database = Database(self._settings.database_url, size=1)
        sequencer: Sequencer | None = None
        while not self._until.is_set():
            try:
                sequencer = sequencer or Sequencer(database, signer_of(self._settings))
                if sequencer.step() < BATCH:
                    self._until.wait(PAUSE)
            except FileNotFoundError:
                self._tell(f"the audit log has no key at {self._settings.audit_key}; prepare makes one")
            except (RolledBack, TileMissing, ValueError) as error:
                self._tell(f"the audit log stands still: {error}")
            except (psycopg.Error, PoolTimeout, OSError) as error:
                self._tell(f"the audit log waits: {type(error).__name__}")
            except Exception as error:  # ours; the relay goes on, and leaves stay staged
                self._tell(f"the audit log stands still: {type(error).__name__}")
        database.close()

    def _tell(self, text: str) -> None:
        """Once, and again after a minute."""
        before, at = self._told
        if text != before or time.monotonic() - at > REPEAT:
            log.error(text)
            self._told = (text, time.monotonic())
        self._until.wait(1.0)
