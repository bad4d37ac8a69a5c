"""Proof that the log was not rewritten: signed checkpoints, and who may check them."""

from service.proof.keeping import Keeping
from service.proof.notes import BadNote, Checkpoint, Note, Signer, Verifier

__all__ = ["BadNote", "Checkpoint", "Keeping", "Note", "Signer", "Verifier"]
