"""Our own notation of networks: ``conv 6 5 pad=2 | relu | maxpool 2 | flatten | linear 10``."""
