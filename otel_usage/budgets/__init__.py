"""Budgets: what was spent in a period against what may be."""
