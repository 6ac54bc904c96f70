"""Addresses of the status page and of its news in the settings."""
