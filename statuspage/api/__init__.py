"""The status page for programs."""
