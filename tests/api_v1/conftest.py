import pytest

from tests.api_v1.fake_apis import House


@pytest.fixture
def house() -> House:
    return House()
