"""Whole networks: one description, measured layer by layer, whatever source it was read from."""
