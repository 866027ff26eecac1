"""Language models: a service, a local server, or the built-in writer that only quotes. Start with `base.py`, then `choose.py`."""
