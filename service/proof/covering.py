"""The checkpoint that vouches for what was made from the log up to a position."""

from domain.kernel import Refused
from service.installation import Installation
from service.proof.notes import Checkpoint, Note


def covering(installation: Installation, position: int) -> Note:
    """The first signed checkpoint that covers a position: the same for ever.

    Signed now if there is none yet. Raises Refused ``not-ready`` while the proof is behind.
    """
    keeping = installation.keeping
    for note in keeping.notes():
        if Checkpoint.read(note.text).position >= position:
            return note
    head = installation.proof.head()
    if head.position >= position and (signed := keeping.checkpoint(head)):
        return signed
    raise Refused("not-ready", "The proof of the log is behind: try again in a minute.")
