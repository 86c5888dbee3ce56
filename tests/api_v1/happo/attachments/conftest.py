from tests.recruiters import ben, files

__all__ = ["ben", "files"]
