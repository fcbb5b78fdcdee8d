"""Citizen e-services portal of a Greek municipality."""
