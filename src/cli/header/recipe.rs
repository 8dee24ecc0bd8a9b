//! How code makes the signature of a request, decision by decision.

use crate::cli::header::parse::Header;
use crate::signer::diagnose::{Digest, SignatureRecipe};

/// Every decision that goes into a signature. The default is RFC 5849's; a mistake changes one or
/// two of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipe {
    /// How the method is written.
    pub method: MethodRule,
    /// Which URL is signed.
    pub url: UrlRecipe,
    /// Which parameters are signed, and how they are read.
    pub parameters: ParameterRecipe,
    /// How names and values are encoded.
    pub encoding: Encoding,
    /// In which order the parameters are signed.
    pub order: Order,
    /// How the parameters are joined to a list.
    pub list: List,
    /// How the parts are joined to a base string.
    pub whole: Whole,
    /// How the signature is made of the base string.
    pub signature: SignatureRecipe,
}

impl Recipe {
    /// The recipe that a header claims to follow: RFC 5849's with the method it names.
    pub fn claimed_by(header: &Header) -> Self {
        let mut recipe = Self::default();
        recipe.signature.digest = match header.value("oauth_signature_method").as_deref() {
            Some("HMAC-SHA1") => Digest::HmacSha1,
            Some("HMAC-SHA512") => Digest::HmacSha512,
            Some("PLAINTEXT") => Digest::Plaintext,
            _ => Digest::HmacSha256,
        };
        recipe
    }

    /// Whether it leads to the same base string as another recipe.
    pub fn has_base_of(&self, other: &Self) -> bool {
        let Self { method, url, parameters, encoding, order, list, whole, signature: _ } = self;
        *method == other.method
            && *url == other.url
            && *parameters == other.parameters
            && *encoding == other.encoding
            && *order == other.order
            && *list == other.list
            && *whole == other.whole
    }
}

/// How the method is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MethodRule {
    /// The request's, in upper case.
    #[default]
    UpperCase,
    /// The request's, in lower case.
    LowerCase,
    /// Always this one.
    Other(&'static str),
}

/// Which URL is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UrlRecipe {
    /// The scheme.
    pub scheme: Scheme,
    /// The host.
    pub host: Host,
    /// The port.
    pub port: Port,
    /// The path.
    pub path: Path,
    /// What follows the path.
    pub tail: Tail,
    /// How often the URL is percent-encoded.
    pub encoded: Times,
}

/// The scheme that is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// The request's, in lower case.
    #[default]
    LowerCase,
    /// In upper case.
    UpperCase,
    /// http for https, or the reverse.
    Other,
    /// None: the URL starts with the host.
    LeftOut,
}

/// The host that is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Host {
    /// The request's, in lower case.
    #[default]
    LowerCase,
    /// As it is written in the URL.
    AsWritten,
    /// In upper case.
    UpperCase,
    /// With an underscore in the account, in lower case.
    Underscore,
    /// With an underscore in the account, in upper case.
    UpperCaseUnderscore,
    /// The account's host of this service, as `suitetalk.api`.
    Service(&'static str),
    /// A host shared by all accounts.
    Shared(&'static str),
    /// The same service, but of the production account.
    OfProduction,
    /// None, and no scheme: the URL is the path.
    LeftOut,
}

/// The port that is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Port {
    /// Only one that is not the default.
    #[default]
    UnlessDefault,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The path that is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Path {
    /// As it is sent.
    #[default]
    AsSent,
    /// With its escapes decoded.
    Decoded,
    /// With its escapes encoded again.
    EncodedAgain,
    /// In lower case.
    LowerCase,
    /// Without the slash at its end.
    NoSlash,
    /// With a slash at its end.
    ExtraSlash,
    /// None.
    LeftOut,
}

/// What follows the path in the signed URL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tail {
    /// Nothing.
    #[default]
    Nothing,
    /// The query, which stays among the parameters.
    Query,
    /// A question mark.
    QuestionMark,
    /// The fragment.
    Fragment,
}

/// How often something is percent-encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    /// Not at all.
    Never,
    /// Once.
    #[default]
    Once,
    /// Twice.
    Twice,
}

/// Which parameters are signed, and how they are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParameterRecipe {
    /// Those of the URL.
    pub query: Query,
    /// How values of URL and form are read.
    pub reading: Reading,
    /// Those of the body.
    pub body: Body,
    /// What happens to parameters of one name.
    pub duplicates: Duplicates,
    /// Header parameters that are left out.
    pub without: Vec<&'static str>,
    /// Parameters that are signed in place of those of that name in the header.
    pub with: Vec<(&'static str, &'static str)>,
    /// Whether the realm is signed.
    pub realm: Realm,
    /// How values of the header are read.
    pub header_values: HeaderValues,
    /// Seconds between the signed timestamp and the one in the header.
    pub timestamp_shift: i64,
    /// Whether the signed timestamp is in another unit than the one in the header.
    pub timestamp_unit: TimestampUnit,
}

/// Which parameters of the URL are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Query {
    /// All of them.
    #[default]
    All,
    /// None.
    LeftOut,
    /// Only `script` and `deploy`.
    ScriptAndDeploy,
    /// Those with `=`.
    WithEquals,
    /// Those with a value.
    WithValue,
    /// All of them, with the fragment at the end of the last.
    WithFragment,
    /// The query as one parameter.
    Whole,
}

/// How values of a URL or form are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// Decoded; `+` is a space.
    #[default]
    Decoded,
    /// Decoded; `+` stays.
    PlusKept,
    /// Not decoded.
    Raw,
    /// Decoded twice.
    Twice,
}

/// What of the body is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Body {
    /// A form is, anything else is not.
    #[default]
    Form,
    /// Nothing.
    LeftOut,
    /// The members of a JSON object.
    Members,
    /// The text, as the name of a parameter.
    Whole,
    /// The text, as the value of `body`.
    Named,
}

/// What happens to parameters of one name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Duplicates {
    /// All are kept.
    #[default]
    Kept,
    /// The first is kept.
    First,
    /// The last is kept.
    Last,
    /// Their values are joined with commas.
    Joined,
    /// One of those that are identical is kept.
    Distinct,
}

/// Whether the realm is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Realm {
    /// It is not.
    #[default]
    NotSigned,
    /// It is.
    Signed,
}

/// How values of the header are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeaderValues {
    /// Decoded.
    #[default]
    Decoded,
    /// As they are written, so that they are encoded twice.
    AsWritten,
}

/// The unit of the signed timestamp.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimestampUnit {
    /// The header's.
    #[default]
    AsSent,
    /// Seconds, where the header has milliseconds.
    Seconds,
}

/// How names and values are encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// As RFC 3986 says, in upper case.
    #[default]
    Rfc3986,
    /// Not at all.
    None,
    /// As JavaScript's `encodeURIComponent` does: `!'()*` stay.
    JavaScript,
    /// As forms are: `+` for a space, `*` stays, `~` does not.
    Form,
    /// `+` for a space.
    PlusForSpace,
    /// `~` as `%7E`.
    TildeEncoded,
    /// `%2f` for `%2F`.
    LowerCaseHex,
    /// As JavaScript's `encodeURI` does: reserved characters stay.
    Url,
    /// One byte for a character, as ISO 8859-1 has it.
    Latin1,
}

/// The order of the parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By encoded name, then encoded value.
    #[default]
    Sorted,
    /// The header's as they come, then the others.
    HeaderFirst,
    /// The others as they come, then the header's.
    HeaderLast,
    /// The header's sorted, then the others.
    SortedHeaderFirst,
    /// The others, then the header's sorted.
    SortedHeaderLast,
    /// Sorted before encoding.
    BeforeEncoding,
    /// Sorted by name only.
    ByName,
    /// Sorted as `name=value` texts.
    Joined,
    /// Sorted without regard to case.
    IgnoringCase,
    /// Sorted from the last to the first.
    Descending,
}

/// How the parameters are joined to a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum List {
    /// Joined with `&`, then encoded.
    #[default]
    Encoded,
    /// Not encoded.
    NotEncoded,
    /// Encoded twice.
    EncodedTwice,
    /// With an `&` at its end.
    TrailingAmpersand,
    /// With an `&` before the first.
    LeadingAmpersand,
    /// Joined without `=` between name and value.
    NoEquals,
    /// Joined with commas.
    Commas,
}

/// How the parts are joined to a base string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whole {
    /// `METHOD&URL&parameters`.
    #[default]
    Joined,
    /// The same, encoded once more.
    EncodedAgain,
    /// Without the method.
    NoMethod,
    /// Without the URL.
    NoUrl,
    /// Only the parameters, not encoded.
    ParametersOnly,
    /// SuiteTalk's token passport.
    Passport,
    /// The same in lower case.
    LowerCase,
}
