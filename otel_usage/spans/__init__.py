"""Context managers that turn a call into a span and a record: over the OpenTelemetry API, not the SDK."""
