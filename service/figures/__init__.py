"""What a figure is, written beside it, so that it can be opened up wherever it is shown.

``asking`` writes and reads it; ``told`` is a figure's text that carries it. There is no I/O here:
pages, lists and pictures say what their figures are, and ``service.opening`` works them out.
"""
