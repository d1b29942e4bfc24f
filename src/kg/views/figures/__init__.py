"""Amounts and time series."""
