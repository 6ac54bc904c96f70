"""The status page for other programs to read: feeds, a calendar, a badge."""
