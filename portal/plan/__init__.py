"""The operational plan and its monitoring; its feeds hear the facts of every room below."""
