//! Why NetSuite refuses a token that Oracle's tools use: what `/rest/tokeninfo` says of it, in words.

use crate::credentials::Consumer;
use crate::error::{Code, Error, Exit};
use crate::netsuite::client::Client;
use crate::netsuite::network_settings::NetworkSettings;
use crate::netsuite::site::Site;
use crate::netsuite::token_info::{TokenInfo, token_info};
use crate::session::{Session, Source};

/// What NetSuite says of a token.
#[derive(Clone)]
pub enum Verdict {
    /// It refuses the token, for this reason.
    Refused(Error),
    /// It accepts the token.
    Accepted(TokenInfo),
    /// It could not be asked.
    Unknown,
}

/// Everything needed to ask.
pub struct Question<'a> {
    /// Where NetSuite is.
    pub site: &'a Site,
    /// How it is reached.
    pub network: &'a NetworkSettings,
    /// The integration record.
    pub consumer: &'a Consumer,
    /// The token.
    pub session: &'a Session,
}

/// Asks NetSuite about a token.
pub async fn ask(question: Question<'_>) -> Verdict {
    let Question { site, network, consumer, session } = question;
    let Ok(client) = Client::new(network, site) else { return Verdict::Unknown };
    match token_info(&client, site, &session.account, consumer, &session.token).await {
        Ok(info) => Verdict::Accepted(info),
        // A network that fails now explains nothing.
        Err(error) if error.code().row().exit == Exit::Refused => {
            Verdict::Refused(with_cure(error, session))
        }
        Err(_) => Verdict::Unknown,
    }
}

/// How the token is called.
pub fn token_name(session: &Session) -> String {
    match (&session.auth_id, session.source) {
        (Some(auth_id), _) => format!("the token {auth_id}"),
        (None, Source::Environment) => "the token of NETSUITE_TBA_TOKEN_ID".to_owned(),
        (None, _) => "the token of --token".to_owned(),
    }
}

/// What is said of a token that is refused.
pub fn refused(session: &Session, reason: &Error) -> String {
    format!("NetSuite refuses {}: {reason}", token_name(session))
}

/// What is said of requests that fail although their token is accepted.
pub fn accepted(session: &Session, info: &TokenInfo) -> String {
    let name = token_name(session);
    let role = match (&info.role_name, &info.role, &session.role) {
        (Some(name), ..) => format!(", role {name}"),
        (None, Some(id), _) => format!(", role {id}"),
        (None, None, Some(id)) => format!(", role {id}"),
        (None, None, None) => String::new(),
    };
    format!(
        "NetSuite accepts {name} (account {}{role}), but its requests fail. Likely causes: the role \
         lacks a permission, the SuiteApp of the developer tools is missing or too old in this \
         account, or the script deployment is not available to the role.",
        session.account
    )
}

/// The next step that helps with this token.
fn with_cure(error: Error, session: &Session) -> Error {
    let next = match (error.code(), &session.auth_id, session.source) {
        // The tools reuse a name that is typed under New token, so --to alone would not help.
        (Code::InvalidLogin, Some(auth_id), _) => format!(
            "Sign in again with: npx netsuite-tba login {auth_id} (or --to, New token and another name)."
        ),
        (Code::InvalidLogin | Code::InvalidSignature, None, Source::Environment) => {
            "Compare NETSUITE_TBA_TOKEN_ID and NETSUITE_TBA_TOKEN_SECRET with what NetSuite showed when the token was made. If they are right, make a new token in NetSuite."
                .to_owned()
        }
        (Code::InvalidLogin | Code::InvalidSignature, None, _) => {
            "Compare both halves of --token ID:SECRET with what NetSuite showed when the token was made. If they are right, make a new token in NetSuite, or leave --token out and sign in."
                .to_owned()
        }
        _ => return error,
    };
    error.with_next_step(next)
}
