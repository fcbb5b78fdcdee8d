"""The house stands: what no single test would notice."""
