"""Who plays in the browser tests, known to the stage and to the tests."""

from pathlib import Path

PASSWORD = "correct horse battery"
AGENT = ("adam@provider.example", "Adam Agent", "agent")
LEAD = ("lena@provider.example", "Lena Lead", "lead")
OWNER = ("olga@provider.example", "Olga Owner", "owner")
CONTACT = ("carla@globex.example", "Carla Contact")
SHORT = "hurry"
SHORT_AGREEMENT = (Path(__file__).parent / "hurry.yaml").read_text("utf-8")
#: Engage with a cadence of seconds, a rota, a policy and a follower of its status page.
NIGHT = "nightwatch"
FOLLOWER = "follower@elsewhere.example"
