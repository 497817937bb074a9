"""What an agent's code calls: blocks around what it does, records of what it has done, questions about what it spent.

Only the questions (``spending``) raise into the agent, and read the ledger; else nothing here waits for anything, and
what cannot be used is counted and left out.
"""
