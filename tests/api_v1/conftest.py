import pytest

from tests.api_v1.fake_apis import FakeApis


@pytest.fixture
def apis() -> FakeApis:
    return FakeApis()
