"""The course: reads, checks and orders lesson files."""
