"""Steps turned into rows of styled cells, and those into text and pictures."""
