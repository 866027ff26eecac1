"""Tests that need torch, which is too large for everybody's set-up: `./scripts/test-local` runs them."""
