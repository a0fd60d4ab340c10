"""The processes: wiring (the only file that knows every adapter), relay, worker, web, cli."""
