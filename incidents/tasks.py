"""Beat's work on incidents. Each task reads the time once; missing, repeating or overlapping it changes nothing."""
