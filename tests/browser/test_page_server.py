"""Who may ask the sandbox's page for anything: it acts as anybody, so nobody else's page may."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from approvals.policy import short_policy
from sandbox.ccpayment import Mode
from sandbox.page import page
from sandbox.run import everything
from sandbox.serving import serving
from sandbox.slack.cast import DANA, GENERAL, MAX, PAYOUTS, RITA

ASK = "USDT on TRX to TJRabPrwbZy45sbavfcjinPJC18kjpRTv8 for Invoice"
SAY = {"as": RITA.id, "in": PAYOUTS.id, "text": "Good morning"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with (
        everything(tmp_path_factory.mktemp("sandbox")) as running,
        serving(page(running.world)) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        yield client


def said(client: httpx.Client, api: str = "v1") -> list[str]:
    """What stands in #payouts."""
    channels = client.get(f"/{api}/api/state").json()["slack"]["channels"]
    (payouts,) = (one for one in channels if one["id"] == PAYOUTS.id)
    return [message["text"] for message in payouts["messages"]]


def test_other_sites_cannot_act(client: httpx.Client) -> None:
    """A page from elsewhere is refused, also one that says it is from nowhere."""
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
        answer = client.post("/v1/api/say", json=SAY, headers={"Origin": origin})
        assert answer.status_code == 403
    assert said(client) == []
    own = {"Origin": str(client.base_url).rstrip("/")}
    assert client.post("/v1/api/say", json=SAY, headers=own).json() == {}
    assert said(client) == ["Good morning"]


def test_other_names_lead_nowhere(client: httpx.Client) -> None:
    """A name that somebody else made lead to this machine is not served."""
    for host in ("evil.example", "127.0.0.1.evil.example:80", "localhost.evil.example"):
        for path in ("/", "/v1/", "/static/app.js", "/v1/api/state"):
            assert client.get(path, headers={"Host": host}).status_code == 400


def test_nothing_foreign_is_loaded(client: httpx.Client) -> None:
    """Every answer tells browsers to load nothing from elsewhere and to let nobody frame it."""
    for path in ("/", "/v1/", "/static/style.css", "/v1/api/state", "/v1/api/unknown"):
        rules = client.get(path).headers["content-security-policy"]
        assert "default-src 'self'" in rules
        assert "frame-ancestors 'none'" in rules


def test_news_come_when_there_are_some(client: httpx.Client) -> None:
    """A question for news stays open until something changed, though not for long."""
    seen = client.get("/v1/api/state").json()["version"]
    while (quiet := client.get("/v1/api/state", params={"seen": seen})).status_code == 200:
        seen = quiet.json()["version"]
    assert quiet.status_code == 204
    client.post("/v1/api/switch", json={"mode": "declined", "once": True})
    news = client.get("/v1/api/state", params={"seen": seen}).json()
    assert news["ccpayment"]["mode"]["names"] == ["declined"]


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_time_goes_by_on_request(tmp_path: Path, api: str) -> None:
    """An hour goes by in moments, for the bot and both services: what is due in it is done in its
    order, each look-up at its time, so that an absence and its choice need no real minutes."""
    with everything(tmp_path, api=api) as running, serving(page(running.world)) as address:

        def card(number: int, words: str) -> str:
            def drawn() -> str:
                found = [one.text for one in running.slack.messages(PAYOUTS.id)]
                return next((one for one in found if f"Payout {number}: " in one), "")

            running.slack.wait_until(lambda: words in drawn(), 20)
            return drawn()

        def approved(number: int, amount: int) -> None:
            running.slack.command(RITA.id, f"{amount} {ASK} {amount}", PAYOUTS.id)
            card(number, "Waits for")
            (ts,) = (
                one.ts
                for one in running.slack.messages(PAYOUTS.id)
                if f"Payout {number}: " in one.text
            )
            running.slack.click(DANA.id, PAYOUTS.id, ts, "approve")

        with httpx.Client(base_url=f"{address}/{api}/", trust_env=False) as client:
            before = running.clock()
            approved(1, 250)
            assert client.post("api/pass", json={"seconds": 60}, timeout=30).json() == {}
            card(1, "Settled")
            running.ccpayment.switch(Mode.REQUEST_LOST, once=True)
            approved(2, 240)
            card(2, "Checking with CCPayment")
            client.post("api/pass", json={"seconds": 600}, timeout=30)
            assert "knows no such reference" in card(2, "Needs an approver")
            assert 600 < client.get("api/state").json()["ahead"] <= 660
            assert running.clock() - before >= timedelta(minutes=11)
            for nonsense in (0, -60, 86_401, "an hour"):
                assert client.post("api/pass", json={"seconds": nonsense}).status_code == 400
    assert running.slack.complaints == []


def test_what_cannot_be_done_is_told(client: httpx.Client) -> None:
    """What is gone or not theirs is a sentence for the person; nonsense is refused."""
    theirs = {**SAY, "as": MAX.id, "in": GENERAL.id}
    assert "not there any more" in client.post("/v1/api/say", json=theirs).json()["error"]
    assert client.get("/v1/api/state", params={"as": "U0NOBODY"}).status_code == 404
    assert client.post("/v1/api/fly", json=SAY).status_code == 404
    assert client.post("/v1/api/say", content=b"{").status_code == 400
    assert client.post("/v1/api/say", json=[]).status_code == 400
    assert client.post("/v1/api/switch", json={"mode": "dance", "once": True}).status_code == 400


def test_each_api_has_its_own_page(tmp_path: Path) -> None:
    """The plain address leads to the API that was chosen; what is done on one page is seen on no
    other, and an API that is not there has none."""
    with (
        everything(tmp_path, api="v2") as chosen,
        everything(tmp_path, api="v1") as other,
        serving(page(chosen.world, other.world)) as address,
        httpx.Client(base_url=address, trust_env=False, follow_redirects=True) as client,
    ):
        assert chosen.settings.ledger_file != other.settings.ledger_file
        assert client.get("/").url.path == "/v2/"
        assert client.post("/v2/api/say", json=SAY).json() == {}
        for api, words in (("v1", []), ("v2", ["Good morning"])):
            seen = client.get(f"/{api}/api/state").json()
            assert (seen["ccpayment"]["api"], seen["apis"]) == (api, ["v1", "v2"])
            assert said(client, api) == words
        assert client.get("/v3/").status_code == 404


def test_the_policy_can_be_exchanged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox has a policy of its own, whatever the environment names, unless whoever starts it
    names approvers."""
    monkeypatch.setenv("PAYOUTS_APPROVERS", MAX.id)
    with everything(tmp_path) as running:
        assert len(running.settings.policy().tiers) == 2
    with everything(tmp_path, api="v2", payouts_approvers=(DANA.id,)) as running:
        assert running.settings.policy() == short_policy([DANA.id], timedelta(hours=24))
