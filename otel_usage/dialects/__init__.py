"""What a span's attributes say of a call: one table for each family of instrumentations. Pure."""
