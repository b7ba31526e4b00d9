"""The domain: groups, invites, guests and the outbox. Knows no platform, HTTP or scheduler."""
