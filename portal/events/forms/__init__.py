"""Forms of the agenda: its filters, the submission, the digest."""
