"""Which words of a message are what: a small tagger over MiniLM's layers, trained on annotated sentences (backend/training)."""
