"""Servers that play a language model's service on loopback: a package that speaks the vendors' protocols, and a raw one for faults."""
