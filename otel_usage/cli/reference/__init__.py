"""The reference, made from the code: a schema for each answer in JSON, and what each command's page lists.

``python -m otel_usage.cli.reference`` writes it under the working directory.
"""
