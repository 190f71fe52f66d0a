"""What is asked of which provider, and what is refused before the service starts."""

from datetime import timedelta
from pathlib import Path

import pytest
from provider_fixtures import asked_of

from agent.contract import AccountRole
from agent.errors import BadConfiguration
from agent.settings import Settings, read_settings
from token_service.oidc.claims import Identity, identity, values_at
from token_service.oidc.settings import oidc_settings

pytestmark = pytest.mark.unit

KNOWN = {"issuer": "https://login.clinic.example", "client_id": "a", "client_secret": "b"}


def test_without_an_issuer_there_is_no_provider() -> None:
    assert oidc_settings(Settings.model_validate({})) is None


def test_a_provider_of_no_special_kind() -> None:
    asked = asked_of(**KNOWN)
    assert asked.discovery_url == "https://login.clinic.example/.well-known/openid-configuration"
    assert asked.scopes == "openid profile" and asked.pkce and not asked.acr_values
    assert asked.subject_claim == "sub" and asked.name_claims == ("name",)


def test_pro_sante_connect() -> None:
    issuer = "https://auth.esante.gouv.fr/auth/realms/esante-wallet"
    asked = asked_of(**KNOWN | {"issuer": issuer, "preset": "pro-sante-connect"})
    assert asked.discovery_url == f"{issuer}/.well-known/wallet-openid-configuration"
    assert asked.scopes == "openid scope_all" and asked.acr_values == ("eidas1",)
    assert asked.subject_claim == "SubjectNameID" and asked.pkce
    assert asked.longest_login == timedelta(hours=4)


def test_how_long_a_login_lasts() -> None:
    asked = asked_of(**KNOWN)
    assert asked.idle_limit == timedelta(minutes=30)
    assert asked.longest_login == timedelta(hours=12)


@pytest.mark.parametrize("minutes", ["4", "0", "-1", "soon"])
def test_nobody_is_signed_out_sooner_than_the_warning(
    monkeypatch: pytest.MonkeyPatch, minutes: str
) -> None:
    monkeypatch.setenv("EPEDICARE_IDLE_MINUTES", minutes)
    with pytest.raises(BadConfiguration, match="EPEDICARE_IDLE_MINUTES"):
        read_settings()


def test_proconnect_takes_no_parameter_that_it_does_not_list() -> None:
    asked = asked_of(**KNOWN | {"preset": "proconnect"})
    assert not asked.pkce and not asked.acr_values and not asked.extra_parameters
    assert asked.client_authentication == "client_secret_post" and asked.logout_needs_id_token


def test_what_is_set_comes_before_the_preset() -> None:
    asked = asked_of(
        **KNOWN,
        preset="pro-sante-connect",
        scopes="openid  more",
        acr_values="eidas2 eidas3",
        extra_parameters="prompt=login&ui_locales=fr%20en",
        name_claim="usual_name",
        discovery_url="https://elsewhere.example/d",
    )
    assert asked.scopes == "openid more" and asked.acr_values == ("eidas2", "eidas3")
    assert asked.extra_parameters == (("prompt", "login"), ("ui_locales", "fr en"))
    assert asked.name_claims == ("usual_name",)
    assert asked.discovery_url == "https://elsewhere.example/d"


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://login.clinic.example"},
        {"issuer": "login.clinic.example"},
        {"issuer": "https://"},
        {"issuer": "https://a:b@login.clinic.example"},
        {"issuer": "https://login.clinic.example/" + "a" * 255},
        {"discovery_url": "http://login.clinic.example/d"},
        {"scopes": "profile"},
        {"extra_parameters": "prompt"},
        {"extra_parameters": "state=mine"},
        {"extra_parameters": "redirect_uri=https%3A%2F%2Fevil.example"},
    ],
    ids=str,
)
def test_what_would_be_unsafe_or_not_work(wrong: dict[str, str]) -> None:
    with pytest.raises(BadConfiguration, match="EPEDICARE_OIDC_"):
        asked_of(**KNOWN | wrong)


def test_the_client_id_is_missing() -> None:
    with pytest.raises(BadConfiguration, match="EPEDICARE_OIDC_CLIENT_ID"):
        asked_of(issuer="https://login.clinic.example", client_secret="b")


def test_a_secret_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("of the file\n")
    known = {name: value for name, value in KNOWN.items() if name != "client_secret"}
    asked = asked_of(**known, client_secret_file=str(path))
    assert asked.client_secret.get_secret_value() == "of the file"
    assert "of the file" not in repr(asked)


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff"])
def test_a_secrets_file_that_holds_none(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    known = {name: value for name, value in KNOWN.items() if name != "client_secret"}
    with pytest.raises(BadConfiguration, match="EPEDICARE_OIDC_CLIENT_SECRET_FILE"):
        asked_of(**known, client_secret_file=str(path))


def test_one_secret_not_two_and_not_none(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="either"):
        asked_of(**KNOWN, client_secret_file=str(tmp_path / "secret"))
    with pytest.raises(BadConfiguration, match="either"):
        asked_of(issuer="https://login.clinic.example", client_id="a")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("sub", ["a"]),
        ("realm_access.roles", ["one", "two"]),
        ("https://clinic.example/roles", ["three"]),
        ("SubjectRefPro.exercices.codeProfession", ["10", "60"]),
        ("SubjectRefPro.exercices.activities.site", ["A", "B", "C"]),
        ("sub.x", []),
        ("realm_access", []),
        ("nothing", []),
        ("nothing.roles", []),
        ("number", []),
        ("blank", []),
        ("", []),
    ],
)
def test_where_a_claim_lies(path: str, found: list[str]) -> None:
    claims = {
        "sub": "a",
        "number": 12,
        "blank": "  ",
        "realm_access": {"roles": ["one", "two", 3, None]},
        "https://clinic.example/roles": ["three"],
        "SubjectRefPro": {
            "exercices": [
                {"codeProfession": "10", "activities": [{"site": "A"}, {"site": "B"}]},
                {"codeProfession": "60", "activities": [{"site": "C"}]},
            ]
        },
    }
    assert list(values_at(claims, path)) == found


def test_who_a_professional_of_pro_sante_connect_is() -> None:
    asked = asked_of(**KNOWN | {"preset": "pro-sante-connect", "roles": "10=practitioner"})
    activity = {"raisonSocialeSite": "HOPITAL DE TEST"}
    claims = {
        "sub": "f:550dc1c8:899700000001",
        "SubjectNameID": "899700000001",
        "given_name": "JEAN",
        "family_name": "DOUX",
        "SubjectRefPro": {"exercices": [{"codeProfession": "10", "activities": [activity]}]},
    }
    assert identity(claims, asked) == Identity(
        "899700000001", "JEAN DOUX", (AccountRole.PRACTITIONER,), "HOPITAL DE TEST"
    )


@pytest.mark.parametrize(
    ("there", "named", "here"),
    [
        (["auditor", "practitioner", "offline_access"], None, ["practitioner", "auditor"]),
        (["doctor"], None, []),
        (["doctor", "it"], "doctor=practitioner&it=administrator&it=auditor", None),
        (["administrator", "auditor"], "doctor=practitioner", []),
    ],
)
def test_which_of_a_providers_roles_is_which_here(
    there: list[str], named: str | None, here: list[str] | None
) -> None:
    """Where they are named, a role that is called as one of ours by chance is none."""
    asked = asked_of(**KNOWN, roles_claim="roles", **({"roles": named} if named else {}))
    found = identity({"sub": "a", "roles": there}, asked).roles
    assert list(found) == (["practitioner", "administrator", "auditor"] if here is None else here)


@pytest.mark.parametrize("named", ["doctor", "doctor=surgeon", "=&"])
def test_a_role_that_there_is_not(named: str) -> None:
    with pytest.raises(BadConfiguration, match="EPEDICARE_OIDC_ROLES"):
        asked_of(**KNOWN, roles=named)


def test_a_name_that_is_no_line_of_text_is_none() -> None:
    claims = {"sub": "a", "name": "A\nB"}
    assert identity(claims, asked_of(**KNOWN)).name is None
