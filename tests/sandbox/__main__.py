"""Run the sandbox as a process until standard input closes, so that it never outlives whoever started it."""

import json
import sys
import threading

from tests.sandbox.server import PASSWORD, USER, make_server
from tests.sandbox.state import State

server = make_server(State(USER, PASSWORD))
print(json.dumps({"url": f"http://127.0.0.1:{server.effective_port}", "user": USER, "password": PASSWORD}), flush=True)
print("Sandbox: a stand-in for ODK Central, in memory. It keeps nothing.", file=sys.stderr, flush=True)
threading.Thread(target=server.run, daemon=True).start()
sys.stdin.read()
