"""Claims and what is said of them."""
