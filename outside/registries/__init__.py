"""The state's registries behind an X-Road security server, as an information system of Errand meets them."""
