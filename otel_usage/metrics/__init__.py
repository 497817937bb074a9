"""Prometheus: what the ledger knows, and what one process counted."""
