from tests.recruiters import files

__all__ = ["files"]
