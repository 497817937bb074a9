"""The journal: append-only JSON lines, the truth from which everything else can be made again."""
