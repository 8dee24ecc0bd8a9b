//! Mistakes that signing code makes. Each is tried alone and then with one other: where the
//! signature comes out as in the header, that is what the code does.

use crate::cli::header::Finding;
use crate::cli::header::parse::Header;
use crate::cli::header::request::Request;
use crate::signer::diagnose::{KeyRecipe, signature_of};

/// Something that code does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// Parameters as they come, the header's first.
    Unsorted,
    /// Parameters as they come, the query's first.
    QueryFirst,
    /// Sorted before encoding.
    SortedRaw,
    /// Sorted by name only.
    SortedByName,
    /// Sorted as `name=value`.
    SortedJoined,
    /// Query values encoded without being decoded first.
    DoubleEncoded,
    /// `!'()*` left as they are.
    ReservedKept,
    /// `%2f` instead of `%2F`.
    LowerCaseEscapes,
    /// `+` in the query taken for a plus sign.
    PlusKept,
    /// Only the first parameter of each name.
    FirstOfDuplicates,
    /// Only the last parameter of each name.
    LastOfDuplicates,
    /// Values of one name joined by commas.
    JoinedDuplicates,
    /// `+` for a space.
    PlusForSpace,
    /// The query not signed.
    QueryLeftOut,
    /// Parameters without `=` not signed.
    BareLeftOut,
    /// The query kept in the base string's URL.
    QueryInUrl,
    /// The members of a JSON body signed.
    BodyMembers,
    /// The text of the body signed.
    BodyWhole,
    /// A form body not signed.
    FormLeftOut,
    /// The realm signed.
    RealmSigned,
    /// The path in lower case.
    PathCase,
    /// Without the slash at the end.
    PathSlash,
    /// The host's case kept.
    HostCase,
    /// The default port in the URL.
    PortKept,
    /// http for https, or the other way round.
    Scheme,
    /// The method in lower case.
    MethodCase,
    /// Another method.
    Method(&'static str),
    /// What follows `#` signed.
    FragmentKept,
    /// The key put together wrongly.
    Key(KeyRecipe),
}

use Mistake as M;

const ALL: [Mistake; 37] = [
    M::Unsorted,
    M::QueryFirst,
    M::SortedRaw,
    M::SortedByName,
    M::SortedJoined,
    // First: a lone plus sign is double encoding too, and this says it better.
    M::PlusKept,
    M::DoubleEncoded,
    M::ReservedKept,
    M::LowerCaseEscapes,
    M::FirstOfDuplicates,
    M::LastOfDuplicates,
    M::JoinedDuplicates,
    M::PlusForSpace,
    M::QueryLeftOut,
    M::BareLeftOut,
    M::QueryInUrl,
    M::BodyMembers,
    M::BodyWhole,
    M::FormLeftOut,
    M::RealmSigned,
    M::PathCase,
    M::PathSlash,
    M::HostCase,
    M::PortKept,
    M::Scheme,
    M::FragmentKept,
    M::MethodCase,
    M::Method("GET"),
    M::Method("POST"),
    M::Method("PUT"),
    M::Method("DELETE"),
    M::Method("PATCH"),
    M::Key(KeyRecipe::NoTokenSecret),
    M::Key(KeyRecipe::NoAmpersand),
    M::Key(KeyRecipe::Swapped),
    M::Key(KeyRecipe::LineEnd),
    M::Key(KeyRecipe::NotEncoded),
];

/// What the code that made the header does wrong; nothing when the signature is right.
pub fn find(header: &Header, request: &Request<'_>, secrets: (&str, &str)) -> Option<Vec<Finding>> {
    let Some(sent) = header.get("oauth_signature") else { return Some(Vec::new()) };
    // Encoded once, not at all, or twice: that is told by another rule.
    let values = [sent.value(), sent.raw.clone(), crate::cli::header::parse::decode(&sent.value())];
    let makes = |mistakes: &[Mistake]| {
        let shape = mistakes.iter().find_map(|mistake| match mistake {
            M::Key(shape) => Some(*shape),
            _ => None,
        });
        let base = request.base_string(header, mistakes);
        let signature = signature_of(&base, secrets, shape.unwrap_or(KeyRecipe::Right));
        values.contains(&signature)
    };
    if makes(&[]) {
        return None;
    }
    if let Some(one) = ALL.iter().find(|one| makes(&[**one])) {
        return Some(vec![one.finding()]);
    }
    for (at, one) in ALL.iter().enumerate() {
        if let Some(other) = ALL[at + 1..].iter().find(|other| makes(&[*one, **other])) {
            return Some(vec![one.finding(), other.finding()]);
        }
    }
    Some(vec![Finding::error(
        "signature",
        "The signature is not the one of this request, and no usual mistake explains it.",
        "Check that method and URL are those that were sent and that both secrets are right, and pass --body FILE where a form was sent; compare the base string with that of netsuite-tba explain METHOD URL.",
    )])
}

impl Mistake {
    fn finding(self) -> Finding {
        let (_, problem, what, fix) = TEXTS
            .iter()
            .find(|(mistakes, ..)| mistakes.contains(&self))
            .copied()
            .unwrap_or((&[], "signature", "The signature is wrong.", "Compare the base strings."));
        Finding::error(problem, what, fix)
    }
}

/// Name, what is wrong, what to do. RFC 5849 section numbers tell where it stands.
type Text = (&'static [Mistake], &'static str, &'static str, &'static str);

const TEXTS: &[Text] = &[
    (
        &[M::Unsorted, M::QueryFirst],
        "order",
        "The parameters were signed in the order they came in.",
        "Sort all parameters, the query's among the header's, by encoded name, then value (3.4.1.3.2).",
    ),
    (
        &[M::SortedRaw],
        "order",
        "The parameters were sorted before they were encoded.",
        "Encode first, then sort by bytes (3.4.1.3.2).",
    ),
    (
        &[M::SortedByName],
        "order",
        "Parameters of one name were left in the order they came in.",
        "Sort by name, then by value (3.4.1.3.2).",
    ),
    (
        &[M::SortedJoined],
        "order",
        "The parameters were sorted as name=value texts.",
        "Sort by name first, then by value: = comes after - and the digits (3.4.1.3.2).",
    ),
    (
        &[M::DoubleEncoded],
        "double-encoding",
        "The query's values were encoded without being decoded first, so twice.",
        "Decode the query, then encode each name and value once (3.4.1.3.1, 3.6).",
    ),
    (
        &[M::ReservedKept],
        "encoding",
        "The characters ! ' ( ) * were not encoded.",
        "encodeURIComponent leaves them: encode them too (3.6).",
    ),
    (
        &[M::LowerCaseEscapes],
        "encoding",
        "Escapes were written in lower case.",
        "Write them in upper case: %2F, not %2f (3.6).",
    ),
    (
        &[M::PlusKept],
        "encoding",
        "A + in the query was signed as a plus sign.",
        "In a query + is a space, and becomes %20 (3.4.1.3.1).",
    ),
    (
        &[M::JoinedDuplicates],
        "lost-duplicate",
        "Values of one name were joined by commas.",
        "Keep each as a parameter of its own (3.4.1.3.2).",
    ),
    (
        &[M::PlusForSpace],
        "encoding",
        "A space was signed as +.",
        "A space is %20 in a base string (3.6).",
    ),
    (
        &[M::FragmentKept],
        "url",
        "What follows # was signed.",
        "It is neither sent nor signed (3.4.1.2).",
    ),
    (
        &[M::FirstOfDuplicates, M::LastOfDuplicates],
        "lost-duplicate",
        "Of parameters with one name only one was signed.",
        "Keep them all: an object or map loses duplicates, a list does not (3.4.1.3.2).",
    ),
    (
        &[M::QueryLeftOut],
        "query",
        "The query was not signed.",
        "Sign its parameters with those of the header (3.4.1.3.1).",
    ),
    (
        &[M::BareLeftOut],
        "query",
        "A parameter without = was not signed.",
        "It is signed with an empty value (3.4.1.3.1).",
    ),
    (
        &[M::QueryInUrl],
        "query",
        "The query was left in the URL of the base string.",
        "Cut the URL at the question mark; the query's parameters go into the list (3.4.1.2).",
    ),
    (
        &[M::BodyMembers, M::BodyWhole],
        "signed-body",
        "The body was signed.",
        "Only form bodies are signed; leave a JSON body out (3.4.1.3.1).",
    ),
    (
        &[M::FormLeftOut],
        "form",
        "The form body was not signed.",
        "Sign its parameters like those of the query (3.4.1.3.1).",
    ),
    (
        &[M::RealmSigned],
        "realm-signed",
        "The realm was signed.",
        "The realm goes into the header and never into the base string (3.4.1.3.1).",
    ),
    (
        &[M::PathCase],
        "url",
        "The path was signed in lower case.",
        "Only scheme and host become lower case; the path stays as it is (3.4.1.2).",
    ),
    (
        &[M::PathSlash],
        "url",
        "The slash at the end of the path was not signed.",
        "Sign the path exactly as it is requested; an empty one is / (3.4.1.2).",
    ),
    (
        &[M::HostCase],
        "url",
        "The host was not signed in lower case.",
        "Scheme and host become lower case (3.4.1.2).",
    ),
    (
        &[M::PortKept],
        "url",
        "The default port was signed.",
        "Leave :443 of https and :80 of http out (3.4.1.2).",
    ),
    (
        &[M::Scheme],
        "url",
        "The URL was signed with the other scheme, http or https.",
        "Sign the URL that is requested, also behind a proxy (3.4.1.2).",
    ),
    (
        &[M::MethodCase],
        "method",
        "The method was signed in lower case.",
        "The method is signed in upper case (3.4.1.1).",
    ),
    (
        &[
            M::Method("GET"),
            M::Method("POST"),
            M::Method("PUT"),
            M::Method("DELETE"),
            M::Method("PATCH"),
        ],
        "method",
        "Another method was signed than the one examined here.",
        "Sign the method that is requested (3.4.1.1).",
    ),
    (
        &[M::Key(KeyRecipe::NoTokenSecret)],
        "key",
        "The key holds no token secret.",
        "The key is the encoded consumer secret, &, and the encoded token secret (3.4.2).",
    ),
    (
        &[M::Key(KeyRecipe::Swapped)],
        "key",
        "The secrets stand in the key the wrong way round.",
        "The consumer secret comes first, then & and the token secret (3.4.2).",
    ),
    (
        &[M::Key(KeyRecipe::LineEnd)],
        "key",
        "A secret has a line end after it.",
        "Trim what is read from files and variables before the key is made.",
    ),
    (
        &[M::Key(KeyRecipe::NotEncoded)],
        "key",
        "The secrets are not encoded in the key.",
        "Encode each secret, then put & between them (3.4.2).",
    ),
    (
        &[M::Key(KeyRecipe::NoAmpersand)],
        "key",
        "The key has no & between the secrets.",
        "The key is the encoded consumer secret, &, and the encoded token secret (3.4.2).",
    ),
];
