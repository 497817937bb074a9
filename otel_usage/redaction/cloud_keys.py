"""The rows of keys to clouds and to what is hosted on them; they are written as those of ``tokens`` are."""

from __future__ import annotations

from functools import partial

from otel_usage.redaction import validators as v
from otel_usage.redaction.rule import Rule
from otel_usage.redaction.token_rows import ALNUM, BASE64, END, URLSAFE, UUID, either, token

__all__ = ["CLOUD_KEYS"]

_cloud = partial(token, kind="cloud_key")
_AZURE_SIGNATURES = "+ASt +ASb +AEh +AMC ACDb AzCa AzSe AzFu +ABa +ACR AIoT AzAP ACOG AAAK"

# One row a line: the formatter would make eight of each.
# fmt: off
CLOUD_KEYS = (
    Rule("aws-access-key", "cloud_key", ("AKIA", "ASIA", "ABIA", "ACCA", "A3T"), "(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}" + END, "docs.aws.amazon.com/IAM: unique ids"),
    _cloud("aws-session", "IQoJb3JpZ2luX2 FwoGZXIvYXdz FQoGZXIvYXdz FQoDYXdz", r"[A-Za-z0-9+/=%_-]{40,3000}", "docs.aws.amazon.com/STS: session tokens begin with an encoded region"),
    _cloud("aws-bedrock", "ABSK bedrock-api-key-", r"[A-Za-z0-9+/=_%-]{60,2000}", "docs.aws.amazon.com/bedrock: API keys"),
    _cloud("aws-appsync", "da2-", "[a-z0-9]{26}" + END, "docs.aws.amazon.com/appsync: API keys"),
    _cloud("amazon-mws", "amzn.mws. amzn1.oa2-cs.v1.", "(?:" + UUID + "|[0-9a-f]{64})", "developer-docs.amazon.com: Selling Partner API"),
    _cloud("amazon-login", "Atza| Atzr| Atc|", BASE64 + "{40,2000}={0,2}", "developer.amazon.com: Login with Amazon"),
    Rule("aws-signature", "cloud_key", ("x-amz-signature", "x-amz-credential", "x-amz-security-token", "x-goog-signature", "x-goog-credential"), r"x-(?:amz|goog)-[a-z-]{9,14}(?:=|%3d)(?P<v>[^\s&\"'<>\\]{16,3000})", "docs.aws.amazon.com/S3 and cloud.google.com/storage: signed addresses", fold=True),
    _cloud("google-api", "AIza AQ.Ab", URLSAFE + "{35,50}", "cloud.google.com/docs/authentication/api-keys"),
    _cloud("google-oauth", "ya29. GOCSPX- 1//0 4/0A", r"[\w-]{20,600}", "developers.google.com/identity: OAuth 2.0"),
    _cloud("google-hmac", "GOOG1E GOOG", "[A-Z0-9]{16,60}" + END, "cloud.google.com/storage: HMAC keys", v.has_digit),
    Rule("azure-sas", "cloud_key", ("sig=", "sig%3d"), "sig(?:=|%3d)(?P<v>[A-Za-z0-9%+/_-]{40,140}=?)", "learn.microsoft.com: shared access signatures", v.two_kinds, fold=True),
    Rule("azure-ad", "cloud_key", ("Q~",), r"Q~[\w.~-]{31,34}(?![\w.~-])", "learn.microsoft.com/purview: Entra client secrets", before=r"\d[\w.~-]{3}"),
    Rule("azure-signed", "cloud_key", tuple(_AZURE_SIGNATURES.split()), either(_AZURE_SIGNATURES.split()) + r"[A-Za-z0-9+/_-]{4,8}={0,2}(?![A-Za-z0-9+/=])", "learn.microsoft.com/purview: Azure key signatures", v.two_kinds, before="[A-Za-z0-9+/_-]{33,76}"),
    Rule("azure-devops", "cloud_key", ("AZDO",), "AZDO[A-Za-z0-9]{4}" + END, "learn.microsoft.com/azure/devops: token format", before="[A-Za-z0-9]{76}"),
    _cloud("alibaba", "LTAI STS. CAIS", "[A-Za-z0-9+/_=-]{12,1000}" + END, "alibabacloud.com/help: AccessKey pairs, security tokens"),
    _cloud("tencent", "AKID", ALNUM + "{28,36}" + END, "cloud.tencent.com: access keys"),
    _cloud("volcengine", "AKLT", ALNUM + "{30,60}" + END, "volcengine.com/docs: access keys"),
    _cloud("baidu", "bce-v3/ALTAK-", "[A-Za-z0-9]{16,24}/[0-9a-f]{40}", "cloud.baidu.com/doc: API keys"),
    _cloud("yandex", "AQVN YCAJ YCM YCN YCO YCP y0_ t1.", r"[\w-]{20,300}(?:\.[\w-]{60,100})?", "yandex.cloud/docs: API keys"),
    _cloud("scaleway", "SCW", "[A-Z0-9]{17}" + END, "scaleway.com/docs: API keys", v.has_digit),
    _cloud("exoscale", "EXO", "[A-Za-z0-9]{24,30}" + END, "community.exoscale.com: API keys"),
    _cloud("upcloud", "ucat_", ALNUM + "{24,40}", "developers.upcloud.com: API tokens"),
    _cloud("scalingo", "tk-us-", URLSAFE + "{48}", "doc.scalingo.com: API tokens"),
    _cloud("backblaze", "K00", r"\d[A-Za-z0-9+/]{27}(?![A-Za-z0-9+/=])", "backblaze.com/docs: application keys"),
    _cloud("digitalocean", "dop_v1_ doo_v1_ dor_v1_ DO00 DO80", "(?:[0-9a-f]{64}|[A-Z0-9]{16}" + END + ")", "docs.digitalocean.com: personal access tokens"),
    _cloud("heroku", "HRKU-", URLSAFE + "{20,80}", "devcenter.heroku.com: OAuth tokens"),
    _cloud("fly", "fo1_ fm1r_ fm2_ fm1a_", r"[A-Za-z0-9+/_=-]{30,2000}", "fly.io/docs: tokens"),
    _cloud("vercel", "vcp_ vci_ vca_ vcr_ vck_", URLSAFE + "{20,80}", "vercel.com/docs: token formats"),
    _cloud("vercel-blob", "vercel_blob_rw_", ALNUM + "{10,24}_[A-Za-z0-9]{24,48}", "vercel.com/docs: Blob tokens"),
    _cloud("netlify", "nfp_ nfc_ nfo_ nfu_ nfb_", ALNUM + "{20,80}", "docs.netlify.com: token formats"),
    _cloud("render", "rnd_", ALNUM + "{20,80}", "render.com/docs: API keys"),
    _cloud("cloudflare", "cfut_ cfat_ cfk_", URLSAFE + "{30,80}", "developers.cloudflare.com: token formats"),
    _cloud("cloudflare-origin", "v1.0-", "[0-9a-f]{24}-[0-9a-f]{146}", "developers.cloudflare.com: Origin CA keys"),
    _cloud("ibm-cos", "ApiKey-", UUID, "cloud.ibm.com/docs: API keys"),
)
# fmt: on
"""Every row of a cloud's key."""
