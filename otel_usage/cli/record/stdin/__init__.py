"""``otel-usage record --stdin``: calls as JSON lines, of this package's keywords, of older tools or of ``export``."""
