"""JSIP: an evidence-first knowledge graph of Japan's strategic-industry policy."""
