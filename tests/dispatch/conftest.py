import pytest

from tests.dispatch.house import House


@pytest.fixture
def house() -> House:
    return House()
