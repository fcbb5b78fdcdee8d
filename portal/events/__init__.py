"""The agenda: events with their occurrences, venues and organisers."""
