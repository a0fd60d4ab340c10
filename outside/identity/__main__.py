"""`python -m outside.identity`: the demo eID on ERRAND_IDP_PORT (base + 11)."""

from outside.identity.app import create_app
from outside.places import port_of
from outside.serving import serve

if __name__ == "__main__":
    serve(create_app(), port_of("ERRAND_IDP_PORT", 11), "errand-identity")
