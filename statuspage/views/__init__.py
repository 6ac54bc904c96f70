"""Pages of the public, of subscribers, and of those who write its news."""
