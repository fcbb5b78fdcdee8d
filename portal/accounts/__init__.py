"""People: residents, businesses they act for, staff; sign-in."""
