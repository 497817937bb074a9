"""Files made from the configuration: dashboards, alert rules, the collector's configuration."""
