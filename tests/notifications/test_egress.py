"""Nothing a tenant can aim reaches the operator's network: not by name, number, redirect, or a second answer."""

from __future__ import annotations

import ssl
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from notifications import egress
from tests.notifications.receiver import listen

PUBLIC = "93.184.216.34"


@pytest.fixture
def names(monkeypatch: Any) -> dict[str, list[list[str]]]:
    """What the name server answers, the first time, the second time and so on; the last answer stays."""
    told: dict[str, list[list[str]]] = {}

    def resolve(host: str, port: int) -> list[str]:
        answers = told[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    monkeypatch.setattr(egress, "resolve", resolve)
    return told


INSIDE = """
127.0.0.1 127.8.8.8 ::1 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254
100.64.0.1 100.100.100.200 168.63.129.16 192.0.0.192 224.0.0.1 ff02::1 0.0.0.0 :: 240.0.0.1 255.255.255.255
::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 2001:0:4136:e378:8000:63bf:80ff:fffe
fec0::1 192.0.2.1 2001:db8::1
"""


@pytest.mark.parametrize("address", INSIDE.split())
def test_a_name_that_leads_inside_is_refused_in_a_sentence(names, address):
    names["hooks.example"] = [[address]]
    with pytest.raises(egress.EgressError, match="is not on the internet, but inside a private network"):
        egress.check("https://hooks.example/")


def test_one_inner_address_among_public_ones_is_enough_to_refuse(names):
    names["hooks.example"] = [[PUBLIC, "127.0.0.1"]]
    with pytest.raises(egress.EgressError, match="inside a private network"):
        egress.check("https://hooks.example/")


@pytest.mark.parametrize("address", [PUBLIC, "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_a_public_address_is_good(names, address):
    names["hooks.example"] = [[address]]
    egress.check("https://hooks.example:8443/path?key=1")


@pytest.mark.parametrize("number", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0", "[::1]", "localhost"])
def test_an_address_in_numbers_is_judged_by_where_it_leads(number):
    with pytest.raises(egress.EgressError, match="inside a private network"):
        egress.check(f"http://{number}/")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("ftp://hooks.example/", "begins with https://"),
        ("file:///etc/passwd", "begins with https://"),
        ("gopher://hooks.example/", "begins with https://"),
        ("", "begins with https://"),
        ("https://", "not an address"),
        ("https://hooks.example:99999/", "not an address"),
        ("https://[::1/", "not an address"),
        ("https://hooks.example/a b", "not an address"),
        ("https://hooks.example/\x00", "not an address"),
        ("https://user:word@hooks.example/", "user name or a password"),
        ("https://user@hooks.example/", "user name or a password"),
        ("https://hooks.example:25/", "Port 25 belongs to another kind of service"),
        ("https://hooks.example:22/", "Port 22 belongs"),
        ("https://nowhere.invalid/", "nowhere.invalid has no address"),
        ("https://" + "a" * 70 + ".example/", "has no address"),
    ],
)
def test_what_is_no_address_for_a_webhook_is_refused_in_a_sentence(names, url, sentence, monkeypatch):
    if "has no address" in sentence:
        monkeypatch.undo()
    names["hooks.example"] = [[PUBLIC]]
    with pytest.raises(egress.EgressError, match=sentence):
        egress.check(url)


def test_private_networks_can_be_allowed_but_never_a_clouds_own_services(names, settings):
    settings.EGRESS_PRIVATE_NETWORKS = True
    names["hooks.example"] = [["10.0.0.1", "127.0.0.1", "::1", "fc00::1"]]
    egress.check("http://hooks.example/")
    for address in ("169.254.169.254", "fd00:ec2::254", "168.63.129.16", "192.0.0.192", "::", "224.0.0.1"):
        names["hooks.example"] = [[address]]
        with pytest.raises(egress.EgressError, match="inside a private network"):
            egress.check("http://hooks.example/")


def test_a_name_that_leads_inside_at_the_second_look_is_refused_where_it_connects(names, receiver, settings):
    settings.EGRESS_PRIVATE_NETWORKS = False
    names["rebind.example"] = [[PUBLIC], ["127.0.0.1"]]
    with pytest.raises(egress.EgressError, match="inside a private network"):
        egress.post(f"http://rebind.example:{receiver.port}/", "{}", {})
    assert receiver.received == []


def test_the_connection_goes_to_the_address_that_was_judged_and_keeps_the_name(names, receiver):
    """The machine's own resolver does not know this name: a library that asked it again would not arrive."""
    names["hooks.example"] = [["127.0.0.1"]]
    answer = egress.post(f"http://hooks.example:{receiver.port}/in", "{}", {"X-One": "1"})
    assert answer.status == 204
    assert receiver.received[0].headers["host"] == f"hooks.example:{receiver.port}"


def test_where_the_first_address_takes_no_connection_the_next_one_is_tried(names, receiver):
    names["hooks.example"] = [["127.0.0.2", "127.0.0.1"]]
    assert egress.post(f"http://hooks.example:{receiver.port}/in", "{}", {}).status == 204


def test_a_redirect_is_not_followed(receiver):
    receiver.answers = [(302, {"Location": receiver.url}, b"")]
    assert egress.post(receiver.url, "{}", {}).status == 302
    assert len(receiver.received) == 1


def test_whatever_uses_requests_follows_no_redirect_and_passes_the_guard(receiver, settings):
    receiver.answers = [(302, {"Location": receiver.url}, b"")]
    assert requests.get(receiver.url, timeout=1).status_code == 501
    assert requests.post(receiver.url, timeout=1).status_code == 302
    settings.EGRESS_PRIVATE_NETWORKS = False
    with pytest.raises(egress.EgressError):
        requests.post(receiver.url, timeout=1)
    assert len(receiver.received) == 1


def test_a_proxy_of_the_surroundings_is_not_used(receiver, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    monkeypatch.setenv("no_proxy", "")
    assert egress.post(receiver.url, "{}", {}).status == 204
    assert requests.post(receiver.url, timeout=1).status_code == 204


def test_an_endless_answer_is_read_to_a_limit_and_quoted_at_its_beginning(receiver):
    receiver.answers = [(200, {}, b"x" * 5_000_000)]
    answer = egress.post(receiver.url, "{}", {})
    assert (answer.status, len(answer.text)) == (200, egress.EXCERPT)


def test_an_answer_that_trickles_is_cut_off_in_time(receiver, monkeypatch):
    monkeypatch.setattr(egress, "SECONDS", 1)
    receiver.trickles = True
    began = time.monotonic()
    answer = egress.post(receiver.url, "{}", {})
    assert time.monotonic() - began < 4
    assert (answer.status, answer.text) == (None, "It did not answer within 1 s.")


def test_requests_that_belong_together_share_their_time(receiver, monkeypatch):
    with egress.exchange() as heard:
        heard.until = time.monotonic() - 1
        with pytest.raises(requests.ConnectionError):
            requests.post(receiver.url, timeout=60)
    assert receiver.received == []


def test_what_takes_no_connection_says_so_without_its_address(receiver):
    with listen() as gone:
        url = f"http://127.0.0.1:{gone.port}/secret-path"
    answer = egress.post(url, "{}", {})
    assert (answer.status, answer.text) == (None, "It took no connection, or broke it off.")


def certificate(tmp_path: Any, name: str) -> tuple[ssl.SSLContext, str]:
    """A server's context for `name`, and the file of whoever vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "certificate.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = tmp_path / "key.pem"
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    return context, str(pem)


def test_TLS_still_verifies_the_name_and_whoever_vouches_for_it(names, settings, tmp_path, monkeypatch):
    settings.EGRESS_PRIVATE_NETWORKS = True
    names |= {"hooks.example": [["127.0.0.1"]], "other.example": [["127.0.0.1"]]}
    context, vouches = certificate(tmp_path, "hooks.example")
    with listen(context) as receiver:
        answer = egress.post(f"https://hooks.example:{receiver.port}/", "{}", {})
        assert (answer.status, answer.text) == (None, "Its certificate could not be verified.")
        monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", vouches)
        assert egress.post(f"https://hooks.example:{receiver.port}/", "{}", {}).status == 204
        answer = egress.post(f"https://other.example:{receiver.port}/", "{}", {})
        assert (answer.status, answer.text) == (None, "Its certificate could not be verified.")
    assert len(receiver.received) == 1
