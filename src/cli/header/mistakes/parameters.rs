//! Which parameters are signed, in which order, and how they are encoded.

use super::row::{Mistake, recomputed};
use crate::cli::header::recipe::{
    Body, Duplicates, Encoding, HeaderValues, Order, Query, Reading, Realm, TimestampUnit,
};
use crate::signer::diagnose::Digest;

pub const ROWS: &[Mistake] = &[
    recomputed(
        "query-unsigned",
        &[|r| r.parameters.query = Query::LeftOut],
        "The URL's parameters were not signed.",
        "Sign the query's parameters together with those of the header (RFC 5849 section 3.4.1.3.1).",
    ),
    recomputed(
        "query-partly-unsigned",
        &[|r| r.parameters.query = Query::ScriptAndDeploy],
        "Only script and deploy were signed, not the URL's other parameters.",
        "Sign every parameter of the URL, also those that a library adds later (3.4.1.3.1).",
    ),
    recomputed(
        "query-bare-unsigned",
        &[|r| r.parameters.query = Query::WithEquals],
        "A parameter without = was not signed.",
        "Sign it with an empty value: name= (3.4.1.3.1).",
    ),
    recomputed(
        "query-empty-unsigned",
        &[|r| r.parameters.query = Query::WithValue],
        "Parameters with an empty value were not signed.",
        "Sign them too: name= (3.4.1.3.1).",
    ),
    recomputed(
        "query-as-one",
        &[
            |r| r.parameters.query = Query::Whole,
            |r| (r.parameters.query, r.parameters.reading) = (Query::Whole, Reading::Raw),
        ],
        "The query was signed as one parameter.",
        "Split the query at & and = and sign each parameter (3.4.1.3.1).",
    ),
    recomputed(
        "query-fragment",
        &[|r| r.parameters.query = Query::WithFragment],
        "What follows # was signed as part of the last parameter.",
        "Cut the URL at the # first (3.4.1.3.1).",
    ),
    recomputed(
        "plus-kept",
        &[|r| r.parameters.reading = Reading::PlusKept],
        "A + in the query was signed as a plus sign.",
        "In a query, + is a space and becomes %20 (3.4.1.3.1).",
    ),
    recomputed(
        "query-encoded-twice",
        &[|r| r.parameters.reading = Reading::Raw],
        "The query's values were encoded without being decoded first, so twice.",
        "Decode the query, then encode each name and value once (3.4.1.3.1, 3.6).",
    ),
    recomputed(
        "query-decoded-twice",
        &[|r| r.parameters.reading = Reading::Twice],
        "The query's values were decoded twice.",
        "Decode each name and value once: %2B is a plus sign, not a space (3.4.1.3.1).",
    ),
    recomputed(
        "order-unsorted",
        &[|r| r.order = Order::HeaderFirst, |r| r.order = Order::HeaderLast],
        "The parameters were signed in the order they came in.",
        "Sort all parameters, the query's among the header's, by encoded name, then value (3.4.1.3.2).",
    ),
    recomputed(
        "order-header-only",
        &[|r| r.order = Order::SortedHeaderFirst, |r| r.order = Order::SortedHeaderLast],
        "The header's parameters were sorted, and the URL's put before or after them.",
        "Sort them all together: deploy, oauth_…, script (3.4.1.3.2).",
    ),
    recomputed(
        "order-before-encoding",
        &[|r| r.order = Order::BeforeEncoding],
        "The parameters were sorted before they were encoded.",
        "Encode first, then sort by bytes (3.4.1.3.2).",
    ),
    recomputed(
        "order-by-name",
        &[|r| r.order = Order::ByName],
        "Parameters with the same name were left in the order they came in.",
        "Sort by name, then by value (3.4.1.3.2).",
    ),
    recomputed(
        "order-joined",
        &[|r| r.order = Order::Joined],
        "The parameters were joined to name=value first and then sorted.",
        "Sort by name, then by value: in joined texts, = sorts after - and the digits (3.4.1.3.2).",
    ),
    recomputed(
        "order-ignoring-case",
        &[|r| r.order = Order::IgnoringCase],
        "The parameters were sorted without regard to case.",
        "Sort by bytes: upper case comes before lower case. Do not use localeCompare or a culture (3.4.1.3.2).",
    ),
    recomputed(
        "order-descending",
        &[|r| r.order = Order::Descending],
        "The parameters were sorted in descending order.",
        "Sort them in ascending order (3.4.1.3.2).",
    ),
    recomputed(
        "duplicates-lost",
        &[
            |r| r.parameters.duplicates = Duplicates::First,
            |r| r.parameters.duplicates = Duplicates::Last,
        ],
        "Only one of several parameters with the same name was signed.",
        "Keep them all: an object or map loses duplicates, a list does not (3.4.1.3.2).",
    ),
    recomputed(
        "duplicates-identical-lost",
        &[|r| r.parameters.duplicates = Duplicates::Distinct],
        "Only one of several identical parameters was signed.",
        "Keep them all, identical ones included (3.4.1.3.2).",
    ),
    recomputed(
        "duplicates-joined",
        &[|r| r.parameters.duplicates = Duplicates::Joined],
        "The values of parameters with the same name were joined with commas.",
        "Sign each as a parameter of its own (3.4.1.3.2).",
    ),
    recomputed(
        "values-not-encoded",
        &[|r| r.encoding = Encoding::None],
        "Names and values were not percent-encoded before they were joined.",
        "Encode each name and value, join them, then encode the list (3.4.1.3.2, 3.6).",
    ),
    recomputed(
        "reserved-not-encoded",
        &[|r| r.encoding = Encoding::JavaScript],
        "The characters ! ' ( ) * were not encoded.",
        "encodeURIComponent leaves them: encode them as %21 %27 %28 %29 %2A (3.6).",
    ),
    recomputed(
        "encode-uri",
        &[|r| r.encoding = Encoding::Url],
        "Reserved characters such as / : + were not encoded.",
        "encodeURI is for whole URLs: use a function that encodes all but A-Z a-z 0-9 - . _ ~ (3.6).",
    ),
    recomputed(
        "plus-for-space",
        &[|r| r.encoding = Encoding::PlusForSpace],
        "A space was signed as +.",
        "Encode a space as %20 (3.6).",
    ),
    recomputed(
        "form-encoding",
        &[|r| r.encoding = Encoding::Form],
        "Values were encoded as in a form: a space as +, ~ as %7E, * left as it is.",
        "URLEncoder, URLSearchParams and http_build_query do that. Replace + by %20, %7E by ~, * by %2A (3.6).",
    ),
    recomputed(
        "tilde-encoded",
        &[|r| r.encoding = Encoding::TildeEncoded],
        "The character ~ was encoded as %7E.",
        "Leave ~ as it is (3.6).",
    ),
    recomputed(
        "escapes-lower-case",
        &[|r| r.encoding = Encoding::LowerCaseHex],
        "Escapes were written in lower case.",
        "Write them in upper case: %2F, not %2f. In .NET, HttpUtility.UrlEncode writes lower case (3.6).",
    ),
    recomputed(
        "encoding-latin1",
        &[|r| r.encoding = Encoding::Latin1],
        "Characters outside ASCII were encoded as ISO 8859-1.",
        "Encode the bytes of UTF-8: ä is %C3%A4 (3.6).",
    ),
    recomputed(
        "realm-signed",
        &[|r| r.parameters.realm = Realm::Signed],
        "The realm was signed.",
        "Put the realm into the header only, never into the base string (3.4.1.3.1).",
    ),
    recomputed(
        "version-unsigned",
        &[|r| r.parameters.without.push("oauth_version")],
        "oauth_version is in the header but was not signed.",
        "Sign it as oauth_version=1.0, or leave it out of the header as well (3.4.1.3.1).",
    ),
    recomputed(
        "version-unsent",
        &[|r| r.parameters.with.push(("oauth_version", "1.0"))],
        "oauth_version=1.0 was signed but is not in the header.",
        "Send it in the header, or leave it out of the base string as well (3.4.1.3.1).",
    ),
    recomputed(
        "parameter-unsigned",
        &[
            |r| r.parameters.without.push("oauth_token"),
            |r| r.parameters.without.push("oauth_signature_method"),
            |r| r.parameters.without.push("oauth_nonce"),
            |r| r.parameters.without.push("oauth_timestamp"),
            |r| r.parameters.without.push("oauth_consumer_key"),
            |r| r.parameters.without.extend(["oauth_callback", "oauth_verifier", "role"]),
        ],
        "A parameter of the header was not signed.",
        "Sign every parameter of the header but realm and oauth_signature (3.4.1.3.1).",
    ),
    recomputed(
        "signature-signed",
        &[|r| r.parameters.with.push(("oauth_signature", ""))],
        "An empty oauth_signature was signed.",
        "Add oauth_signature after signing (3.4.1.3.1).",
    ),
    recomputed(
        "method-name-other",
        &[
            |r| {
                r.parameters.with.push(("oauth_signature_method", "HMAC-SHA256"));
                r.signature.digest = Digest::HmacSha256;
            },
            |r| r.parameters.with.push(("oauth_signature_method", "HMAC-SHA1")),
            |r| r.parameters.with.push(("oauth_signature_method", "HMAC-SHA256")),
        ],
        "Another oauth_signature_method was signed than the header names.",
        "Sign and send the same: HMAC-SHA256.",
    ),
    recomputed(
        "timestamp-other",
        &[
            |r| r.parameters.timestamp_unit = TimestampUnit::Seconds,
            |r| r.parameters.timestamp_shift = -1,
            |r| r.parameters.timestamp_shift = 1,
            |r| r.parameters.timestamp_shift = -2,
            |r| r.parameters.timestamp_shift = 2,
        ],
        "Another timestamp was signed than the header has.",
        "Read the clock once, and use the same timestamp and nonce in the base string and in the header.",
    ),
    recomputed(
        "header-encoded-twice",
        &[|r| r.parameters.header_values = HeaderValues::AsWritten],
        "Values were encoded for the header before they were signed, so twice.",
        "Sign the plain value; encode it once for the base string and once for the header (3.5.1).",
    ),
    recomputed(
        "body-members-signed",
        &[|r| r.parameters.body = Body::Members],
        "The members of the JSON body were signed as parameters.",
        "Leave a JSON body out: only form bodies are signed. In oauth-1.0a, do not pass data (3.4.1.3.1).",
    ),
    recomputed(
        "body-signed",
        &[|r| r.parameters.body = Body::Whole, |r| r.parameters.body = Body::Named],
        "The text of the body was signed.",
        "Leave a JSON body out: only form bodies are signed (3.4.1.3.1).",
    ),
    recomputed(
        "form-unsigned",
        &[|r| r.parameters.body = Body::LeftOut],
        "The form body was not signed.",
        "Sign a form's parameters like those of the query, or send JSON, which is not signed (3.4.1.3.1).",
    ),
];
