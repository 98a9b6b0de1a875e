"""What runs in the service's process beside polls: alarms, saved searches, alerts, metrics and health, reloading."""
