"""What the layers of a network do to shapes: one value per layer, one idea per module."""
