"""`python -m outside.registries`: the registries of Errandia on ERRAND_REGISTRIES_PORT (base + 10)."""

from outside.places import port_of
from outside.registries.app import create_app
from outside.serving import serve

if __name__ == "__main__":
    serve(create_app(), port_of("ERRAND_REGISTRIES_PORT", 10), "errand-registries")
