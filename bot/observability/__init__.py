"""What can be seen of a running Steward from outside: numbers for Prometheus and spans for OpenTelemetry. No people."""
