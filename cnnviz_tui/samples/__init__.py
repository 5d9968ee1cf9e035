"""Things to look at: classic kernels, small grids, letters, shapes, digits and pictures."""
