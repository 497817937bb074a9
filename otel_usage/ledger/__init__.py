"""The ledger: a SQLite index of the journal, made of calls and roll-ups; delete it and rebuild it, the answers stay."""
