"""The rows of tokens: a prefix that a provider gives to all of its keys, and a body.

A row costs nothing until its prefix is seen. To add one: take the prefix and the alphabet from the provider's own pages
or examples, bound the length, name the source. A token must look random, so that ``sk-learn-examples`` is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from otel_usage.redaction import validators as v
from otel_usage.redaction.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from otel_usage.redaction.validators import Check

__all__ = ["TOKENS"]


def _either(literals: Iterable[str]) -> str:
    return "(?:" + "|".join(map(re.escape, literals)) + ")"


def _token(
    name: str, prefixes: str, body: str, source: str, check: Check = v.two_kinds, kind: str = "api_key"
) -> Rule:
    """Make the row of a token that is one of some prefixes and a body."""
    anchors = tuple(prefixes.split())
    return Rule(name, kind, anchors, _either(anchors) + body, source, check)


def _cloud(name: str, prefixes: str, body: str, source: str, check: Check = v.two_kinds) -> Rule:
    """Make the row of a cloud's key."""
    return _token(name, prefixes, body, source, check, "cloud_key")


_ALNUM = "[A-Za-z0-9]"
_URLSAFE = "[A-Za-z0-9_-]"
_BASE64 = "[A-Za-z0-9+/_-]"
_HEX = "[0-9a-f]"
_UUID = "[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_END = "(?![A-Za-z0-9])"

_KEY_WORDS = (
    "pat_ pat- _live _test key_ key- api_ api- apikey token_ token- tok_ secret_ secret- _sk_ -sk- _v1_ -v1- _pk_ _prod_"
    " _rk_ _uk_ cli_"
)
_KEY_WORD_BODY = r"[a-z0-9_-]{2,9}(?:(?<=[_-])|[_-])[a-z0-9]{20,200}(?:[_-][a-z0-9]{6,100}){0,4}(?![a-z0-9])"
_AZURE_SIGNATURES = "+ASt +ASb +AEh +AMC ACDb AzCa AzSe AzFu +ABa +ACR AIoT AzAP ACOG AAAK"

# One row a line: the formatter would make eight of each.
# fmt: off
_MODEL_TOKENS = (
    _token("openai", "sk-proj- sk-svcacct- sk-admin- sk-None- sk-service-", _URLSAFE + "{20,400}", "platform.openai.com: API keys"),
    _token("anthropic", "sk-ant-", _URLSAFE + "{20,400}", "docs.anthropic.com: API keys (api, admin, oat, ort, sid)"),
    _token("openrouter", "sk-or-", _URLSAFE + "{20,200}", "openrouter.ai/docs: authentication"),
    _token("langfuse", "sk-lf- pk-lf-", _UUID, "langfuse.com/docs: API keys"),
    _token("helicone", "sk-helicone- pk-helicone-", _URLSAFE + "{16,80}", "docs.helicone.ai"),
    _token("sk", "sk- sk_ rk_", "(?!ecdsa-|ssh-)" + _ALNUM + "[A-Za-z0-9_-]{14,400}", "OpenAI's older keys, and the many services that took over the form"),
    _token("groq", "gsk_", _ALNUM + "{20,200}", "console.groq.com/docs"),
    _token("xai", "xai-", _URLSAFE + "{20,200}", "docs.x.ai"),
    _token("perplexity", "pplx-", _ALNUM + "{20,200}", "docs.perplexity.ai"),
    _token("replicate", "r8_", _ALNUM + "{20,80}", "replicate.com/docs: API tokens"),
    _token("huggingface", "hf_ api_org_", _ALNUM + "{20,80}", "huggingface.co/docs/hub: user access tokens"),
    _token("fireworks", "fw_ fpk_", _ALNUM + "{16,80}", "docs.fireworks.ai"),
    _token("together", "tgp_v1_", _URLSAFE + "{20,80}", "docs.together.ai"),
    _token("cerebras", "csk-", _ALNUM + "{20,80}", "inference-docs.cerebras.ai"),
    _token("nvidia", "nvapi-", _URLSAFE + "{20,120}", "docs.api.nvidia.com"),
    _token("voyage", "pa- al-", _URLSAFE + "{30,80}", "docs.voyageai.com"),
    _token("jina", "jina_", _URLSAFE + "{20,120}", "jina.ai/embeddings"),
    _token("tavily", "tvly-", _URLSAFE + "{16,80}", "docs.tavily.com"),
    _token("firecrawl", "fc-", _HEX + "{32}" + _END, "docs.firecrawl.dev"),
    _token("brave", "BSA", _URLSAFE + "{24,40}", "api-dashboard.search.brave.com: API keys"),
    _token("pinecone", "pcsk_", _URLSAFE + "{20,200}", "docs.pinecone.io: API keys"),
    _token("turbopuffer", "tpuf_", _ALNUM + "{24,80}", "turbopuffer.com/docs: authentication"),
    _token("langsmith", "lsv2_ ls__", _ALNUM + "[A-Za-z0-9_]{20,120}", "docs.smith.langchain.com: API keys"),
    _token("braintrust", "bt-st-", _ALNUM + "{24,80}", "braintrust.dev/docs: service tokens"),
    _token("wandb", "wandb_v1_", _URLSAFE + "{20,120}", "docs.wandb.ai"),
    _token("logfire", "pylf_", r"v\d{1,2}_[a-z0-9]{2,12}_[A-Za-z0-9]{20,80}", "pydantic.dev/docs/logfire: tokens"),
    _token("e2b", "e2b_", _ALNUM + "{20,80}", "e2b.dev/docs"),
    _token("daytona", "dtn_", _HEX + "{64}", "daytona.io/docs: API keys"),
    _token("runpod", "rpa_", _ALNUM + "{20,80}", "docs.runpod.io"),
    _token("modal", "ak- as-", _ALNUM + "{20,40}(?![A-Za-z0-9-])", "modal.com/docs: tokens"),
    _token("anyscale", "esecret_ aph0_", _ALNUM + "{20,80}", "docs.anyscale.com: API keys"),
    _token("llamaindex", "llx-", _ALNUM + "{20,80}", "docs.cloud.llamaindex.ai"),
    _token("mem0", "m0-", _ALNUM + "{30,60}", "docs.mem0.ai: API keys"),
    _token("devin", "apk_user_ apk_ cog_", _BASE64 + "{30,200}={0,2}", "docs.devin.ai: API keys"),
    _token("short-key", "dk- ek- mk- nk- gsk- ck-", _ALNUM + "{24,80}", "the form of smaller services: a letter and k for key"),
)
_CODE_TOKENS = (
    _token("github", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", _ALNUM + r"\w{19,255}", "docs.github.com: token formats"),
    _token("gitlab", "glpat- gloas- gldt- glrt- glrtr- glcbt- glptt- glft- glimt- glagent- glsoat- glffct- glwt- GR1348941", r"[\w-]{16,300}(?:\.[\w-]{2,40}){0,2}", "docs.gitlab.com: token overview"),
    _token("atlassian", "ATBB ATCTT3 ATATT3", r"[A-Za-z0-9_=-]{20,400}", "support.atlassian.com: access tokens"),
    _token("npm", "npm_", _ALNUM + "{30,80}", "the documentation of npm: access tokens"),
    _token("pypi", "pypi-AgE", _URLSAFE + "{30,400}", "the package index's help on API tokens"),
    _token("rubygems", "rubygems_", _HEX + "{40,64}", "the RubyGems guides: API key scopes"),
    _token("cargo", "cio", _ALNUM + "{32}" + _END, "doc.rust-lang.org/cargo: publishing"),
    _token("nuget", "oy2", "[a-z0-9]{43}" + _END, "learn.microsoft.com/nuget: scoped API keys"),
    _token("clojars", "CLOJARS_", _HEX + "{60}", "github.com/clojars: deploy tokens"),
    _token("openvsx", "ovsxat_ ovsxp_", _UUID, "github.com/eclipse/openvsx: access tokens"),
    _token("docker", "dckr_pat_ dckr_oat_", _URLSAFE + "{16,120}", "docs.docker.com: access tokens"),
    _token("artifactory", "AKCp cmVmd", _ALNUM + "{50,120}", "jfrog.com/help: reference tokens"),
    _token("sonar", "squ_ sqp_ sqa_", _HEX + "{40}", "docs.sonarsource.com: user tokens"),
    _token("snyk", "snyk_uat. snyk_sat.", r"[\w.-]{20,200}", "docs.snyk.io: access tokens"),
    _token("aikido", "AIK_CI_ AIK_SECRET_", _ALNUM + "{20,64}", "help.aikido.dev: API tokens"),
    _token("endor", "endr+", "[A-Za-z0-9-]{16}" + _END, "docs.endorlabs.com: API keys"),
    _token("circleci", "CCIPAT_ CCIPRJ_", _ALNUM + "{8,40}_[0-9a-f]{40}", "circleci.com/docs: managing API tokens"),
    _token("buildkite", "bkua_ bkaj_ bkct_ bkpt_", _ALNUM + "{32,64}", "buildkite.com/docs: access tokens"),
    _token("sourcegraph", "sgp_ slk_ sgs_ sgd_", "(?:[0-9a-f]{16}_|local_)?[A-Za-z0-9]{40,64}", "docs.sourcegraph.com; segment.com/docs: public API tokens"),
    _token("postman", "PMAK- PMAT-", "[0-9A-Za-z]{24,26}(?:-[0-9a-f]{34})?", "learning.postman.com: API keys"),
    Rule("terraform", "api_key", (".atlasv1.",), r"\.atlasv1\.[A-Za-z0-9_=-]{40,120}", "developer.hashicorp.com/terraform: API tokens", before=_ALNUM + "{10,20}"),
    _token("pulumi", "pul-", _HEX + "{40}", "pulumi.com/docs: access tokens"),
    _token("infracost", "ico-", _ALNUM + "{32}" + _END, "infracost.io/docs: API keys"),
    _token("vault", "hvs. hvb. hvr.", _URLSAFE + "{20,300}", "developer.hashicorp.com/vault: tokens"),
    _token("vault-legacy", "s. b.", _ALNUM + "{24}(?![A-Za-z0-9.(])", "developer.hashicorp.com/vault: tokens before 1.10", v.three_kinds),
    _token("doppler", "dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit. dp.said.", r"(?:[\w-]{2,36}\.)?[A-Za-z0-9]{30,80}", "docs.doppler.com: token formats"),
    _token("onepassword", "ops_eyJ", "[A-Za-z0-9+/_=-]{60,1600}", "developer.1password.com: service accounts"),
    _token("onepassword-key", "A3-", "[A-Z0-9]{6}-[A-Z0-9]{5,11}-[A-Z0-9]{5}(?:-[A-Z0-9]{5}){2,4}", "support.1password.com: Secret Key"),
    _token("infisical", "st.", r"[0-9a-f]{24}\.[0-9a-f]{32,64}\.[0-9a-f]{32}", "infisical.com/docs: service tokens"),
    _token("prefect", "pnu_ pnb_", _ALNUM + "{30,60}", "docs.prefect.io: API keys"),
    _token("dbt", "dbtc_ dbtu_ dbts_", _URLSAFE + "{20,80}", "docs.getdbt.com: tokens"),
    _token("databricks", "dapi dkea dose", r"[0-9a-f]{32}(?:-\d{1,2})?" + _END, "docs.databricks.com: personal access tokens"),
    _token("harness", "pat. sat.", r"[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9]{20,26}\.[A-Za-z0-9]{16,24}", "developer.harness.io: API keys"),
    _token("octopus", "API-", "[A-Z0-9]{25,32}" + _END, "octopus.com/docs: API keys", v.has_digit),
    _token("openshift", "sha256~", r"[\w-]{43}", "docs.openshift.com: OAuth tokens"),
    _token("tailscale", "tskey-", r"[a-z]{2,12}-[A-Za-z0-9]{6,40}(?:-[A-Za-z0-9]{10,60})?", "tailscale.com/kb: key prefixes"),
    _token("defined", "dnkey-", r"[A-Za-z0-9_=-]{26}-[A-Za-z0-9_=-]{52}", "docs.defined.net: API keys"),
    _token("planetscale", "pscale_tkn_ pscale_pw_ pscale_oauth_", r"[\w.=-]{30,100}", "planetscale.com/docs: service tokens"),
    _token("supabase", "sbp_ sb_secret_", r"[\w-]{20,100}", "supabase.com/docs: API keys"),
    _token("neon", "napi_", _ALNUM + "{30,100}", "neon.tech/docs: API keys"),
    _token("xata", "xau_", _ALNUM + "{32,80}", "xata.io/docs: API keys"),
    _token("fauna", "fnA", _URLSAFE + "{36,44}" + _END, "docs.fauna.com: keys"),
    _token("cockroach", "CCDB1_", _ALNUM + "{22}_[A-Za-z0-9]{40}", "cockroachlabs.com/docs: service accounts"),
    _token("mongodb", "mdb_sa_sk_", _URLSAFE + "{40}", "mongodb.com/docs/atlas: service accounts"),
    _token("datastax", "AstraCS:", r"[A-Za-z]{24}:[0-9a-f]{64}", "docs.datastax.com: application tokens"),
    _token("elastic", "essu_", r"[A-Za-z0-9_-]{60,200}={0,2}", "elastic.co/docs: API keys"),
    _token("aiven", "AVNS_ aivenv1", _BASE64 + "{12,400}={0,2}", "aiven.io/docs: service passwords, tokens"),
    _token("deno", "ddp_ ddo_ ddw_", _ALNUM + "{36,40}", "docs.deno.com/deploy: access tokens"),
)
_SERVICE_TOKENS = (
    _token("slack", "xoxb- xoxa- xoxp- xoxr- xoxs- xoxe- xoxo- xoxc- xoxd- xoxe.xoxp- xoxe.xoxb- xapp-", r"[A-Za-z0-9%/+=-]{10,400}", "api.slack.com: token types"),
    Rule("slack-webhook", "api_key", ("hooks.slack",), r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9_/-]{20,120}", "api.slack.com: incoming webhooks", before="(?://:s?ptth)?", word=False),
    Rule("discord-webhook", "api_key", ("/api/webhooks/",), r"/api/webhooks/\d{10,24}/[\w-]{40,100}", "discord.com/developers: webhooks", before=r"[\w.]{8,30}//:s?ptth", word=False),
    Rule("teams-webhook", "api_key", (".webhook.office.com/",), r"\.webhook\.office\.com/webhookb2/[\w@/-]{60,240}", "learn.microsoft.com: incoming webhooks", before=r"[\w-]{1,60}//:s?ptth", word=False),
    Rule("zapier-webhook", "api_key", ("hooks.zapier.com/",), r"hooks\.zapier\.com/hooks/catch/\d{3,12}/\w{4,20}", "zapier.com/help: webhooks", before="(?://:s?ptth)?", word=False),
    Rule("telegram", "api_key", (":AA",), r":AA[\w-]{32,40}", "core.telegram.org/bots: authorizing", before=r"\d{7,12}(?:tob)?"),
    Rule("discord-bot", "api_key", (".",), r"\.[\w-]{6}\.[\w-]{27,45}(?![\w-])", "discord.com/developers: bot tokens", v.two_kinds, before=r"[\w-]{22,27}[MNO]"),
    _token("discord-user", "mfa.", _URLSAFE + "{80,100}", "discord.com/developers: user tokens"),
    _token("stripe", "sk_live_ sk_test_ rk_live_ rk_test_ sk_prod_ rk_prod_ pk_live_ pk_test_", _ALNUM + "{10,250}", "docs.stripe.com: API keys"),
    _token("stripe-webhook", "whsec_", "[A-Za-z0-9+/]{20,100}={0,2}", "docs.stripe.com: webhook signatures"),
    _token("square", "sq0atp- sq0csp- sq0idp- EAAA", _URLSAFE + "{20,120}", "developer.squareup.com: access tokens"),
    _token("shopify", "shpat_ shpca_ shppa_ shpss_ shptka_ shpua_ shprt_", "[0-9a-fA-F]{32,64}", "shopify.dev: access tokens"),
    _token("paypal", "access_token$production$ access_token$sandbox$", r"[0-9a-z]{16}\$[0-9a-f]{32}", "developer.paypal.com: Braintree access tokens"),
    _token("paypal-bearer", "A21AA", _URLSAFE + "{60,120}", "developer.paypal.com: access tokens"),
    _token("plaid", "access-sandbox- access-development- access-production-", _UUID, "plaid.com/docs: access tokens"),
    _token("paddle", "pdl_live_apikey_ pdl_sdbx_apikey_ pdl_ntfset_", r"\w{26,80}", "developer.paddle.com: API keys"),
    _token("razorpay", "rzp_live_ rzp_test_", _ALNUM + "{14,40}", "razorpay.com/docs: API keys"),
    _token("flutterwave", "FLWSECK_TEST- FLWSECK- FLWSECK_", "[A-Za-z0-9-]{12,64}", "developer.flutterwave.com"),
    _token("mercadopago", "APP_USR- TEST-", r"\d{12,18}-\d{6}-[0-9a-f]{32}-\d{5,12}", "mercadopago.com/developers: credentials"),
    _token("midtrans", "Mid-server- SB-Mid-server-", _URLSAFE + "{20,40}", "docs.midtrans.com: access keys"),
    _token("adyen", "AQE", r"[A-Za-z0-9+/]{60,200}={0,2}-[A-Za-z0-9+/=-]{20,120}", "docs.adyen.com: API credentials"),
    _token("asaas", "$aact_", r"[\w:+/=-]{40,300}", "docs.asaas.com: API keys"),
    _token("gocardless", "live_ test_ sandbox_", r"(?:[0-9a-f]{32,40}|(?=[a-z0-9_=-]{0,40}[A-Z])(?=\D{0,40}\d)[A-Za-z0-9_=-]{30,64})(?![A-Za-z0-9_-])", "developer.gocardless.com, docs.lob.com", v.two_kinds),
    _token("brex", "bxt_ ramp_tok_ mercury_production_", _ALNUM + "{24,120}", "developer.brex.com, docs.ramp.com, docs.mercury.com"),
    _token("twilio", "SK AC", _HEX + "{32}" + _END, "twilio.com/docs: API keys"),
    _token("telnyx", "KEY0", "[0-9A-F]{24,40}_[A-Za-z0-9]{16,32}", "developers.telnyx.com: API keys"),
    _token("sendgrid", "SG.", r"[\w-]{16,32}\.[\w-]{16,64}", "docs.sendgrid.com: API keys"),
    _token("mailgun", "key- pubkey-", _HEX + "{32}" + _END, "documentation.mailgun.com: API keys"),
    Rule("mailchimp", "api_key", ("-us",), r"-us\d{1,2}(?![0-9A-Za-z-])", "mailchimp.com/developer: API keys", before="[0-9a-f]{32}"),
    _token("mandrill", "md-", _URLSAFE + "{22}(?![A-Za-z0-9_-])", "mailchimp.com/developer/transactional: API keys", v.two_kinds),
    _token("mailersend", "mlsn.", _HEX + "{64}", "developers.mailersend.com"),
    _token("brevo", "xkeysib- xsmtpsib-", "[0-9a-f]{64}(?:-[A-Za-z0-9]{16})?", "developers.brevo.com"),
    _token("resend", "re_", "[A-Za-z0-9]{8,16}_[A-Za-z0-9]{16,40}", "resend.com/docs: API keys"),
    _token("onesignal", "os_v2_", "[a-z]{2,6}_[a-z0-9]{50,120}", "documentation.onesignal.com: keys"),
    _token("klaviyo", "pk_", "(?:[0-9a-f]{34}|[0-9]{6,9}_[A-Z0-9]{32})" + _END, "developers.klaviyo.com, developer.clickup.com: private keys"),
    _token("linear", "lin_api_ lin_oauth_ lin_wh_", _ALNUM + "{32,80}", "linear.app/developers"),
    _token("notion", "ntn_ secret_", _ALNUM + "{40,60}" + _END, "developers.notion.com: authorization"),
    _token("airtable", "pat", r"[A-Za-z0-9]{14}\.[0-9a-f]{64}", "airtable.com/developers: personal access tokens"),
    _token("asana", "0/ 1/ 2/", r"\d{10,20}(?:/\d{10,20})?:[0-9a-f]{32}", "developers.asana.com: personal access tokens"),
    _token("figma", "figd_ figo_ figu_", _URLSAFE + "{20,100}", "developers.figma.com: access tokens"),
    _token("canva", "cnvca", _URLSAFE + "{51}", "canva.dev/docs: client secrets"),
    _token("contentful", "CFPAT-", _URLSAFE + "{40,60}", "contentful.com/developers: personal access tokens"),
    _token("configcat", "configcat-sdk-1/", r"[\w-]{22}/[\w-]{22}", "configcat.com/docs: SDK keys"),
    _token("typeform", "tfp_", r"[\w.=-]{40,80}", "typeform.com/developers"),
    _token("hubspot", "pat-na1- pat-na2- pat-eu1- pat-ap1-", _UUID, "developers.hubspot.com: private apps"),
    _token("intercom", "dG9rO", "[A-Za-z0-9+/]{40,80}={0,2}", "developers.intercom.com: access tokens, base64 of a word and a colon"),
    _token("dropbox", "sl.", r"(?:u\.)?[A-Za-z0-9_-]{100,1400}", "dropbox.com/developers: access tokens"),
    _token("facebook", "EAA", "[A-Z][A-Za-z0-9]{60,400}", "developers.facebook.com: access tokens"),
    Rule("facebook-app", "api_key", ("|",), r"\|[\w-]{27,40}(?![\w-])", "developers.facebook.com: app access tokens", v.two_kinds, before=r"\d{15,16}"),
    _token("linkedin", "WPL_AP0. WPL_AP1.", r"[\w.+/-]{16,80}={0,2}", "learn.microsoft.com/linkedin: client secrets"),
    _token("pinterest", "pina_ pinc_ pinr_", _ALNUM + "{32,200}", "developers.pinterest.com: access tokens"),
    _token("twitter-bearer", "AAAAAAAAAAAAAAAAAAAAA", "[A-Za-z0-9%]{40,200}", "developer.x.com: bearer tokens", v.has_digit),
    _token("fcm", "AAAA", r"[\w-]{7}:APA91b[\w-]{120,200}", "firebase.google.com/docs: server keys"),
    _token("frameio", "fio-u-", _URLSAFE + "{40,80}", "developer.frame.io"),
    _token("shippo", "shippo_live_ shippo_test_", _HEX + "{40}", "docs.goshippo.com"),
    _token("easypost", "EZAK EZTK", _ALNUM + "{54}", "docs.easypost.com"),
    _token("duffel", "duffel_live_ duffel_test_", "[A-Za-z0-9_=-]{40,60}", "duffel.com/docs"),
    _token("readme", "rdme_", "[a-z0-9]{40,80}", "docs.readme.com"),
    _token("adafruit", "aio_", _ALNUM + "{28}" + _END, "io.adafruit.com/api/docs"),
    _token("launchdarkly", "sdk- mob- api-", _UUID, "docs.launchdarkly.com: SDK credentials"),
    _token("posthog", "phx_ phs_ phc_", _URLSAFE + "{30,80}", "posthog.com/docs: personal API keys"),
    _token("newrelic", "NRAK- NRJS- NRII- NRAA- NRRA- NRIQ-", _URLSAFE + "{16,64}", "docs.newrelic.com: API keys"),
    _token("grafana", "glsa_ glc_ eyJrIjoi", r"[A-Za-z0-9+/_=]{30,400}", "grafana.com/docs: service account tokens"),
    _token("sentry", "sntrys_ sntryu_ sntrya_ sntryi_", r"[A-Za-z0-9+/_=]{40,400}", "docs.sentry.io: auth tokens"),
    _token("honeybadger", "hbp_", _ALNUM + "{36}", "docs.honeybadger.io: personal tokens"),
    _token("honeycomb", "hcaik_ hcxik_ hcbik_ hcalk_ hcamk_", "[a-z0-9]{26,80}", "docs.honeycomb.io: API keys"),
    _token("axiom", "xaat- xapt-", _UUID, "axiom.co/docs: tokens"),
    _token("coralogix", "cxtp_ cxup_ cxuw_", _ALNUM + "{30}", "coralogix.com/docs: API keys"),
    _token("dynatrace", "dt0c01. dt0s01. dt0s02. dt0s16. dt0s08.", r"[A-Z0-9]{8,24}(?:\.[A-Z0-9]{64})?", "docs.dynatrace.com: token format"),
    Rule("maxmind", "api_key", ("_mmk",), "_mmk" + _END, "dev.maxmind.com: license keys", before=r"[A-Za-z0-9]{29}_[A-Za-z0-9]{6}"),
    Rule("tableau", "api_key", ("==:",), "==:" + _ALNUM + "{32}" + _END, "help.tableau.com: personal access tokens", before="[A-Za-z0-9+/]{22}"),
    Rule("rapidapi", "api_key", ("msh",), "msh[0-9a-f]{15}p1[0-9a-f]{6}jsn[0-9a-f]{12}", "docs.rapidapi.com: keys", before="[0-9a-f]{10}"),
    Rule("authress", "api_key", (".acc_", ".acc-"), r"\.acc[_-][a-z0-9-]{10,32}\.[A-Za-z0-9+/_=-]{30,120}", "authress.io/knowledge-base: service clients", before=r"[a-z0-9]{4,6}\.[a-z0-9]{5,30}_[a-z]{2,8}"),
    _token("zoho", "1000.", r"[0-9a-f]{32}\.[0-9a-f]{32}", "zoho.com/accounts: OAuth tokens"),
    _token("zuplo", "zpka_", r"\w{32,80}", "zuplo.com/docs: API keys"),
    _token("unkey", "unkey_", _URLSAFE + "{20,80}", "unkey.com/docs: root keys"),
    _token("settlemint", "sm_aat_ sm_pat_ sm_sat_", _ALNUM + "{16,40}", "console.settlemint.com/documentation: access tokens"),
    _token("intra42", "s-s4t2ud- s-s4t2af-", _HEX + "{64}", "api.intra.42.fr: application secrets"),
    _token("thunderstore", "tss_", _ALNUM + "{32,40}", "thunderstore.io: service tokens"),
    _token("lightstep", "lst_ uptr_ inf_ sgat_", _ALNUM + "[A-Za-z0-9_-]{19,120}", "docs.lightstep.com, and others of the form"),
    _token("context7", "ctx7sk-", _URLSAFE + "{20,80}", "context7.com/docs: API keys"),
    Rule("salesforce", "api_key", ("00D",), r"00D[A-Za-z0-9]{12,15}![A-Za-z0-9_.]{60,160}", "developer.salesforce.com: session ids"),
    Rule("mapbox", "api_key", ("sk.eyJ", "pk.eyJ", "tk.eyJ"), r"[spt]k\.eyJ[\w-]{20,400}\.[\w-]{16,80}", "docs.mapbox.com: access tokens"),
    Rule("named-prefix", "api_key", tuple(_KEY_WORDS.split()), _KEY_WORD_BODY, "the form of services without a row: a word for a key, then a random part", v.two_kinds, fold=True, before="[A-Za-z0-9_-]{0,20}"),
    Rule("secret-token", "api_key", ("secret-token:",), "secret-token:[A-Za-z0-9_.~%:+/=-]{8,400}", "RFC 8959", v.two_kinds, fold=True),
    _token("okta", "SSWS", " " + _URLSAFE + "{30,60}", "developer.okta.com: API tokens"),
    _token("persona", "persona_production_ persona_sandbox_", _URLSAFE + "{20,80}", "docs.withpersona.com: API keys"),
    _token("onfido", "api_live. api_sandbox. api_live_us. api_live_ca.", r"[\w-]{11}\.[\w-]{32}", "documentation.onfido.com: API tokens"),
    _token("adobe", "p8e-", _ALNUM + "{32}" + _END, "developer.adobe.com"),
    _token("pagerduty", "u+ y+ e+", _URLSAFE + "{18}(?![A-Za-z0-9_-])", "developer.pagerduty.com: authentication", v.three_kinds),
    _token("clickhouse", "4b1d", _ALNUM + "{38}" + _END, "clickhouse.com/docs: cloud API keys"),
    _token("wakatime", "waka_tok_ waka_ref_ waka_sec_ waka_", r"(?:[A-Za-z0-9]{40,120}|" + _UUID + ")", "wakatime.com/developers: authentication"),
)
_CLOUD_KEYS = (
    Rule("aws-access-key", "cloud_key", ("AKIA", "ASIA", "ABIA", "ACCA", "A3T"), "(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}" + _END, "docs.aws.amazon.com/IAM: unique ids"),
    _cloud("aws-session", "IQoJb3JpZ2luX2 FwoGZXIvYXdz FQoGZXIvYXdz FQoDYXdz", r"[A-Za-z0-9+/=%_-]{40,3000}", "docs.aws.amazon.com/STS: session tokens begin with an encoded region"),
    _cloud("aws-bedrock", "ABSK bedrock-api-key-", r"[A-Za-z0-9+/=_%-]{60,2000}", "docs.aws.amazon.com/bedrock: API keys"),
    _cloud("aws-appsync", "da2-", "[a-z0-9]{26}" + _END, "docs.aws.amazon.com/appsync: API keys"),
    _cloud("amazon-mws", "amzn.mws. amzn1.oa2-cs.v1.", "(?:" + _UUID + "|[0-9a-f]{64})", "developer-docs.amazon.com: Selling Partner API"),
    _cloud("amazon-login", "Atza| Atzr| Atc|", _BASE64 + "{40,2000}={0,2}", "developer.amazon.com: Login with Amazon"),
    Rule("aws-signature", "cloud_key", ("x-amz-signature", "x-amz-credential", "x-amz-security-token", "x-goog-signature", "x-goog-credential"), r"x-(?:amz|goog)-[a-z-]{9,14}(?:=|%3d)(?P<v>[^\s&\"'<>\\]{16,3000})", "docs.aws.amazon.com/S3 and cloud.google.com/storage: signed addresses", fold=True),
    _cloud("google-api", "AIza AQ.Ab8RN6", _URLSAFE + "{35,50}", "cloud.google.com/docs/authentication/api-keys"),
    _cloud("google-oauth", "ya29. GOCSPX- 1//0", r"[\w-]{20,600}", "developers.google.com/identity: OAuth 2.0"),
    _cloud("google-hmac", "GOOG1E GOOG", "[A-Z0-9]{16,60}" + _END, "cloud.google.com/storage: HMAC keys", v.has_digit),
    Rule("azure-sas", "cloud_key", ("sig=", "sig%3d"), "sig(?:=|%3d)(?P<v>[A-Za-z0-9%+/_-]{40,140}=?)", "learn.microsoft.com: shared access signatures", v.two_kinds, fold=True),
    Rule("azure-ad", "cloud_key", ("Q~",), r"Q~[\w.~-]{31,34}(?![\w.~-])", "learn.microsoft.com/purview: Entra client secrets", before=r"\d[\w.~-]{3}"),
    Rule("azure-signed", "cloud_key", tuple(_AZURE_SIGNATURES.split()), _either(_AZURE_SIGNATURES.split()) + r"[A-Za-z0-9+/]{4,8}={0,2}(?![A-Za-z0-9+/=])", "learn.microsoft.com/purview: Azure key signatures", v.two_kinds, before="[A-Za-z0-9+/]{33,76}"),
    Rule("azure-devops", "cloud_key", ("AZDO",), "AZDO[A-Za-z0-9]{4}" + _END, "learn.microsoft.com/azure/devops: token format", before="[A-Za-z0-9]{76}"),
    _cloud("alibaba", "LTAI STS. CAIS", "[A-Za-z0-9+/_=-]{12,1000}" + _END, "alibabacloud.com/help: AccessKey pairs, security tokens"),
    _cloud("tencent", "AKID", _ALNUM + "{28,36}" + _END, "cloud.tencent.com: access keys"),
    _cloud("volcengine", "AKLT", _ALNUM + "{30,60}" + _END, "volcengine.com/docs: access keys"),
    _cloud("baidu", "bce-v3/ALTAK-", "[A-Za-z0-9]{16,24}/[0-9a-f]{40}", "cloud.baidu.com/doc: API keys"),
    _cloud("yandex", "AQVN YCAJ YCM YCN YCO YCP y0_ t1.", r"[\w-]{20,300}(?:\.[\w-]{60,100})?", "yandex.cloud/docs: API keys"),
    _cloud("scaleway", "SCW", "[A-Z0-9]{17}" + _END, "scaleway.com/docs: API keys", v.has_digit),
    _cloud("exoscale", "EXO", "[A-Za-z0-9]{24,30}" + _END, "community.exoscale.com: API keys"),
    _cloud("upcloud", "ucat_", _ALNUM + "{24,40}", "developers.upcloud.com: API tokens"),
    _cloud("scalingo", "tk-us-", _URLSAFE + "{48}", "doc.scalingo.com: API tokens"),
    _cloud("backblaze", "K00", r"\d[A-Za-z0-9+/]{27}(?![A-Za-z0-9+/=])", "backblaze.com/docs: application keys"),
    _cloud("digitalocean", "dop_v1_ doo_v1_ dor_v1_ DO00 DO80", "(?:[0-9a-f]{64}|[A-Z0-9]{16}" + _END + ")", "docs.digitalocean.com: personal access tokens"),
    _cloud("heroku", "HRKU-", _URLSAFE + "{20,80}", "devcenter.heroku.com: OAuth tokens"),
    _cloud("fly", "fo1_ fm1r_ fm2_ fm1a_", r"[A-Za-z0-9+/_=-]{30,2000}", "fly.io/docs: tokens"),
    _cloud("vercel", "vcp_ vci_ vca_ vcr_ vck_", _URLSAFE + "{20,80}", "vercel.com/docs: token formats"),
    _cloud("netlify", "nfp_ nfc_ nfo_ nfu_ nfb_", _ALNUM + "{20,80}", "docs.netlify.com: token formats"),
    _cloud("render", "rnd_", _ALNUM + "{20,80}", "render.com/docs: API keys"),
    _cloud("cloudflare", "cfut_ cfat_ cfk_", _URLSAFE + "{30,80}", "developers.cloudflare.com: token formats"),
    _cloud("cloudflare-origin", "v1.0-", "[0-9a-f]{24}-[0-9a-f]{146}", "developers.cloudflare.com: Origin CA keys"),
    _cloud("ibm-cos", "ApiKey-", _UUID, "cloud.ibm.com/docs: API keys"),
)
_KEY_STRINGS = (
    _token("age", "AGE-SECRET-KEY-1", "[0-9A-Z]{58}", "age-encryption.org/v1", kind="private_key"),
    _token("nostr", "nsec1", "[a-z0-9]{58}", "NIP-19", kind="private_key"),
    _token("bip32", "xprv yprv zprv tprv", "[1-9A-HJ-NP-Za-km-z]{100,112}", "BIP 32", kind="private_key"),
)
# fmt: on

TOKENS = (*_MODEL_TOKENS, *_CODE_TOKENS, *_SERVICE_TOKENS, *_CLOUD_KEYS, *_KEY_STRINGS)
"""Every row of a token."""
