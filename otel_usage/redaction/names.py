"""Which names announce a secret: judged by their segments, so that ``max_tokens``, ``author`` and ``monkey`` do not."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from otel_usage.redaction.patterns import lazy, words

__all__ = ["NAME_ANCHORS", "Sensitivity", "sensitivity"]


class Sensitivity(NamedTuple):
    """What a name says about its value.

    Attributes:
        kind: The class of redaction.
        sure: The name alone is reason enough; otherwise the value must look like a secret.
    """

    kind: str
    sure: bool


NAME_ANCHORS = (
    "pass",
    "pw",
    "secret",
    "tok",
    "key",
    "auth",
    "cred",
    "cookie",
    "psk",
    "_pat",
    "_sk",
    "sonar",
    "certif",
)
"""Lower-case literals, one of which stands in every name that :func:`sensitivity` knows."""

_SEGMENT = lazy(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_HEADERS = words(
    "authorization proxyauthorization cookie cookies setcookie cookie2 xapikey xauthtoken xapitoken xaccesstoken xauthkey"
    " xauth privatetoken jobtoken deploytoken xvaulttoken xamzsecuritytoken ocpapimsubscriptionkey xgoogapikey xcsrftoken"
    " xxsrftoken xsessiontoken xshopifyaccesstoken xfigmatoken circletoken xplextoken xredlockauth xrapidapikey"
    " xfunctionskey xalgoliaapikey xconsultoken xsecrettoken xgitlabtoken xtoken apikeyauth xsubscriptiontoken"
    " sessionid jsessionid phpsessid aspsessionid connectsid laravelsession ghsess"
)
_SURE = words(
    "password passwd passwds passwords pwd passphrase passcode secret secretkey apikey apikeys authtoken accesstoken"
    " refreshtoken bearertoken clientsecret appsecret privatekey secretaccesskey sessiontoken accountkey sharedaccesskey"
    " sharedkey masterkey signingkey encryptionkey accesskey authkey subscriptionkey storagekey primarykeysecret"
    " requirepass masterauth becomepass dbpass userpass rootpass adminpass smtppass mailpass sshpass dbpwd dbpw rootpw bindpw keypass storepass"
    " pgpassword mysqlpwd idtoken apitoken bottoken personalaccesstoken securitytoken privatetoken servicekey"
    " consumersecret webhooksecret sastoken deploytoken csrftoken xsrftoken usertoken logintoken jwttoken oauthtoken"
    " apisecret secrettoken sessioncookie authcookie authsecret appkey licensekey connectionsecret sharedsecret"
    " registrationtoken pushtoken runnertoken ghtoken credential sessionkey signingsecret userpassword dbpassword"
    " tokensecret accesssecret accesskeysecret apptoken admintoken mastertoken keysecret hmackey hmacsecret cipherkey"
    " xapikey psk presharedkey adminpw userpw mailpw passwrd passwort functionkey instrumentationkey ingestionkey licencekey wpakey wifikey wepkey isakmpkey authenticationkey keystring devicekey writekey readkey adminkey"
    " apikeyprivate apikeypublic appcertificate sonarlogin"
)
_CLOUD = words("secretaccesskey accountkey sharedaccesskey storagekey securitytoken sastoken accesskeysecret")
_UNSURE = words("token tok auth credentials creds cred pass pw pat sk")
_UPPER_ONLY = frozenset(("key",))
# A key that finds a record or is made to be published.
_OPEN_KEYS = words(
    "public pub primary foreign sort cache partition host idempotency routing group index unique natural socket lookup object row"
)
_TAILS = words(
    "prod production dev development staging stage test live old new backup primary secondary tertiary default value val plain"
    " plaintext text raw base base64 b64 str env main current previous next admin root ro rw master v equals"
)
_HARMLESS = words(
    "url uri urls path paths file files filename filepath dir directory folder name names id ids identifier type types kind"
    " length len size count limit max min policy field fields label hint placeholder prompt expiry expires expiration exp ttl"
    " timeout age ref refs store storage manager provider service endpoint endpoints regex pattern reset required enabled"
    " disabled variable variables var vars arn version algorithm alg format prefix suffix location status strength chars char"
    " rules rule validator validation error errors message msg usage used counts index idx hash hashed digest column schema"
    " class factory handler helper utils util callback func function fn method mode scope scopes source mount engine rotation"
    " page view form input output budget cost price rate window bucket stream encoder decoder position offset style metadata"
    " info fingerprint verifier generator resolver getter setter map mapping spec config options settings params group list"
    " set array object event created updated at date time header headers parser cache pool request response model"
    " selector changed confirmation confirm strategy issuer audience map is has allow allowed require missing invalid"
    " authentication encoding domain host port address user username email level state step"
)


def _segments(name: str) -> list[str]:
    return [s.lower() for s in _SEGMENT().findall(name[-96:])]


@lru_cache(maxsize=2048)
def sensitivity(name: str) -> Sensitivity | None:
    """Judge a name: of a variable, an option, a header, a column, a key.

    Args:
        name: In any spelling: ``DB_PASSWORD``, ``clientSecret``, ``x-api-key``, ``spring.datasource.password``.

    Returns:
        None when the name announces nothing.
    """
    segments = _segments(name)
    while segments and (segments[-1].isdigit() or segments[-1] in _TAILS):
        segments.pop()
    # The mark of a class, which may be called api_key, announces nothing.
    if "[REDACTED:" in name or not segments or segments[-1] in _HARMLESS:
        return None
    for width in (1, 2, 3):
        if width > len(segments):
            break
        joined = "".join(segments[-width:])
        if joined in _HEADERS or "".join(segments) in _HEADERS:
            return Sensitivity("auth_header", sure=True)
        if joined in _SURE or (
            width == 1 and joined.endswith(("password", "passwd", "passphrase", "psk", "secret"))
        ):
            whole = "".join(segments[-3:])
            return Sensitivity("cloud_key" if whole.endswith(tuple(_CLOUD)) else "keyword_secret", sure=True)
    last = segments[-1]
    if last in _UNSURE:
        return Sensitivity(
            "keyword_secret",
            sure=len(segments) > 1
            and (last in {"pass", "pw"} or (last in {"token", "pat"} and name.isupper())),
        )
    if last in _UPPER_ONLY and len(segments) > 1 and segments[-2] not in _OPEN_KEYS:
        return Sensitivity("keyword_secret", sure=False)
    return None
