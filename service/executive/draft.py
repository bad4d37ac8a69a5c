"""The report as it is being written: its blocks in order, its paragraphs numbered as they come."""

from service.executive.wording import paragraph
from service.writing import Block, Heading, Paragraph, Run, Runs

Sentence = Runs | str | None
"""A sentence; nothing where there is nothing to say."""


class Draft:
    """Takes down headings, paragraphs and tables; a paragraph of no sentences is left out."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._paragraph = self._part = 0

    def heading(self, text: str, level: int = 1) -> None:
        """Begin a section; one to which nothing is added is left out at the end."""
        self.blocks.append(Heading(text, level))

    def plain(self, *sentences: Sentence) -> None:
        """A paragraph without a number."""
        if said := paragraph(sentences):
            self.blocks.append(Paragraph(said))

    def paragraph(self, *sentences: Sentence) -> None:
        """The next numbered paragraph."""
        if said := paragraph(sentences):
            self._paragraph, self._part = self._paragraph + 1, 0
            self.blocks.append(Paragraph(said, str(self._paragraph)))

    def part(self, *sentences: Sentence) -> None:
        """The next part of the paragraph before: 9.1, 9.2."""
        if said := paragraph(sentences):
            self._part += 1
            self.blocks.append(Paragraph(said, f"{self._paragraph}.{self._part}"))

    def add(self, *blocks: Block) -> None:
        """Tables, pictures and figures at a glance."""
        self.blocks += blocks

    def finished(self) -> tuple[Block, ...]:
        """The blocks, without the headings that nothing came under."""
        found: list[Block] = []
        for block in self.blocks:
            if isinstance(block, Heading):
                while found and isinstance(last := found[-1], Heading):
                    if last.level < block.level:
                        break
                    found.pop()
            found.append(block)
        while found and isinstance(found[-1], Heading):
            found.pop()
        return tuple(found)


def sentence(*parts: Run) -> Runs:
    """A sentence of words and figures."""
    return tuple(part for part in parts if part != "")
