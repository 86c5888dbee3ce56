from tests.recruiters import anna, files

__all__ = ["anna", "files"]
