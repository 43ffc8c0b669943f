"""OpenID Connect by configuration: the provider says who it is, the account here says what they may."""

from functools import cache
from pathlib import Path

from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth, StarletteOAuth2App
from starlette.requests import Request
from starlette.responses import Response

from planner.errors import Denied, DeploymentError
from planner.ui.installation import context

SCOPE = "openid profile email"


async def ask(request: Request) -> Response:
    """Send the browser to the provider; raises as :func:`_provider`."""
    response: Response = await _provider().authorize_redirect(request, str(request.url_for("vouched")))
    return response


async def name_of(request: Request) -> str:
    """The account's name in the provider's answer, whose signature, issuer, audience, nonce and state were checked.

    Raises:
        Denied: the provider refused, the answer is not its own, or it names nobody.
    """
    try:
        token = await _provider().authorize_access_token(request)  # type: ignore[no-untyped-call]
    except OAuthError as problem:
        raise Denied("provider_refused", reason=problem.error or "") from problem
    name = token.get("userinfo", {}).get(context().settings.oidc_claim)
    if not isinstance(name, str) or not name:
        raise Denied("provider_names_nobody", claim=context().settings.oidc_claim)
    return name


@cache
def _provider() -> StarletteOAuth2App:
    settings = context().settings
    if settings.identity != "oidc":
        raise Denied("sign_in_elsewhere")
    if not (settings.oidc_metadata and settings.oidc_client and settings.oidc_secret_file):
        raise DeploymentError("oidc_incomplete")
    made: StarletteOAuth2App = OAuth().register(
        "provider",
        server_metadata_url=settings.oidc_metadata,
        client_id=settings.oidc_client,
        client_secret=Path(settings.oidc_secret_file).read_text(encoding="utf-8").strip(),
        client_kwargs={"scope": SCOPE, "code_challenge_method": "S256"},
    )
    return made
