"""Processors of spans and logs; with ``runtime`` the only place that touches the OpenTelemetry SDK."""
