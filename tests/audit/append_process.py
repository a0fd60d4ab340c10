"""A process of its own that appends what is staged until it is killed; it says when it has begun.

argv: database url, key file, memory file, leaves a batch.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from backend.adapters.postgres.database import Database
from backend.audit.log.sequencer import Sequencer
from backend.audit.log.signer import Signer, read_key

url, key, memory, batch = sys.argv[1:]
sequencer = Sequencer(
    Database(url, size=1), Signer(read_key(Path(key), "audit.example/test"), Path(memory)), batch=int(batch)
)
sequencer.step()
print("works", flush=True)
while True:
    if not sequencer.step():
        time.sleep(0.01)
