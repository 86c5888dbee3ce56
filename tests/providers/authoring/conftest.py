from tests.data_dirs import made_data_dir

__all__ = ["made_data_dir"]
