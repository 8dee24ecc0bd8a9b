"""Signs requests with oauthlib: one JSON object a line in, [base string, signature] a line out."""
import json
import sys
from urllib.parse import urlsplit

from oauthlib.oauth1.rfc5849 import signature


def sign(request):
    own = [
        ("oauth_consumer_key", request["consumerKey"]),
        ("oauth_nonce", request["nonce"]),
        ("oauth_signature_method", "HMAC-SHA256"),
        ("oauth_timestamp", str(request["timestamp"])),
        ("oauth_token", request["tokenId"]),
        ("oauth_version", "1.0"),
    ]
    given = [tuple(pair) for pair in request["parameters"] + request["form"]]
    collected = signature.collect_parameters(uri_query=urlsplit(request["url"]).query, body=given + own)
    base = signature.signature_base_string(
        request["method"],
        signature.base_string_uri(request["url"]),
        signature.normalize_parameters(collected),
    )
    made = signature.sign_hmac_sha256(base, request["consumerSecret"], request["tokenSecret"])
    return [base, made]


for line in sys.stdin:
    print(json.dumps(sign(json.loads(line))))
