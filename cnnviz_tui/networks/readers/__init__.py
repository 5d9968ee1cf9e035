"""Readers: each turns one kind of source into nodes. None of them executes or imports anything."""
