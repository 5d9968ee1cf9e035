"""The operations of a convolutional network, forward and backward, in numpy."""
