"""How hard the English is that patients read. `python -m tests.reading`; a step of `make check`."""
