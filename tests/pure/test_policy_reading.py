"""The policy file: every word of it is read strictly, and what is not known is refused by name."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.people import Roster
from approvals.policy import Limit, Scope, UnusablePolicy, Way, rules, unsound
from approvals.policy.reading import KEYS, MOST_TEXT, read_policy, short_policy
from approvals.policy.rules import Group, Share, Tier
from tests.policies import ONE, USD, policy

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = (DOCS / "policy.toml").read_text(encoding="utf-8")


def refused(text: str) -> str:
    """The sentence with which a text is refused."""
    with pytest.raises(UnusablePolicy) as wrong:
        read_policy(text)
    (sentence,) = wrong.value.sentences
    return sentence


def test_the_example_says_what_it_means() -> None:
    """docs/policy.toml loads, and each of its lines arrives as the rule that it describes."""
    read = read_policy(EXAMPLE)
    assert read.text == EXAMPLE
    assert read.people["dana"] == ("U0DANA00001", "U0DANA00002")
    assert read.ids("U0DANA00002") == {"U0DANA00001", "U0DANA00002"}
    assert read.groups["finance"] == Group(
        frozenset({"U0DANA00001", "U0DANA00002", "U0ELI000001"}), frozenset({"S0FINANCE01"})
    )
    assert read.slack_groups == {"S0TEAM00001", "S0FINANCE01"}
    assert read.requesters == ("team", "finance")
    assert read.coins == frozenset({"USDT", "USDC", "BTC", "SATS"})
    assert read.networks == frozenset({"TRX", "ETH", "POLYGON", "BTC", "LIGHTNING"})
    assert read.ways == frozenset(Way)
    day, finance = timedelta(days=1), ("finance",)
    assert read.tiers == (
        Tier(0, 1000 * USD, 1, finance, (), day, comment=False),
        Tier(1000 * USD, 10_000 * USD, 2, finance, (), day, comment=False),
        Tier(10_000 * USD, None, 2, finance, (Share(1, "cfo"),), 2 * day, comment=True),
    )
    assert read.limits == (
        Limit(Scope.REQUESTER, 1, 25_000 * USD),
        Limit(Scope.DESTINATION, 30, 100_000 * USD),
        Limit(Scope.TOTAL, 1, 50_000 * USD),
        Limit(Scope.TOTAL, 30, 400_000 * USD),
    )
    assert (read.hold, read.email_by_value) == (day, False)
    known = Roster({"S0TEAM00001": frozenset(), "S0FINANCE01": frozenset()})
    assert unsound(read, known) == ()


def test_what_is_not_said_has_its_default() -> None:
    """The shortest policy: anybody may ask for anything, no limit, no hold, a day's time."""
    read = read_policy('[people]\ndana = ["U1"]\n[[tier]]\napprovals = 1\nof = ["dana"]')
    assert read.requesters == ("everybody",)
    assert (read.coins, read.networks, read.ways) == (None, None, None)
    assert (read.limits, read.hold, read.email_by_value) == ((), timedelta(0), False)
    assert read.tiers == (Tier(0, None, 1, ("dana",), (), timedelta(hours=24), comment=False),)


def test_the_short_way_reads_like_a_file() -> None:
    """The text that PAYOUTS_APPROVERS stands for is a policy file that anybody could write."""
    short = short_policy(["U1", "W2"], timedelta(minutes=5))
    assert read_policy(short.text) == short
    assert short.groups == {"approvers": Group(frozenset({"U1", "W2"}))}


TIER = "[[tier]]\napprovals = 1\nof = ['finance']\n"


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        # words that are not known
        (f"{TIER}[limit]\n", 'The policy has no "limit"; it has cwallet, groups, hold, limits, '),
        (f"{TIER}[request]\nwhom = ['noa']", '[request] has no "whom"; it has coins, '),
        (f"{TIER}quorum = 2", '[[tier]] 1 has no "quorum"; it has above, among, approvals, '),
        (f"{TIER}[limits.team]\nday = 1", '[limits] has no "team"; it has destination, '),
        (f"{TIER}[limits.total]\nweek = 1", '[limits.total] has no "week"; it has 30_days, day.'),
        (f"{TIER}[hold]\nnew = '1h'", '[hold] has no "new"; it has new_destination.'),
        (f"{TIER}[cwallet]\ntier = 'x'", '[cwallet] has no "tier"; it has email_tier.'),
        # who
        (f"{TIER}[request]\nwho = ['board']", '[request] who: "board" is no name of [groups]'),
        (f"{TIER}[request]\nwho = []", "[request] who must be a list of one or more words"),
        (TIER.replace("finance", "board"), '[[tier]] 1 of: "board" is no name of [groups] or'),
        (TIER.replace("finance", "everybody"), '[[tier]] 1 of: "everybody" is no name'),
        (TIER.replace("'finance'", ""), "[[tier]] 1 of must be a list of one or more words"),
        ("[[tier]]\napprovals = 1", "[[tier]] 1 does not say who approves: of ="),
        (f"{TIER}among = {{ board = 1 }}", '[[tier]] 1 among: "board" is no name of [groups]'),
        (f"{TIER}among = ['cfo']", "[[tier]] 1 among must be a table, such as { cfo = 1 }."),
        (f"{TIER}among = {{ cfo = 0 }}", "[[tier]] 1 among cfo must be a whole number from 1 to"),
        (
            f"{TIER}among = {{ cfo = 1, eli = 1 }}",
            "[[tier]] 1 asks for 1 approval, but among them for 2.",
        ),
        # how many
        ("[[tier]]\nof = ['cfo']", "[[tier]] 1 approvals must be a whole number from 1 to 20."),
        (TIER.replace("1", "0"), "[[tier]] 1 approvals must be a whole number from 1 to 20."),
        (TIER.replace("1", "21"), "[[tier]] 1 approvals must be a whole number from 1 to 20."),
        (TIER.replace("1", "1.0"), "[[tier]] 1 approvals must be a whole number from 1 to 20."),
        (TIER.replace("1", "true"), "[[tier]] 1 approvals must be a whole number from 1 to 20."),
        # tiers, from the lowest to the highest, without a gap
        ("", "The policy has no [[tier]]: say who must approve."),
        ("tier = []", "The policy has no [[tier]]: say who must approve."),
        ("[tier]\napprovals = 1", "The policy has no [[tier]]: say who must approve."),
        ("tier = [1]", "[[tier]] 1 must be a table."),
        (f"{TIER}up_to = 1000", "No tier applies above 1,000 USD. Add a last [[tier]] without"),
        (f"{TIER}{TIER}", "[[tier]] 2 comes after a tier without up_to: it could never apply."),
        (
            f"{TIER}above = 5",
            "[[tier]] 1 leaves a gap before it: it must begin above 0 USD.",
        ),
        (
            f"{TIER}up_to = 5\n{TIER}above = 6",
            "[[tier]] 2 leaves a gap before it: it must begin above 5 USD.",
        ),
        (
            f"{TIER}up_to = 5\n{TIER}above = 4",
            "[[tier]] 2 overlaps the tier before it: it must begin above 5 USD.",
        ),
        (
            f"{TIER}up_to = 5\n{TIER}up_to = 5\n{TIER}",
            "[[tier]] 2: up_to must be more than 5 USD, where the tier begins.",
        ),
        # what
        (f"{TIER}[request]\ncoins = []", "[request] coins must be a list of one or more words"),
        (f"{TIER}[request]\ncoins = 'BTC'", "[request] coins must be a list of one or more words"),
        (f"{TIER}[request]\ncoins = [' BTC']", "[request] coins must be a list of one or more"),
        (f"{TIER}[request]\nnetworks = ['']", "[request] networks must be a list of one or more"),
        (f"{TIER}[request]\nnetworks = [1]", "[request] networks must be a list of one or more"),
        (
            f"{TIER}[request]\ndestinations = ['email']",
            '[request] destinations: "email" is none of address, cwallet-email, cwallet-id, ',
        ),
        # how much
        (f"{TIER}[limits]\ntotal = 5", "total must be a table: [limits.total]."),
        (f"{TIER}[limits.total]\nday = '5'", "[limits.total] day must be a number of USD, such"),
        (f"{TIER}[limits.total]\nday = true", "[limits.total] day must be a number of USD, such"),
        (f"{TIER}[limits.total]\nday = 0", "[limits.total] day must lie between 0.01 USD and"),
        (f"{TIER}[limits.total]\nday = -1", "[limits.total] day must lie between 0.01 USD and"),
        (f"{TIER}[limits.total]\nday = 0.001", "[limits.total] day must lie between 0.01 USD and"),
        (f"{TIER}[limits.total]\nday = 1.001", "[limits.total] day must lie between 0.01 USD and"),
        (f"{TIER}[limits.total]\nday = nan", "[limits.total] day must lie between 0.01 USD and"),
        (f"{TIER}[limits.total]\nday = inf", "[limits.total] day must lie between 0.01 USD and"),
        (f"{TIER}[limits.total]\nday = 1e13", "[limits.total] day must lie between 0.01 USD and"),
        (f"{TIER}[limits.total]\nday = 1e-99999999", "[limits.total] day must lie between 0.01"),
        # how long
        (f"{TIER}expiry = '4m'", '[[tier]] 1 expiry must be a time such as "90m", "24h" or "2d"'),
        (f"{TIER}expiry = '31d'", '[[tier]] 1 expiry must be a time such as "90m", "24h" or "2d"'),
        (f"{TIER}expiry = 24", '[[tier]] 1 expiry must be a time such as "90m", "24h" or "2d"'),
        (f"{TIER}expiry = '٢٤h'", '[[tier]] 1 expiry must be a time such as "90m", "24h"'),
        (f"{TIER}[hold]\nnew_destination = '31d'", "[hold] new_destination must be a time such as"),
        (f"{TIER}[hold]\nnew_destination = '-1h'", "[hold] new_destination must be a time such as"),
        # one of two words
        (f"{TIER}comment = true", '[[tier]] 1 comment must be "optional" or "required".'),
        (
            f"{TIER}[cwallet]\nemail_tier = 1",
            '[cwallet] email_tier must be "highest" or "by value"',
        ),
        # tables
        (f"request = 1\n{TIER}", "request must be a table: [request]."),
        (f"limits = 1\n{TIER}", "limits must be a table: [limits]."),
    ],
)
def test_a_rule_that_cannot_be_meant(rules: str, sentence: str) -> None:
    """A word that is not known, a group that does not exist, a gap between tiers or a value out of
    its bounds is refused, and the sentence names the place."""
    people = "[people]\neli = ['U1']\ndana = ['U2']\n[groups]\nfinance = ['eli']\ncfo = ['dana']\n"
    top = rules.startswith(("request", "limits", "tier ="))
    assert refused(f"{rules}\n{people}" if top else people + rules).startswith(sentence)


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        ("people = ['U1']", "people must be a table: [people]."),
        ("[people]\ndana = 'U1'", "[people] dana must be a list of one or more words"),
        ("[people]\ndana = []", "[people] dana must be a list of one or more words"),
        ("[people]\ndana = ['@dana']", "[people] dana must be a list of Slack user ids, such as"),
        ("[people]\ndana = ['S1']", "[people] dana must be a list of Slack user ids, such as"),
        ("[people]\ndana = ['U1', 'U2']\neli = ['U2']", "[people] names U2 twice: one id belongs"),
        ("[people]\nDana = ['U1']", "[people] Dana: a name begins with a small letter"),
        (f"[people]\n{'a' * 41} = ['U1']", f"[people] {'a' * 41}: a name begins with a small"),
        ("[people]\neverybody = ['U1']", "[people] everybody: the name is taken."),
        ("[groups]\neverybody = ['U1']", "[groups] everybody: the name is taken."),
        (
            "[people]\ndana = ['U1']\n[groups]\ndana = ['U2']",
            "[groups] dana: the name is taken. Take another one.",
        ),
        ("[groups]\ncfo = []", "[groups] cfo must be a list of one or more words"),
        (
            "[groups]\ncfo = ['eli']",
            '[groups] cfo: "eli" is no name of [people], no user id and no user group\'s id.',
        ),
        ("[groups]\na = ['U1']\nb = ['a']", '[groups] b: "a" is no name of [people]'),
    ],
)
def test_people_who_cannot_be_meant(people: str, sentence: str) -> None:
    """One id is one person, one name one thing, and nobody is named who is not known."""
    assert refused(people).startswith(sentence)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("tier", "The policy is no TOML: "),
        ("a = 1\na = 2", "The policy is no TOML: "),
        (f"a = {'9' * 5000}", "The policy holds a number or a nesting beyond all use."),
        (f"a = 1e{'9' * 30}", "The policy holds a number or a nesting beyond all use."),
        ("#" * (MOST_TEXT + 1), "The policy is longer than 100000 characters."),
    ],
    ids=["no value", "twice", "long integer", "long exponent", "long text"],
)
def test_what_is_no_policy_at_all(text: str, sentence: str) -> None:
    """Text that is no TOML, or beyond all bounds, is a sentence and not a traceback."""
    assert refused(text).startswith(sentence)


def test_deep_nesting_is_refused() -> None:
    """Brackets without end do not end in a traceback either."""
    assert refused(f"a = {'[' * 50_000}").startswith("The policy ")


def test_a_border_may_be_said_twice() -> None:
    """`above` may repeat where a tier begins, also at nothing."""
    tiers = policy(f"{ONE}above = 0\nup_to = 0.5\n{ONE}above = 0.50\n").tiers
    assert [(tier.above, tier.up_to) for tier in tiers] == [(0, USD // 2), (USD // 2, None)]
    assert [tier.name for tier in tiers] == ["up to 0.50 USD", "above 0.50 USD"]


_WORDS = st.sampled_from(["dana", "U1", "S1", "24h", "everybody", "USDT", "required", "é", " "])
_VALUES = st.one_of(st.integers(-(10**20), 10**20), st.booleans(), st.floats(), _WORDS)
_PLACES = [(table, key) for table, keys in KEYS.items() for key in keys or ("dana",)]


def _spelled(value: object) -> str:
    return json.dumps(value).replace("NaN", "nan").replace("Infinity", "inf")


@given(
    st.dictionaries(
        st.sampled_from(_PLACES), st.one_of(_VALUES, st.lists(_VALUES, max_size=3)), max_size=4
    )
)
def test_no_value_ends_in_anything_but_a_sentence(said: dict[tuple[str, str], object]) -> None:
    """Whatever stands behind the keys, the file is read or refused with one sentence."""
    tables = {"people": "dana = ['U1']", "tier": "approvals = 1\nof = ['dana']"}
    for (table, key), value in said.items():
        kept = [line for line in tables.get(table, "").split("\n") if not line.startswith(key)]
        tables[table] = "\n".join([*kept, f"{key} = {_spelled(value)}"])
    headed = {table: f"[[{table}]]" if table == "tier" else f"[{table}]" for table in tables}
    try:
        read = read_policy("\n".join(f"{headed[table]}\n{tables[table]}" for table in tables))
    except UnusablePolicy as wrong:
        (sentence,) = wrong.sentences
        assert sentence.endswith(".")
    else:
        assert rules(read)


# The page.


def test_the_page_has_every_key() -> None:
    """docs/policy.md has a row for each key that a policy may have, and for no other."""
    page = (DOCS / "policy.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `\[+([a-z._]+)\]+` \| ([^|]+) \|", page, re.MULTILINE)
    told = {(table, key) for table, keys in rows for key in re.findall(r"`(\w+)`", keys) or [""]}
    scopes = {("limits", scope.value) for scope in Scope}
    known = {(table, key) for table, keys in KEYS.items() for key in keys or [""]}
    assert told == known - scopes


def test_the_example_shows_every_table() -> None:
    """Whoever starts from the example has seen all there is, and every line of it is explained by
    a comment above its table."""
    for table in set(KEYS) - {"limits"}:
        assert re.search(rf"^\[+{re.escape(table)}\]+$", EXAMPLE, re.MULTILINE), table
