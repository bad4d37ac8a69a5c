"""Every page and form in each of its states, in a real browser."""
