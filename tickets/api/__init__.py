"""Tickets for programs: the same reads and the same actions as the pages."""
