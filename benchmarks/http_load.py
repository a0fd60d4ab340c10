"""A load of `connections` keep-alive connections that submit tasks one after the other, each waiting for its
answer.

    python -m benchmarks.http_load PORT CONNECTIONS SECONDS < walks.json > answers.json

Reads a list of walks (cookie, case, first task, answers of each step) and writes the steps done, the seconds
they took
and the latencies. An answer that is not 200 ends the run: a fast refusal is no step.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any


async def walk(port: int, waiting: list[dict[str, Any]], until: float, took: list[float]) -> None:
    """Take walks and do their steps, until the time is over or none is left."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while waiting and time.perf_counter() < until:
        one = waiting.pop()
        task = one["task"]
        for number, answers in enumerate(one["steps"]):
            began = time.perf_counter()
            if began > until:
                break
            writer.write(request(port, one, task, number, answers))
            status, body = await answer(reader)
            if status != 200:
                raise SystemExit(f"a step was answered {status}: {body[:300]!r}")
            took.append(time.perf_counter() - began)
            said = json.loads(body)
            if said["case_seq"] != number + 2:
                raise SystemExit(f"step {number} made version {said['case_seq']}")
            task = said["task_id"]
            one["done"] = number + 1
    writer.close()


def request(port: int, one: dict[str, Any], task: Any, number: int, answers: dict[str, Any]) -> bytes:
    """One submission as a screen would send it."""
    body = json.dumps({"answers": answers}).encode()
    head = (
        f"POST /api/v1/cases/{one['case']}/tasks/{task}/submit HTTP/1.1\r\nHost: localhost:{port}\r\n"
        f"Cookie: __Host-es={one['cookie']}\r\nOrigin: http://localhost:{port}\r\nX-Errand: 1\r\n"
        f'Content-Type: application/json\r\nIf-Match: "1"\r\nErrand-Lease: 1\r\n'
        f"Idempotency-Key: bench-{one['case']}-{number}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of one answer."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line[:15].lower() == b"content-length:":
            length = int(line[15:])
    return int(head.split(b" ", 2)[1]), await reader.readexactly(length)


async def main(port: int, connections: int, seconds: float) -> None:
    walks = json.load(sys.stdin)
    waiting = list(walks)
    took: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(walk(port, waiting, began + seconds, took) for _ in range(connections)))
    lasted = time.perf_counter() - began
    done = {one["case"]: one.get("done", 0) for one in walks}
    json.dump({"seconds": lasted, "took": took, "done": done, "left": len(waiting)}, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
