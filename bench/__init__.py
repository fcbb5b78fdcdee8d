"""How fast and how large the portal is, as ratios measured in one run; `python -m bench`, or `make bench`."""
