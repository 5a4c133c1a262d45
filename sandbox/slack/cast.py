"""The people, user groups and channels of the sandbox."""

from sandbox.slack.workspace import TEAM, Channel, Group, User

RITA = User("U0RITA00001", "rita", "Rita", tz="Europe/Berlin")
NOA = User("U0NOA000001", "noa", "Noa", tz="Asia/Jerusalem")
DANA = User("U0DANA00001", "dana", "Dana", tz="Europe/Berlin")
ELI = User("U0ELI000001", "eli", "Eli", tz="America/New_York")
MAX = User("U0MAX000001", "max", "Max", team_id="T0OUTSIDE01", tz="Europe/London")
PEOPLE = (RITA, NOA, DANA, ELI, MAX)

FINANCE = Group("S0FINANCE01", "finance", (DANA.id, ELI.id))
GROUPS = (FINANCE,)

PAYOUTS = Channel("C0PAYOUTS01", "payouts", is_ext_shared=True)
GENERAL = Channel(
    "C0GENERAL01",
    "general",
    is_member=False,
    members=frozenset(user.id for user in PEOPLE if user.team_id == TEAM),
)
CHANNELS = (PAYOUTS, GENERAL)
