"""Searching the web. Start with `base.py`."""
