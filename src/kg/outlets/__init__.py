"""What leaves the system: SPARQL answers, pages, exports. No web framework here."""
