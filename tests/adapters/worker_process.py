"""The worker with job types of the tests: `test_echo` gives back what it was asked, and notes each of its
runs."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from backend.app.worker import main
from backend.jobs import Done, Failed, JobContext, JobView, Outcome, Retry, job_type


@job_type("test_echo")
def echo(_context: JobContext, job: JobView) -> Outcome:
    """Done at the third try where the header `fail` says so; a line in the file of runs each time."""
    with open(os.environ["TEST_RUNS"], "a") as file:
        file.write(f"{job.case} {job.job}\n")
    how = job.headers.get("how", "")
    if how == "retry" and job.failures < 2:
        return Retry("registry-down", "silent", datetime.now(UTC) + timedelta(seconds=0.2))
    if how == "fail":
        return Failed("broken")
    if how == "raise" and job.failures < 1:
        raise ValueError("a value that must not be logged")
    return Done({"registered": True})


if __name__ == "__main__":
    main()
