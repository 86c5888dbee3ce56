from tests.recruiters import anna, ben, files

__all__ = ["anna", "ben", "files"]
