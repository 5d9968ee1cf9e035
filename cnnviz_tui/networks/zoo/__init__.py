"""Famous networks as data: one file each, in our notation; adding a network is adding a file."""
