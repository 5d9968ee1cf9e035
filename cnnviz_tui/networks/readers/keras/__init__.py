"""What Keras provides, as shapes see it: layers, Sequential and functional models."""
