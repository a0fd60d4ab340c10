"""The names by which the relay hands tasks to the workers. A name that waits in a database must go on being
known."""

from __future__ import annotations

QUEUE = "errand"
JOB = "errand.job"
TIMERS = "errand.timers"
TELL = "errand.tell"
THROWN = "errand.thrown"
OFFER = "errand.offer"
CARRY = "errand.batch"
PUSH = "errand.push"
