"""What an agent's code calls: blocks around what it does, and records of what it has done.

Nothing here raises into the agent or waits for anything; what cannot be used is counted and left out.
"""
