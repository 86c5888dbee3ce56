import pytest

from tests.api_v1.dispatch.house import House


@pytest.fixture
def house() -> House:
    return House()
