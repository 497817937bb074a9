"""What prompts and responses say, in the conventions' form of messages: one table for each API's words. Pure."""
