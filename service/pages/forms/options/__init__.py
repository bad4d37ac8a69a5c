"""What a form offers to choose from: councils, cases, peers and their parts, by name.

An option is offered as far as the command's own permission lets the person see.
"""

from service.pages.forms.options import parts, standing, wholes
from service.pages.forms.options.offering import Options, having, is_offered, offered

__all__ = ["Options", "having", "is_offered", "offered", "parts", "standing", "wholes"]
