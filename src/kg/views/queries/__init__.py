"""Ready questions, their parameters, and what helps to write others."""
