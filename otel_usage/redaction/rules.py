"""The rules: one row a format, anchored on a literal, bounded, with the document that describes the format.

A row costs nothing until its anchor is seen. To add one: choose the shortest literal that every instance holds, bound
every quantifier, start the pattern at the literal, name the source. Patterns are written from the formats that the
providers document or show in their own examples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from otel_usage.redaction import personal as p
from otel_usage.redaction import validators as v
from otel_usage.redaction.rule import Rule

if TYPE_CHECKING:
    from otel_usage.redaction.validators import Check

__all__ = ["DEFAULT_CLASSES", "OPT_IN_CLASSES", "RULES"]

DEFAULT_CLASSES = (
    "private_key",
    "jwt",
    "cloud_key",
    "api_key",
    "auth_header",
    "url_credentials",
    "keyword_secret",
    "email",
    "path_user",
    "private_ip",
    "money",
)
"""The classes that are on when nothing is said, first the one whose name a merged span takes."""

OPT_IN_CLASSES = ("credit_card", "iban", "ssn", "phone", "money_other", "high_entropy")
"""The classes that must be asked for by name, or with ``all``."""


def _token(
    name: str, prefixes: str, body: str, source: str, check: Check = v.any_value, kind: str = "api_key"
) -> Rule:
    """Make the row of a token that is one of some prefixes and a body."""
    anchors = tuple(prefixes.split())
    start = "|".join(a.replace(".", r"\.").replace("$", r"\$").replace("+", r"\+") for a in anchors)
    return Rule(name, kind, anchors, f"(?:{start}){body}", source, check)


_ALNUM = "[A-Za-z0-9]"
_URLSAFE = "[A-Za-z0-9_-]"
_UUID = "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"

# One row a line: the formatter would make eight of each.
# fmt: off
_MODEL_TOKENS = (
    _token("openai", "sk-proj- sk-svcacct- sk-admin- sk-None- sk-service-", _URLSAFE + "{20,400}", "platform.openai.com: API keys"),
    _token("sk", "sk- sk_ rk_", _ALNUM + r"(?:[A-Za-z0-9_-]{14,400})", "OpenAI's older keys and the many services that took over the form", v.two_kinds),
    _token("anthropic", "sk-ant-", _URLSAFE + "{20,400}", "docs.anthropic.com: API keys (api, admin, oat, ort, sid)"),
    _token("openrouter", "sk-or-", _URLSAFE + "{20,200}", "openrouter.ai/docs: authentication"),
    _token("langfuse", "sk-lf- pk-lf-", _UUID, "langfuse.com/docs: API keys"),
    _token("groq", "gsk_", _ALNUM + "{20,200}", "console.groq.com/docs"),
    _token("xai", "xai-", _ALNUM + "{20,200}", "docs.x.ai"),
    _token("perplexity", "pplx-", _ALNUM + "{20,200}", "docs.perplexity.ai"),
    _token("replicate", "r8_", _ALNUM + "{20,80}", "replicate.com/docs: API tokens"),
    _token("huggingface", "hf_ api_org_", _ALNUM + "{20,80}", "huggingface.co/docs/hub: user access tokens"),
    _token("fireworks", "fw_ fpk_", _ALNUM + "{16,80}", "docs.fireworks.ai", v.two_kinds),
    _token("together", "tgp_v1_", _URLSAFE + "{20,80}", "docs.together.ai"),
    _token("cerebras", "csk-", _ALNUM + "{20,80}", "inference-docs.cerebras.ai"),
    _token("nvidia", "nvapi-", _URLSAFE + "{20,120}", "docs.api.nvidia.com"),
    _token("voyage", "pa- al-", _URLSAFE + "{30,80}", "docs.voyageai.com", v.two_kinds),
    _token("jina", "jina_", _URLSAFE + "{20,120}", "jina.ai/embeddings"),
    _token("tavily", "tvly-", _URLSAFE + "{16,80}", "docs.tavily.com"),
    _token("firecrawl", "fc-", "[0-9a-f]{32}(?![0-9A-Za-z])", "docs.firecrawl.dev"),
    _token("pinecone", "pcsk_", _URLSAFE + "{20,200}", "docs.pinecone.io: API keys"),
    _token("langsmith", "lsv2_ ls__", _ALNUM + r"[A-Za-z0-9_]{20,120}", "docs.smith.langchain.com: API keys"),
    _token("wandb", "wandb_v1_", _URLSAFE + "{20,120}", "docs.wandb.ai"),
    _token("logfire", "pylf_", r"v\d{1,2}_[a-z0-9]{2,12}_[A-Za-z0-9]{20,80}", "pydantic.dev/docs/logfire: tokens"),
    _token("e2b", "e2b_", _ALNUM + "{20,80}", "e2b.dev/docs"),
    _token("runpod", "rpa_", _ALNUM + "{20,80}", "docs.runpod.io"),
    _token("modal", "ak- as-", _ALNUM + "{20,40}(?![A-Za-z0-9-])", "modal.com/docs: tokens", v.two_kinds),
    _token("llamaindex", "llx-", _ALNUM + "{20,80}", "docs.cloud.llamaindex.ai"),
    _token("helicone", "sk-helicone- pk-helicone-", _URLSAFE + "{16,80}", "docs.helicone.ai"),
    _token("deepinfra-style", "gsk- dk- ek- mk- nk-", _ALNUM + "{24,80}", "sibling forms of service keys", v.two_kinds),
    _token("google-api", "AIza", _URLSAFE + "{35}", "cloud.google.com/docs/authentication/api-keys", kind="cloud_key"),
)
_CODE_TOKENS = (
    _token("github", "ghp_ gho_ ghu_ ghs_ ghr_", _ALNUM + "[A-Za-z0-9_]{29,255}", "docs.github.com: token formats"),
    _token("github-fine", "github_pat_", r"\w{22,255}", "docs.github.com: token formats"),
    _token("gitlab", "glpat- gloas- gldt- glrt- glcbt- glptt- glft- glimt- glagent- glsoat- glffct- glwt-", r"[\w-]{16,300}(?:\.[\w-]{2,40}){0,2}", "docs.gitlab.com: token overview"),
    _token("gitlab-runner", "GR1348941", _URLSAFE + "{16,80}", "docs.gitlab.com: token overview"),
    _token("bitbucket", "ATBB ATCTT3 ATATT3", r"[A-Za-z0-9_=-]{20,400}", "support.atlassian.com: access tokens"),
    _token("npm", "npm_", _ALNUM + "{30,80}", "the documentation of npm: access tokens"),
    _token("pypi", "pypi-AgE", _URLSAFE + "{30,400}", "the package index's help on API tokens"),
    _token("rubygems", "rubygems_", "[0-9a-f]{40,64}", "the RubyGems guides: API key scopes"),
    _token("cargo", "cio", _ALNUM + "{32}(?![A-Za-z0-9])", "doc.rust-lang.org/cargo: publishing", v.two_kinds),
    _token("nuget", "oy2", "[a-z0-9]{43}(?![A-Za-z0-9])", "learn.microsoft.com/nuget: scoped API keys"),
    _token("docker", "dckr_pat_ dckr_oat_", _URLSAFE + "{16,120}", "docs.docker.com: access tokens"),
    _token("artifactory", "AKCp cmVmd", _ALNUM + "{50,120}", "jfrog.com/help: reference tokens"),
    _token("sonar", "squ_ sqp_ sqa_", "[0-9a-f]{40}", "docs.sonarsource.com: user tokens"),
    _token("circleci", "CCIPAT_ CCIPRJ_", r"[A-Za-z0-9]{8,40}_[0-9a-f]{40}", "circleci.com/docs: managing API tokens"),
    _token("buildkite", "bkua_ bkaj_ bkct_ bkpt_", _ALNUM + "{32,64}", "buildkite.com/docs: access tokens"),
    _token("sourcegraph", "sgp_ slk_ sgs_", r"(?:[0-9a-f]{16}_|local_)?[0-9a-f]{40,64}", "docs.sourcegraph.com"),
    _token("postman", "PMAK-", "[0-9a-f]{24}-[0-9a-f]{34}", "learning.postman.com: API keys"),
    _token("terraform", "tfe-", _ALNUM + "{30,80}", "developer.hashicorp.com/terraform: API tokens"),
    Rule("terraform-atlas", "api_key", (".atlasv1.",), r"\.atlasv1\.[A-Za-z0-9_-]{40,120}", "developer.hashicorp.com/terraform: API tokens", before=r"[A-Za-z0-9]{10,20}"),
    _token("pulumi", "pul-", "[0-9a-f]{40}", "pulumi.com/docs: access tokens"),
    _token("vault", "hvs. hvb. hvr.", _URLSAFE + "{20,300}", "developer.hashicorp.com/vault: tokens"),
    _token("doppler", "dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit. dp.said.", r"(?:[\w-]{2,36}\.)?[A-Za-z0-9]{30,80}", "docs.doppler.com: token formats"),
    _token("onepassword", "ops_eyJ", r"[A-Za-z0-9+/_=-]{60,4000}", "developer.1password.com: service accounts"),
    _token("onepassword-key", "A3-", r"[A-Z0-9]{6}-[A-Z0-9]{5,11}-[A-Z0-9]{5}(?:-[A-Z0-9]{5}){2,4}", "support.1password.com: Secret Key"),
    _token("infisical", "st.", r"[0-9a-f]{24}\.[0-9a-f]{32,64}\.[0-9a-f]{32}", "infisical.com/docs: service tokens"),
    _token("age", "AGE-SECRET-KEY-1", "[0-9A-Z]{58}", "age-encryption.org/v1", kind="private_key"),
    _token("prefect", "pnu_ pnb_", _ALNUM + "{30,60}", "docs.prefect.io: API keys"),
    _token("dbt", "dbtc_ dbtu_ dbts_", r"[A-Za-z0-9_-]{20,80}", "docs.getdbt.com: tokens"),
    _token("databricks", "dapi dkea dose", r"[0-9a-f]{32}(?:-\d{1,2})?(?![0-9A-Za-z])", "docs.databricks.com: personal access tokens"),
    _token("clojars", "CLOJARS_", "[0-9a-f]{60}", "github.com/clojars: deploy tokens"),
    _token("harness", "pat. sat.", r"[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9]{20,26}\.[A-Za-z0-9]{16,24}", "developer.harness.io: API keys"),
    _token("octopus", "API-", "[A-Z0-9]{25,32}(?![A-Za-z0-9])", "octopus.com/docs: API keys", v.has_digit),
    _token("openshift", "sha256~", r"[\w-]{43}", "docs.openshift.com: OAuth tokens"),
    _token("tailscale", "tskey-", r"[a-z]{2,12}-[A-Za-z0-9]{6,40}(?:-[A-Za-z0-9]{10,60})?", "tailscale.com/kb: key prefixes"),
    _token("planetscale", "pscale_tkn_ pscale_pw_ pscale_oauth_", r"[\w.=-]{30,100}", "planetscale.com/docs: service tokens"),
    _token("supabase", "sbp_ sb_secret_", r"\w[\w-]{19,100}", "supabase.com/docs: API keys"),
    _token("neon", "napi_", _ALNUM + "{30,100}", "neon.tech/docs: API keys"),
    _token("aiven", "AVNS_", _URLSAFE + "{12,60}", "aiven.io/docs: service passwords"),
)
_SERVICE_TOKENS = (
    _token("slack", "xoxb- xoxa- xoxp- xoxr- xoxs- xoxe- xoxo- xoxc- xoxd- xoxe.xoxp- xoxe.xoxb- xapp-", r"[A-Za-z0-9%/+=-]{10,400}", "api.slack.com: token types"),
    Rule("slack-webhook", "api_key", ("hooks.slack",), r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9_/-]{20,120}", "api.slack.com: incoming webhooks", before=r"(?://:s?ptth)?", word=False),
    Rule("discord-webhook", "api_key", ("/api/webhooks/",), r"/api/webhooks/\d{10,24}/[\w-]{40,100}", "discord.com/developers: webhooks", before=r"[\w.]{8,30}//:s?ptth", word=False),
    Rule("teams-webhook", "api_key", (".webhook.office.com/",), r"\.webhook\.office\.com/webhookb2/[\w@/-]{60,240}", "learn.microsoft.com: incoming webhooks", before=r"[\w-]{1,60}//:s?ptth", word=False),
    Rule("zapier-webhook", "api_key", ("hooks.zapier.com/",), r"hooks\.zapier\.com/hooks/catch/\d{3,12}/\w{4,20}", "zapier.com/help: webhooks", before=r"(?://:s?ptth)?", word=False),
    Rule("telegram", "api_key", (":AA",), r":AA[\w-]{32,40}", "core.telegram.org/bots: authorizing", before=r"\d{7,12}(?:tob)?"),
    Rule("discord-bot", "api_key", (".",), r"\.[\w-]{6}\.[\w-]{27,45}(?![\w-])", "discord.com/developers: bot tokens", v.two_kinds, before=r"[\w-]{22,27}[MNO]"),
    _token("stripe", "sk_live_ sk_test_ rk_live_ rk_test_ sk_prod_ rk_prod_ pk_live_ pk_test_", _ALNUM + "{10,250}", "docs.stripe.com: API keys"),
    _token("stripe-webhook", "whsec_", r"[A-Za-z0-9+/]{20,100}={0,2}", "docs.stripe.com: webhook signatures"),
    _token("square", "sq0atp- sq0csp- sq0idp- EAAAE EAAAl", _URLSAFE + "{20,120}", "developer.squareup.com: access tokens"),
    _token("shopify", "shpat_ shpca_ shppa_ shpss_ shptka_ shpua_", "[0-9a-fA-F]{32,64}", "shopify.dev: access tokens"),
    _token("paypal", "access_token$production$ access_token$sandbox$", r"[0-9a-z]{16}\$[0-9a-f]{32}", "developer.paypal.com: Braintree access tokens"),
    _token("plaid", "access-sandbox- access-development- access-production-", _UUID, "plaid.com/docs: access tokens"),
    _token("razorpay", "rzp_live_ rzp_test_", _ALNUM + "{14,40}", "razorpay.com/docs: API keys"),
    _token("flutterwave", "FLWSECK_TEST- FLWSECK- FLWSECK_", r"[A-Za-z0-9-]{12,64}", "developer.flutterwave.com"),
    _token("gocardless", "live_ test_", r"[A-Za-z0-9_=-]{32,64}(?![\w-])", "developer.gocardless.com and others of the form", v.two_kinds),
    _token("twilio", "SK AC", "[0-9a-f]{32}(?![0-9A-Za-z])", "twilio.com/docs: API keys"),
    _token("sendgrid", "SG.", r"[\w-]{16,32}\.[\w-]{16,64}", "docs.sendgrid.com: API keys"),
    _token("mailgun", "key- pubkey-", "[0-9a-f]{32}(?![0-9A-Za-z])", "documentation.mailgun.com: API keys"),
    Rule("mailchimp", "api_key", ("-us",), r"-us\d{1,2}(?![0-9A-Za-z-])", "mailchimp.com/developer: API keys", before="[0-9a-f]{32}"),
    _token("brevo", "xkeysib- xsmtpsib-", "[0-9a-f]{64}(?:-[A-Za-z0-9]{16})?", "developers.brevo.com"),
    _token("resend", "re_", r"[A-Za-z0-9]{8,16}_[A-Za-z0-9]{16,40}", "resend.com/docs: API keys"),
    _token("linear", "lin_api_ lin_oauth_", _ALNUM + "{32,80}", "linear.app/developers"),
    _token("notion", "ntn_ secret_", _ALNUM + "{40,60}(?![A-Za-z0-9])", "developers.notion.com: authorization"),
    Rule("airtable", "api_key", ("pat",), r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}", "airtable.com/developers: personal access tokens"),
    _token("asana", "0/ 1/ 2/", r"\d{10,20}(?:/\d{10,20})?:[0-9a-f]{32}", "developers.asana.com: personal access tokens"),
    _token("figma", "figd_ figo_ figu_", _URLSAFE + "{20,100}", "developers.figma.com: access tokens"),
    _token("contentful", "CFPAT-", _URLSAFE + "{40,60}", "contentful.com/developers: personal access tokens"),
    _token("typeform", "tfp_", r"[\w.=-]{40,80}", "typeform.com/developers"),
    _token("hubspot", "pat-na1- pat-na2- pat-eu1- pat-ap1-", _UUID, "developers.hubspot.com: private apps"),
    _token("dropbox", "sl.", r"[A-Za-z0-9_-]{100,1400}", "dropbox.com/developers: access tokens"),
    _token("facebook", "EAAB EAAC EAAD EAAG EAAM EAAJ", _ALNUM + "{60,400}", "developers.facebook.com: access tokens"),
    _token("twitter-bearer", "AAAAAAAAAAAAAAAAAAAAA", "[A-Za-z0-9%]{40,200}", "developer.x.com: bearer tokens", v.has_digit),
    _token("frameio", "fio-u-", _URLSAFE + "{40,80}", "developer.frame.io"),
    _token("shippo", "shippo_live_ shippo_test_", "[0-9a-f]{40}", "docs.goshippo.com"),
    _token("easypost", "EZAK EZTK", _ALNUM + "{54}", "docs.easypost.com"),
    _token("duffel", "duffel_live_ duffel_test_", r"[A-Za-z0-9_=-]{40,60}", "duffel.com/docs"),
    _token("readme", "rdme_", "[a-z0-9]{40,80}", "docs.readme.com"),
    _token("adafruit", "aio_", _ALNUM + "{28}(?![A-Za-z0-9])", "io.adafruit.com/api/docs"),
    _token("launchdarkly", "sdk- mob- api-", _UUID, "docs.launchdarkly.com: SDK credentials"),
    _token("posthog", "phx_ phs_ phc_", _ALNUM + "{30,80}", "posthog.com/docs: personal API keys"),
    _token("newrelic", "NRAK- NRJS- NRII- NRAA- NRRA- NRIQ-", r"[A-Za-z0-9_-]{16,64}", "docs.newrelic.com: API keys"),
    _token("grafana", "glsa_ glc_ eyJrIjoi", r"[A-Za-z0-9+/_=]{30,400}", "grafana.com/docs: service account tokens"),
    _token("sentry", "sntrys_ sntryu_ sntrya_", r"[A-Za-z0-9+/_=]{40,400}", "docs.sentry.io: auth tokens"),
    _token("honeycomb", "hcaik_ hcxik_ hcbik_ hcalk_ hcamk_", "[a-z0-9]{26,80}", "docs.honeycomb.io: API keys"),
    _token("dynatrace", "dt0c01. dt0s01. dt0s02. dt0s16. dt0s08.", r"[A-Z0-9]{8,24}(?:\.[A-Z0-9]{64})?", "docs.dynatrace.com: token format"),
    _token("lightstep-style", "lst_ dop_ cfut_ cfat_ cfk_ vcp_ vci_ vca_ vcr_ vck_ rnd_ nfp_ nfc_ nfo_ uptr_ inf_ sgat_ ctx7sk-", _ALNUM + r"[A-Za-z0-9_-]{19,120}", "vercel.com, developers.cloudflare.com, docs.netlify.com, render.com: token prefixes", v.two_kinds),
    _token("fly", "fo1_ fm1r_ fm2_ fm1a_", r"[A-Za-z0-9+/_=-]{30,2000}", "fly.io/docs: tokens"),
    _token("okta", "SSWS ", _URLSAFE + "{30,60}", "developer.okta.com: API tokens"),
    _token("adobe", "p8e-", _ALNUM + "{32}(?![A-Za-z0-9])", "developer.adobe.com"),
    _token("pagerduty", "u+ y+ e+", _URLSAFE + "{18}(?![A-Za-z0-9_-])", "developer.pagerduty.com: authentication", v.two_kinds),
    _token("clickhouse", "4b1d", _ALNUM + "{38}(?![A-Za-z0-9])", "clickhouse.com/docs: cloud API keys", v.two_kinds),
    Rule("salesforce", "api_key", ("00D",), r"00D[A-Za-z0-9]{12,15}![A-Za-z0-9_.]{60,160}", "developer.salesforce.com: session ids"),
    Rule("mapbox", "api_key", ("sk.eyJ", "pk.eyJ", "tk.eyJ"), r"[spt]k\.eyJ[\w-]{20,400}\.[\w-]{16,80}", "docs.mapbox.com: access tokens"),
    Rule("named-prefix", "api_key", ( "pat_", "pat-", "_live", "_test", "key_", "key-", "api_", "api-", "apikey", "token_", "token-", "tok_", "secret_", "secret-", "_sk_", "-sk-", "_v1_", "-v1-", "_pk_", "_prod_", "_rk_", "_uk_", "cli_" ), r"[a-z0-9_-]{2,9}(?:(?<=[_-])|[_-])(?P<tail>[a-z0-9]{20,200})(?:[_-][a-z0-9]{6,100}){0,4}(?![a-z0-9])", "the form that services without a row of their own use: a word for a key, then a random part", v.two_kinds, fold=True, before=r"[A-Za-z0-9_-]{0,20}"),
)
_CLOUD_KEYS = (
    Rule("aws-access-key", "cloud_key", ("AKIA", "ASIA", "ABIA", "ACCA", "A3T"), r"(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])", "docs.aws.amazon.com/IAM: unique ids"),
    _token("aws-session", "IQoJb3JpZ2luX2 FwoGZXIvYXdz FQoGZXIvYXdz FQoDYXdz", r"[A-Za-z0-9+/=%_-]{40,3000}", "docs.aws.amazon.com/STS: session tokens begin with an encoded region", kind="cloud_key"),
    _token("aws-bedrock", "ABSK bedrock-api-key-", r"[A-Za-z0-9+/=_%-]{60,2000}", "docs.aws.amazon.com/bedrock: API keys", kind="cloud_key"),
    Rule("aws-signature", "cloud_key", ( "x-amz-signature", "x-amz-credential", "x-amz-security-token", "x-goog-signature", "x-goog-credential" ), r"x-(?:amz|goog)-[a-z-]{9,14}(?:=|%3d)(?P<v>[^\s&\"'<>\\]{16,3000})", "docs.aws.amazon.com/S3 and cloud.google.com/storage: signed addresses", fold=True),
    _token("google-oauth", "ya29. GOCSPX- 1//0", r"[\w-]{20,600}", "developers.google.com/identity: OAuth 2.0", kind="cloud_key"),
    Rule("azure-sas", "cloud_key", ("sig=", "sig%3d"), r"sig(?:=|%3d)(?P<v>[A-Za-z0-9%+/_-]{40,140}=?)", "learn.microsoft.com: shared access signatures", v.two_kinds, fold=True),
    Rule("azure-ad", "cloud_key", ("Q~",), r"Q~[\w.~-]{31,34}(?![\w.~-])", "learn.microsoft.com/purview: Entra client secrets", before=r"\d[\w.~-]{3}"),
    Rule("azure-signed", "cloud_key", ( "+ASt", "+ASb", "+AEh", "+AMC", "ACDb", "AzCa", "AzSe", "AzFu", "+ABa", "+ACR", "AIoT", "AzAP", "ACOG", "AAAK" ), r"(?:\+ASt|\+ASb|\+AEh|\+AMC|ACDb|AzCa|AzSe|AzFu|\+ABa|\+ACR|AIoT|AzAP|ACOG|AAAK)[A-Za-z0-9+/]{4,8}={0,2}(?![A-Za-z0-9+/=])", "learn.microsoft.com/purview: Azure key signatures", v.two_kinds, before=r"[A-Za-z0-9+/]{33,76}"),
    Rule("azure-devops", "cloud_key", ("AZDO",), r"AZDO[A-Za-z0-9]{4}(?![A-Za-z0-9])", "learn.microsoft.com/azure/devops: token format", before=r"[A-Za-z0-9]{76}"),
    _token("alibaba", "LTAI", _ALNUM + "{12,28}(?![A-Za-z0-9])", "alibabacloud.com/help: AccessKey pairs", kind="cloud_key"),
    _token("tencent", "AKID", _ALNUM + "{28,36}(?![A-Za-z0-9])", "cloud.tencent.com: access keys", kind="cloud_key"),
    _token("yandex", "AQVN YCAJ YCM t1.", r"[\w-]{20,300}(?:\.[\w-]{60,100})?", "yandex.cloud/docs: API keys", v.two_kinds, kind="cloud_key"),
    _token("scaleway", "SCW", "[A-Z0-9]{17}(?![A-Za-z0-9])", "scaleway.com/docs: API keys", v.has_digit, kind="cloud_key"),
    _token("digitalocean", "dop_v1_ doo_v1_ dor_v1_ DO00", r"(?:[0-9a-f]{64}|[A-Z0-9]{16}(?![A-Za-z0-9]))", "docs.digitalocean.com: personal access tokens", kind="cloud_key"),
    _token("heroku", "HRKU-", _URLSAFE + "{20,80}", "devcenter.heroku.com: OAuth tokens", kind="cloud_key"),
    _token("cloudflare-origin", "v1.0-", "[0-9a-f]{24}-[0-9a-f]{146}", "developers.cloudflare.com: Origin CA keys", kind="cloud_key"),
    _token("ibm-cos", "ApiKey-", _UUID, "cloud.ibm.com/docs: API keys", kind="cloud_key"),
)
_SEP = r"(?:[\s>|\"'+,`]|\\{1,8}[nrt\"])"
_B64_LINE = rf"(?:{_SEP}{{1,80}}+[A-Za-z0-9+/]{{16,}}+={{0,2}})"
# The same, read from right to left: an escaped line break is then an "n" before its backslash.
_RSEP = r"(?:[\s>|\"'+,`]|[nrt\"]\\{1,8}){1,80}+={0,2}"
_RRUN = r"(?:(?![nrt]\\)[A-Za-z0-9+/])"
_STRUCTURED = (
    Rule("pem", "private_key", ("-----BEGIN ", "---- BEGIN "), r"-{4,5} ?BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)? ?-{4,5}(?:(?:[\s>|]|\\{1,8}[nr]){1,40}[A-Za-z][A-Za-z0-9-]{1,30}: [^\n\\]{0,200}){0,8}" + _B64_LINE + r"*+(?:(?:[\s>|\"'+,`]|\\{1,8}[nrt\"]){0,80}+[A-Za-z0-9+/]{1,76}={0,2}(?=\W{0,80}(?:-----END|$))|(?:[\s>|]|\\{1,8}[nr]){0,8}=[A-Za-z0-9+/]{4})?(?:(?:[\s>|\"'+,`]|\\{1,8}[nrt\"]){0,80}-{4,5} ?END [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)? ?-{0,5})?", "RFC 7468; RFC 4880 for PGP", v.pem_body, word=False),
    Rule("pem-tail", "private_key", ("-----END ",), r"-----END [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----", "RFC 7468, cut off at its beginning", before=rf"(?:{_RSEP}{_RRUN}{{1,39}}+)?(?:{_RSEP}{_RRUN}{{40,80}}+){{1,120}}(?:{_RSEP}{_RRUN}{{16,39}}+)?", reach=10_000, word=False),
    Rule("putty", "private_key", ("Private-Lines: ",), r"Private-Lines: \d{1,4}" + _B64_LINE + "{1,200}+", "PuTTY manual, appendix C", word=False),
    Rule("jwt", "jwt", ("eyJ",), r"eyJ[\w-]{10,2048}+(?:\.|%2[eE])(?:[\w-]{2,16384}+(?:(?:\.|%2[eE])[\w-]{0,16384}+){0,3}|(?:\.[\w-]{16,8192}+){2,3})", "RFC 7519, RFC 7516"),
    Rule("jwt-header", "jwt", ("eyJhbGci", "eyJ0eXAi", "eyJraWQi", "eyJlbmMi"), r"eyJ(?:hbGci|0eXAi|raWQi|lbmMi)[\w-]{8,8192}", "RFC 7519, cut off in its first part"),
    Rule("bearer", "auth_header", ("bearer",), r"bearer(?:\\?[\"'`]?[ \t+]{1,4}|%20|:\s{0,4}|\s{0,2}[\"'`],\s{0,4}[\"'`])[\"'`]?(?P<v>[A-Za-z0-9_~+/.%=-]{8,4096})", "RFC 6750", v.two_kinds, fold=True),
    Rule("basic", "auth_header", ("basic",), r"basic(?:[ \t+]{1,4}|%20)(?P<v>[A-Za-z0-9+/_-]{10,1024}={0,2})(?![\w.])", "RFC 7617", v.two_kinds, fold=True),
    Rule("aws-header", "auth_header", ("AWS4-HMAC-SHA256",), r"AWS4-HMAC-SHA256\s{1,4}(?P<v>Credential=[^\n\"']{20,600})", "docs.aws.amazon.com: Signature Version 4"),
    Rule("authorization", "auth_header", ("authorization",), r"authorization\\{0,8}[\"'`]?\]?\s{0,4}(?:[:=,]|=>|%3a)\s{0,4}(?:[bfru]{0,2}\\{0,8}[\"'`])?(?:(?:bearer|basic|token|digest|apikey|api-key|negotiate|ntlm|aws4-hmac-sha256|sharedkey|sharedaccesssignature|key|bot|ghost|splunk|ssws|genie ?key|zoho-oauthtoken|discogs|mac|hawk|dpop|oauth)(?:[ \t:+]{1,4}|%20))?(?:\\{0,8}[\"'])?(?P<v>[^\s\"'`\\<>{}\[\]()$,;][^\n\"'`\\<>{}$\x00;,]{3,600}+(?:[;,=][^\n\"'`\\<>{}$\x00]{1,800}+)?)", "RFC 9110, section 11.6.2", v.two_kinds, fold=True),
    Rule("digest", "auth_header", ("response=",), r"response=\\{0,8}\"(?P<v>[0-9a-f]{32,64})", "RFC 7616", fold=True),
    Rule("cookie-pair", "auth_header", ("sess", "sid=", "csrf", "xsrf", "auth=", "token="), r"[a-z]{3,8}[\w.-]{0,24}=(?P<v>[^\s;,&\"'<>\\\x00]{12,2048})", "RFC 6265", v.cookie_value, fold=True, word=False),
    Rule("curl-user", "auth_header", ("-u", "--user", "--proxy-user", "-U"), r"(?<=\s)(?:-[uU]|--(?:proxy-)?user)[ =]?\\{0,4}[\"']?[^\s:\"'\\/$<{]{1,128}:(?P<v>[^\s\"'\\$<{][^\s\"'\\]{1,256})", "curl's manual, option -u", v.filled_in, word=False),
    Rule("basic-flag", "keyword_secret", ("-p", "-a "), r"(?<=\s)-(?:p[\"']?|a [\"']?)(?P<v>[^\s\"'\\]{4,128})", "mysql, redis-cli and sshpass manuals", v.filled_in, word=False, reach=180, before=r"\s[^\n|;&]{0,160}(?:lqsym|nimdalqsym|pmudlqsym|bdairam|ilc-sider|ssaphss|pmudlqsym|lqsym|nigol rekcod|nigol namdop|hsognom|hsysqlm|dmclqs|pcb|nigol zjx)(?!\w)"),
    Rule("login-flag", "keyword_secret", ("-p ", "-P "), r"(?<=\s)-[pP] [\"']?(?P<v>[^\s\"'\\]{4,128})", "docker login, sshpass, mongosh and sqlcmd manuals", v.filled_in, word=False, reach=180, before=r"\s[^\n|;&]{0,160}(?:nigol rekcod|nigol namdop|ssaphss|hsognom|ognom|dmclqs|pcb|nigol mleh|nigol za|pmudognom|erotserognom)(?!\w)"),
    Rule("identified-by", "keyword_secret", ("identified",), r"identified (?:by|with \w{1,40} (?:by|as))(?: password)?\s{1,8}\\{0,8}[\"'`]?(?P<v>[^\s\"'`\\;<>]{3,256})", "MySQL and Oracle manuals: CREATE USER", v.quoted_or_secret, fold=True),
    Rule("url-userinfo", "url_credentials", ("://",), r"://[^\s/?#@:\"'<>\\]{0,128}:(?P<v>(?!\[)[^\s/\"'<>\\\x00]{1,512})@", "RFC 3986, section 3.2.1", v.filled_in, word=False),
    Rule("url-userinfo-slash", "url_credentials", ("://",), r"://[^\s/?#@:\"'<>\\]{0,128}:(?P<v>(?![\[\d])[^\s@\"'<>\\\x00]{1,128})@[\w.-]{1,128}[:/]", "RFC 3986, with a slash that should have been encoded", v.filled_in, word=False),
    Rule("url-token", "url_credentials", ("://",), r"://(?P<v>[A-Za-z0-9_-]{16,256})(?::x-oauth-basic)?@", "RFC 3986, section 3.2.1; DSN of error trackers", v.two_kinds, word=False),
    Rule("url-encoded-userinfo", "url_credentials", ("%3a%2f%2f",), r"%3a%2f%2f(?:[^\s/?#@\"'<>&%]|%(?!3a|40|2f)){1,128}+%3a(?P<v>(?:[^\s/\"'<>\\&%]|%(?!40|2f)){1,256}+)%40", "RFC 3986, percent-encoded", fold=True, word=False),
    Rule("dsn-driver", "url_credentials", ("@tcp(", "@unix("), r"@(?:tcp|unix)\(", "github.com/go-sql-driver/mysql: DSN", before=r"(?P<v>[^\s:\"'@]{1,128}):(?=\w)", word=False),
    Rule("oracle-jdbc", "url_credentials", ("jdbc:oracle:",), r"jdbc:oracle:\w{2,8}:\w{1,64}/(?P<v>[^\s@/\"'\\]{1,128})@", "docs.oracle.com: JDBC thin", fold=True),
)
_USER = r"(?P<v>(?:[^\s\\/:*?\"'<>|,;()\[\]{}$%`&=\x00]|\[(?!REDACTED)){1,64}"
_WIN_SEP = r"(?:\\{1,8}|/{1,2}|%5[cC]|%2[fF])"
_POSIX_USER = _USER + r"(?:(?: [A-Z][\w.'-]{0,40}){1,2}(?=/))?)"
_AMOUNT = r"\d{1,3}(?:,\d{3}){1,6}(?:\.\d{1,8})?|\d{1,15}(?:\.\d{1,9})?"
_SCALE = r"(?:\s?(?:million|billion|trillion|thousand|hundred|mio|mln|bn)\b|\s?(?:mm|[kmb])(?![a-z0-9]))?"
_RNUM = r"(?P<v>\d[\d,.]{0,24})"

_PERSONAL = (
    Rule("email", "email", ("@", "%40", r"\u0040"), r"(?:@|%40|\\{1,4}u0040)(?:[^\W_](?:[\w-]{0,62}\w)?\.){1,8}(?:xn--[a-z0-9-]{2,59}|[^\W\d_]{2,24})(?![\w-])", "RFC 5321", p.email, fold=True, before=r"[\w+%-][\w.+%-]{0,63}", word=False),
    Rule("path-posix", "path_user", ("/home/", "/Users/", "/homes/"), r"/(?:home|Users|homes)/{1,2}" + _POSIX_USER, "Filesystem Hierarchy Standard; macOS", p.person, word=True),
    Rule("path-posix-below", "path_user", ("/home/", "/Users/", "/users/"), r"/(?:home|[Uu]sers)/" + _POSIX_USER, "mounted and remote homes", p.person, before=r"(?:(?:rav|tropxe|rsu|ataD/semuloV/metsyS|[aA]ta[dD]|sfn|tnm|stenv?|[a-zA-Z](?:/tnm)?|nwod|sfh|gifnoc|emulov|metsys|[\w.-]{1,40}//(?!:)|elif|lru|cpr(?:/tnm)?|e?tsoh(?:/nur)?)/|:[a-zA-Z])(?![\w.])", word=False),
    Rule("path-windows", "path_user", ("users", "documents and settings"), r"(?:users|documents and settings)" + _WIN_SEP + _USER + r"(?:(?: [\w.'-]{1,40}){1,3}(?=[\\/\"']|%5c))?)", "Windows: user profiles", p.person, fold=True, before=r"(?:(?:\\{1,8}|/{1,3}|c5%|f2%)(?::|a3%)?[a-z](?![a-z0-9])|(?:\\{1,8}|/)[\w.$-]{1,60}(?:\\{2,8}|//(?!:))|\\{1,8})", word=False),
    Rule("path-wsl", "path_user", ("\\home",), r"\\{1,8}home\$?\\{1,8}" + _USER + ")", "Windows Subsystem for Linux: \\\\wsl$ shares", p.person, word=False),
    Rule("path-encoded", "path_user", ("%2fhome%2f", "%2fusers%2f"), r"%2f(?:home|users)%2f(?P<v>[\w.+-]{1,64})", "RFC 3986, percent-encoded", p.person, fold=True, word=False),
    Rule("path-dashed", "path_user", ("/-home-", "/-Users-"), r"/-(?:home|Users)-(?P<v>[A-Za-z0-9_.]{1,64})", "directories that agents name after a project's path", p.person, word=False),
    Rule("path-tilde", "path_user", ("~",), r"~(?P<v>[a-z_][\w.-]{1,31})(?=/)", "POSIX shell: tilde expansion", p.person),
    Rule("path-media", "path_user", ("/media/", "/var/mail/", "/spool/mail/", "/var/spool/cron/crontabs/"), r"/(?:media|var/mail|spool/mail|var/spool/cron/crontabs)/" + _USER + ")(?=/|$|[\\s\"'])", "Filesystem Hierarchy Standard", p.person, before=r"(?:(?:nur|rav)/)?(?![\w.])", word=False),
    Rule("money-dollar", "money", ("$",), r"(?i:(?P<v>(?:us)?\$(?:" + _AMOUNT + r"|(?<=\$) \d{1,3}(?:,\d{3}){0,6}\.\d\d)(?![\w.]?\d|\w{0,64}\(|\.[a-z])" + _SCALE + r"(?:\s?usd?\b)?\+?))", "CLDR: USD", p.dollars, before=r"(?:[sS][uU])?(?![\w}])", word=False),
    Rule("money-code-after", "money", ("usd", "dollar", "bucks", "cents"), r"(?:usd|(?:us )?dollars?|bucks|cents)\b", "ISO 4217: USD", p.currency, fold=True, before=r"(?:\s?su)?[\s-]{0,2}(?:(?:noillim|noillib|noillirt|dnasuoht|derdnuh|nb|m|k|b)\s?)?[\d,.]{0,24}\d(?![\w.])"),
    Rule("money-code-before", "money", ("usd",), r"usd\s?\$?\s?(?:" + _AMOUNT + r")(?![\w]|\.\d)" + _SCALE, "ISO 4217: USD", p.currency, fold=True),
    Rule("ipv4", "private_ip", ("10.", "172.", "192.168.", "169.254.", "100."), r"(?:10|172|192|169|100)\.\d{1,3}\.\d{1,3}\.\d{1,3}(?!\d|\.\d|-?[a-z]{1,12}\d{0,4}\.(?:jar|tar|zip|whl|deb|rpm)|\.(?:jar|tar|tgz|zip|whl|deb|rpm|dll|exe)\b)", "RFC 1918, 3927, 6598", v.private_v4, before=r"(?![\w.+~^])"),
    Rule("ipv4-host", "private_ip", ("ip-10-", "ip-172-", "ip-192-168-"), r"ip-(?P<v>(?:10|172|192)-\d{1,3}-\d{1,3}-\d{1,3})(?!\d)", "docs.aws.amazon.com: private host names", v.private_v4),
    Rule("ipv6", "private_ip", ("fc", "fd", "fe8", "fe9", "fea", "feb"), r"(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):(?:[0-9a-f]{0,4}:){1,7}[0-9a-f]{0,4}(?![\w:])(?:%[\w.-]{1,16})?", "RFC 4193, RFC 4291", v.private_v6, fold=True, before=r"(?!:)"),
    Rule("card", "credit_card", (), r"(?<![\w.-])(?:[2-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,4}(?:[ -]?\d{1,3})?|3\d{3}[ -]?\d{6}[ -]?\d{5}|[3-6]\d{12,18})(?![\d-]|\.\d)", "ISO/IEC 7812", v.card_number),
    Rule("iban", "iban", (), r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]{4}){2,7}(?:[ -]?[A-Za-z0-9]{1,4})?(?![A-Za-z0-9])", "ISO 13616", v.iban_checksum),
    Rule("ssn", "ssn", (), r"(?<![\w.-])\d{3}-\d{2}-\d{4}(?![\d-])", "ssa.gov: number ranges", v.ssn_ranges),
    Rule("ssn-named", "ssn", ("ssn", "social security", "taxpayer id"), r"(?:ssn|social security(?: (?:number|no\.?|#))?|taxpayer id)\W{0,6}(?:is\s|was\s)?\W{0,3}(?P<v>\d{3}[ .-]?\d{2}[ .-]?\d{4})(?!\d)", "ssa.gov: number ranges", v.ssn_ranges, fold=True),
    Rule("phone-plus", "phone", ("+",), r"\+\d{1,3}(?:[ .()/-]{0,2}\d{1,5}){2,6}(?!\d)", "ITU-T E.164", p.phone, before=r"(?![\w)\]])", word=False),
    Rule("phone-brackets", "phone", ("(",), r"\(\+?\d{1,5}\)[ .-]{0,2}\d{2,5}(?:[ .-]?\d{2,6}){0,3}(?!\d)", "national forms", p.phone, before=r"(?![\w)\]])", word=False),
    Rule("phone-dashed", "phone", (), r"(?<![\w.-])(?:\+?1[ .-])?(?:\d{3}-\d{3}-|\d{3}\.\d{3}\.)\d{4}(?:\s?(?:x|ext\.?)\s?\d{1,5})?(?![\d.-])", "North American Numbering Plan", p.phone),
    Rule("phone-named", "phone", ("phone", "tel", "mobile", "fax", "whatsapp", "call me", "cell"), r"(?:telephone|phone|tel|mobile|fax|whatsapp|call me|cell)(?: number| no\.?)?[\"']?\W{0,4}(?:at |on |is )?\W{0,3}(?P<v>\+?\(?\d[\d ().-]{6,20}\d)(?!\d)", "national forms", p.phone, fold=True),
    Rule("money-sign", "money_other", ( "\u20ac", "\u00a3", "\u00a5", "\u20b9", "\u20a9", "\u20bd", "\u20ba", "\u20bf", "\u20ab", "\u20b4", "\u20aa", "\u20a6" ), r"[\u20ac\u00a3\u00a5\u20b9\u20a9\u20bd\u20ba\u20bf\u20ab\u20b4\u20aa\u20a6]\s?\d[\d.,' ]{0,20}(?<=\d)" + _SCALE, "CLDR: currency symbols", word=False),
    Rule("money-sign-after", "money_other", ("\u20ac", "\u00a3", "\u00a5", "\u20b9", "\u20bd", "\u20ba"), r"[\u20ac\u00a3\u00a5\u20b9\u20bd\u20ba]", "CLDR: currency symbols", before=r"\s?[\d.,']{0,20}\d(?![\w.])", word=False),
    Rule("money-other-code", "money_other", ( "eur", "gbp", "chf", "jpy", "cny", "inr", "cad", "aud", "sek", "nok", "dkk", "pln", "brl", "krw", "mxn", "zar", "pound" ), r"(?:eur(?:os?)?|gbp|chf|jpy|cny|inr|cad|aud|sek|nok|dkk|pln|brl|krw|mxn|zar|pounds?)\s?\d[\d.,']{0,20}(?<=\d)(?!\w)" + _SCALE, "ISO 4217", p.currency, fold=True),
    Rule("money-other-code-after", "money_other", ( "eur", "gbp", "chf", "jpy", "cny", "inr", "cad", "aud", "sek", "nok", "dkk", "pln", "brl", "krw", "mxn", "zar", "pound" ), r"(?:eur(?:os?)?|gbp|chf|jpy|cny|inr|cad|aud|sek|nok|dkk|pln|brl|krw|mxn|zar|pounds?)\b", "ISO 4217", p.currency, fold=True, before=r"[\s-]{0,2}(?:(?:noillim|noillib|m|k)\s?)?[\d,.']{0,24}\d(?![\w.])"),
    Rule("random", "high_entropy", (), r"[A-Za-z0-9+/_-]{28,512}+={0,2}", "no format: characters alone", v.long_random),
)
# fmt: on

RULES = (*_MODEL_TOKENS, *_CODE_TOKENS, *_SERVICE_TOKENS, *_CLOUD_KEYS, *_STRUCTURED, *_PERSONAL)
"""Every row; values of sensitive names, which have no form of their own, are found by ``assignment``."""
