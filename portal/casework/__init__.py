"""The case: reference, state, clock, queue, assignment, messages, timeline – whatever it is about."""
