"""The backing service: webhooks, health and metrics over HTTP."""
