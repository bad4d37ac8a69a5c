"""The letters of a grant: the offer to the council, and the determination that it rests on."""

from service.funding.letters.making import LETTERS, LetterKind, letter_of, letters_of, router

__all__ = ["LETTERS", "LetterKind", "letter_of", "letters_of", "router"]
