"""The progress report to the Executive: its sentences, its figures and where they come from."""

from service.executive.routes import router

__all__ = ["router"]
