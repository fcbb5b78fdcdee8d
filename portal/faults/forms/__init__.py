"""Forms of faults."""
