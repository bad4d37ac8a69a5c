"""The letters of a grant: the offer, the determination that it rests on, and each variation."""

from service.funding.letters.making import LetterName, letter_of, letters_of, router

__all__ = ["LetterName", "letter_of", "letters_of", "router"]
