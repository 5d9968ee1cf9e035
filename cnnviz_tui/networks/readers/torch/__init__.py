"""What PyTorch provides, as shapes see it: layers, functions, tensor methods, containers."""
