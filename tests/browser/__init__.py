"""Tests that need Chromium."""
