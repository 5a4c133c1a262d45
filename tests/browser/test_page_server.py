"""Who may ask the sandbox's page for anything: it acts as anybody, so nobody else's page may."""

from collections.abc import Iterator

import httpx
import pytest

from sandbox.page import page
from sandbox.run import everything
from sandbox.serving import serving
from sandbox.slack.cast import GENERAL, MAX, PAYOUTS, RITA

SAY = {"as": RITA.id, "in": PAYOUTS.id, "text": "Good morning"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with everything(tmp_path_factory.mktemp("sandbox")) as running:
        behind = page(running.slack, running.ccpayment, running.bot.ledger)
        with serving(behind) as address, httpx.Client(base_url=address, trust_env=False) as client:
            yield client


def said(client: httpx.Client) -> list[str]:
    """What stands in #payouts."""
    channels = client.get("/api/state").json()["slack"]["channels"]
    (payouts,) = (one for one in channels if one["id"] == PAYOUTS.id)
    return [message["text"] for message in payouts["messages"]]


def test_other_sites_cannot_act(client: httpx.Client) -> None:
    """A page from elsewhere is refused, also one that says it is from nowhere."""
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
        answer = client.post("/api/say", json=SAY, headers={"Origin": origin})
        assert answer.status_code == 403
    assert said(client) == []
    own = {"Origin": str(client.base_url).rstrip("/")}
    assert client.post("/api/say", json=SAY, headers=own).json() == {}
    assert said(client) == ["Good morning"]


def test_other_names_lead_nowhere(client: httpx.Client) -> None:
    """A name that somebody else made lead to this machine is not served."""
    for host in ("evil.example", "127.0.0.1.evil.example:80", "localhost.evil.example"):
        for path in ("/", "/static/app.js", "/api/state"):
            assert client.get(path, headers={"Host": host}).status_code == 400


def test_nothing_foreign_is_loaded(client: httpx.Client) -> None:
    """Every answer tells browsers to load nothing from elsewhere and to let nobody frame it."""
    for path in ("/", "/static/style.css", "/api/state", "/api/unknown"):
        rules = client.get(path).headers["content-security-policy"]
        assert "default-src 'self'" in rules
        assert "frame-ancestors 'none'" in rules


def test_news_come_when_there_are_some(client: httpx.Client) -> None:
    """A question for news stays open until something changed, though not for long."""
    seen = client.get("/api/state").json()["version"]
    while (quiet := client.get("/api/state", params={"seen": seen})).status_code == 200:
        seen = quiet.json()["version"]
    assert quiet.status_code == 204
    client.post("/api/switch", json={"mode": "declined", "once": True})
    news = client.get("/api/state", params={"seen": seen}).json()
    assert news["ccpayment"]["mode"]["names"] == ["declined"]


def test_what_cannot_be_done_is_told(client: httpx.Client) -> None:
    """What is gone or not theirs is a sentence for the person; nonsense is refused."""
    theirs = {**SAY, "as": MAX.id, "in": GENERAL.id}
    assert "not there any more" in client.post("/api/say", json=theirs).json()["error"]
    assert client.get("/api/state", params={"as": "U0NOBODY"}).status_code == 404
    assert client.post("/api/fly", json=SAY).status_code == 404
    assert client.post("/api/say", content=b"{").status_code == 400
    assert client.post("/api/say", json=[]).status_code == 400
    assert client.post("/api/switch", json={"mode": "dance", "once": True}).status_code == 400
