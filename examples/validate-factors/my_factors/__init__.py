"""A small factor library: each function takes the market and gives one Series on its index."""
__version__ = "1.0.0"
