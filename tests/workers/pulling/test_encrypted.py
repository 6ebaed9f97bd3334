"""Encryption switched on midway: what was plain stays, and what comes sealed is kept as the bytes that it is."""

import pytest
from sqlalchemy import Engine, select

from server.db import snapshot
from server.store.interface import Store
from server.submissions.tables import Attachment
from tests.support.forms import FORM_ID, a_submission, new_id
from tests.support.trial import states, versions
from verification.reason import Reason
from workers.central.api import Central
from workers.pulling.certify import certify
from workers.pulling.slow_pass import look_over


def sealed(root: str, version: str) -> str:
    """Give a submission that only the holder of a key can read."""
    return (
        f'<data id="{FORM_ID}" version="{version}" encrypted="yes"><base64EncryptedKey>a2V5</base64EncryptedKey>'
        f"<meta><instanceID>{root}</instanceID></meta><media><file>1.jpg.enc</file></media>"
        "<encryptedXmlFile>submission.xml.enc</encryptedXmlFile>"
        "<base64EncryptedElementSignature>c2ln</base64EncryptedElementSignature></data>"
    )


ORIGINALS = {"submission.xml.enc": b"\x00\x01 sealed", "1.jpg.enc": b"\x02 sealed"}


@pytest.fixture
def encrypted(trial: Central) -> str:
    """Give a submission that came after encryption was switched on; one came before."""
    trial.submit(FORM_ID, a_submission("uuid:plain", word="plain"))
    key = {"passphrase": "a long enough one", "hint": ""}
    trial.session.ask("POST", f"projects/{trial.project}/key", json=key).close()
    return trial.submit(FORM_ID, sealed(new_id(), trial.form(FORM_ID).version or ""), ORIGINALS)


def test_what_is_sealed_is_kept_as_bytes_set_aside_and_certified(
    engine: Engine, trial: Central, store: Store, encrypted: str
) -> None:
    look_over(engine, trial, store, FORM_ID)
    with snapshot(engine) as session:
        files = {file.name: store.read(file.digest or "") for file in session.scalars(select(Attachment))}
    assert files == ORIGINALS
    assert states(engine)[encrypted].problem == Reason("encrypted")
    assert "plain" in versions(engine)["uuid:plain"]
    for deep in (False, True):
        assert certify(engine, trial, store, deep=deep) == "identical"
