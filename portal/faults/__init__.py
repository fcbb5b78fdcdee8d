"""Faults: what is broken outdoors, who repairs it, and whether it was repaired."""
