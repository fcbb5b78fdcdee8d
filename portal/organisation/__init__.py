"""Units, posts, duties and substitutes, communities and places, working calendar, municipality pack."""
