"""All that leaves that machine, gone through once."""

import pytest

from tests.attacker.machine import a_scene
from tests.attacker.outputs import Outputs, everything


@pytest.fixture(scope="session")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Outputs:
    """Give everything that leaves, gone through once."""
    with a_scene(tmp_path_factory.mktemp("attacker")) as (scene, proxy):
        return everything(scene, proxy)
