"""``casework``, and ``python -m service.cli``."""

import gc


def run() -> None:
    """Start: nothing that is imported is garbage, and to look for some takes an eighth of it."""
    gc.disable()
    from service.cli import main

    gc.freeze()
    gc.enable()
    main()


if __name__ == "__main__":
    run()
