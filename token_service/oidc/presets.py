"""What is known of providers of identities, as data. Each line's source is in docs/sign-in.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from agent.settings import PresetName

USUAL_PLACE = "/.well-known/openid-configuration"

ClientAuthentication = Literal["client_secret_basic", "client_secret_post"]


@dataclass(frozen=True, slots=True)
class Preset:
    name: str | None = None  # the provider's own, on the button
    discovery_path: str = USUAL_PLACE
    scopes: str = "openid profile"
    acr_values: str = ""
    extra_parameters: str = ""
    subject_claim: str = "sub"
    name_claim: str = "name"
    roles_claim: str | None = None
    unit_claim: str | None = None
    pkce: bool = True
    client_authentication: ClientAuthentication | None = None  # None: as the provider prefers
    logout_needs_id_token: bool = False  # it ends no session without the token as a hint
    login_hours: int = 12


PRESETS: Mapping[PresetName, Preset] = {
    "generic": Preset(),
    "keycloak": Preset(roles_claim="realm_access.roles", unit_claim="unit"),
    "proconnect": Preset(
        name="ProConnect",
        scopes="openid uid given_name usual_name siret",
        name_claim="given_name usual_name",
        unit_claim="siret",
        pkce=False,  # a parameter that it does not know is an error there, and this is one
        client_authentication="client_secret_post",
        logout_needs_id_token=True,
    ),
    "pro-sante-connect": Preset(
        name="Pro Santé Connect",
        discovery_path="/.well-known/wallet-openid-configuration",
        scopes="openid scope_all",
        acr_values="eidas1",
        subject_claim="SubjectNameID",
        name_claim="given_name family_name",
        roles_claim="SubjectRefPro.exercices.codeProfession",
        unit_claim="SubjectRefPro.exercices.activities.raisonSocialeSite",
        client_authentication="client_secret_post",
        logout_needs_id_token=True,
        login_hours=4,
    ),
}
