"""``python -m service.cli``: the same as ``casework``."""

from service.cli.main import main

main()
