"""The quiz: questions with fresh numbers, marked by the core, and when to ask them again."""
