"""Requests to addresses that strangers chose. Start with `guarded.py`."""
