"""SLA documents as versioned data: plans, targets, calendars; business time."""
