"""What a provider's response says of usage and cost, in canonical form: one table for each API's words. Pure."""
