"""`python -m outside.push`: the push service on ERRAND_PUSH_PORT (base + 12)."""

from outside.places import port_of
from outside.push.app import create_app
from outside.serving import serve

if __name__ == "__main__":
    serve(create_app(), port_of("ERRAND_PUSH_PORT", 12), "errand-push")
