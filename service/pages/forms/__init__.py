"""The form twin of every command: asked, checked, recorded once, and told what was recorded.

The fields come from the command's model and the work is done by its JSON function. What was typed
is kept as a draft until it is recorded, so that neither a session's end, nor a refusal, nor
somebody else's change loses it.
"""

from service.desk import Router
from service.pages.forms import filling, keeping, receipts

router = Router()
for part in (receipts, keeping, filling):
    router.include(part.router)

__all__ = ["router"]
