//! `status`: whether the saved tokens work, asked of NetSuite all at once.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::account::AccountId;
use crate::base::blocking::blocking;
use crate::base::console::say;
use crate::cli::context::{Context, named, origin_of};
use crate::cli::output;
use crate::cli::output::{Report, table};
use crate::credentials::{AuthId, Consumer, Token};
use crate::error::{Code, Error, Result};
use crate::netsuite::client::{Client, NetworkSettings};
use crate::netsuite::site::Site;
use crate::netsuite::token_info::{TokenInfo, token_info};
use crate::selection::request::{Given, TokenRequest};
use crate::vault::Vault;
use crate::vault::batch_reader::BatchReader;
use crate::vault::model::{Origin, SavedToken};

/// How long one token may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Questions at once: below what an account allows (help bridgehead 1525252812).
const AT_ONCE: usize = 5;
/// Failures in a row that mean there is no network.
const MANY: usize = 2 * AT_ONCE;

/// A token that is checked: a saved one, or the one of the environment.
struct Subject {
    auth_id: Option<AuthId>,
    account: AccountId,
    role: Option<String>,
}

impl Subject {
    fn saved(token: &SavedToken) -> Self {
        let SavedToken { auth_id, account, role, .. } = token.clone();
        Self { auth_id: Some(auth_id), account, role }
    }

    fn name(&self) -> String {
        self.auth_id.as_ref().map_or("(NETSUITE_TBA_TOKEN_ID)".to_owned(), AuthId::to_string)
    }
}

/// What is known of one token.
struct Checked {
    token: Subject,
    status: Status,
    info: TokenInfo,
    error: Option<Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Works,
    Refused,
    Timeout,
    Unreachable,
    Unreadable,
    OtherRecord,
    Unchecked,
}

impl Status {
    fn as_str(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Refused => "refused",
            Self::Timeout => "timeout",
            Self::Unreachable => "unreachable",
            Self::Unreadable => "unreadable",
            Self::OtherRecord => "other-record",
            Self::Unchecked => "unchecked",
        }
    }

    /// The exit code, and how bad it is compared to others.
    fn exit(self) -> (u8, i32) {
        match self {
            Self::Works | Self::Unchecked => (0, 0),
            Self::OtherRecord => (1, 2),
            Self::Unreadable => (2, 5),
            Self::Timeout | Self::Unreachable => (3, 4),
            Self::Refused => (4, 3),
        }
    }
}

/// Checks every token, or those of one name.
pub async fn run(context: &Context) -> Result<Report> {
    let tokens = if let Some(name) = context.typed.word(0) {
        let (name, origin) = (name.to_owned(), context.origin()?);
        context.with_vault(move |vault| named(vault, &name, origin.as_ref())).await?
    } else {
        let origin = context.origin()?;
        let all = context.with_vault(Vault::list).await?;
        let of_origin = |token: &SavedToken| origin.as_ref().is_none_or(|o| token.origin == *o);
        all.into_iter().filter(of_origin).collect()
    };
    // It is the one that tasks here use, whatever is saved.
    let given = match context.typed.word(0) {
        None => TokenRequest::read(&context.options()?, &context.environment)?.given,
        Some(_) => None,
    };
    if tokens.is_empty() && given.is_none() && !context.typed.is("--json") {
        let there = if context.origin()?.is_some() { " of that NetSuite" } else { "" };
        say(&format!("No token{there} is saved yet. npx netsuite-tba login NAME makes one."));
    }
    // What is at hand can be told without a consumer key; whether it works cannot.
    let consumer = match context.consumer() {
        Err(_) if (tokens.is_empty() && given.is_none()) || context.typed.is("--offline") => None,
        outcome => Some(outcome?),
    };
    let checked = check_all(context, given, tokens, consumer).await?;
    Ok(report(&checked))
}

async fn check_all(
    context: &Context,
    given: Option<Given>,
    tokens: Vec<SavedToken>,
    consumer: Option<Consumer>,
) -> Result<Vec<Checked>> {
    let offline = context.typed.is("--offline") || consumer.is_none();
    let network = if offline { NetworkSettings::default() } else { context.network().await };
    let mut reading = BatchReader::new(&context.vault()?);
    let fingerprint = consumer.as_ref().map(|consumer| consumer.key.fingerprint());
    let mut clients = Clients { network, known: HashMap::new() };
    let (turns, mut asking) = (Arc::new(Semaphore::new(AT_ONCE)), JoinSet::new());
    let outage = Arc::new(Outage::default());
    let mut checked: Vec<Option<Checked>> = Vec::new();
    if let Some(Given { token: secret, account, .. }) = given {
        let subject = Subject { auth_id: None, account, role: None };
        let client = clients.of(&origin_of(&context.site()?));
        let one = match (consumer.clone().filter(|_| !offline), client) {
            (None, _) => unchecked(subject),
            (Some(_), Err(error)) => failed(subject, Status::Unreachable, error),
            (Some(consumer), Ok((site, client))) => {
                ask(&client, &site, &consumer, subject, &secret).await
            }
        };
        checked.push(Some(one));
    }
    let first = checked.len();
    for (at, token) in tokens.into_iter().enumerate().map(|(at, token)| (first + at, token)) {
        let subject = Subject::saved(&token);
        checked.push(None);
        let other = matches!((&token.consumer, &fingerprint), (Some(of), Some(ours)) if of != ours);
        if other {
            let what = "The token was made with another integration record.";
            let error = Error::new(Code::ConsumerMismatch, what)
                .with_next_step("Check it with the consumer key it was made with.");
            checked[at] = Some(failed(subject, Status::OtherRecord, error));
            continue;
        }
        let outcome;
        (reading, outcome) = read(reading, &token).await?;
        let secret = match outcome {
            Ok(secret) => secret,
            Err(error) => {
                checked[at] = Some(failed(subject, Status::Unreadable, error));
                continue;
            }
        };
        let Some(consumer) = consumer.clone().filter(|_| !offline) else {
            checked[at] = Some(unchecked(subject));
            continue;
        };
        let (site, client) = match clients.of(&token.origin) {
            Ok(found) => found,
            Err(error) => {
                checked[at] = Some(failed(subject, Status::Unreachable, error));
                continue;
            }
        };
        let (turns, outage) = (Arc::clone(&turns), Arc::clone(&outage));
        asking.spawn(async move {
            let _turn = turns.acquire().await;
            if let Some(error) = outage.known() {
                return (at, failed(subject, Status::Unreachable, error));
            }
            let one = ask(&client, &site, &consumer, subject, &secret).await;
            outage.count(&one);
            (at, one)
        });
    }
    while let Some(done) = asking.join_next().await {
        let (at, one) = done.map_err(|_| {
            Error::new(Code::Internal, "A part of netsuite-tba stopped unexpectedly.")
        })?;
        checked[at] = Some(one);
    }
    Ok(checked.into_iter().flatten().collect())
}

/// Failures to reach NetSuite at all. Once there were many and nothing else, the rest of a long list
/// need not be waited for.
#[derive(Default)]
struct Outage(Mutex<(usize, Option<Error>)>);

impl Outage {
    fn count(&self, one: &Checked) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (one.status, &one.error) {
            (Status::Unreachable | Status::Timeout, Some(error)) => {
                *seen = (seen.0 + 1, Some(error.clone()));
            }
            // An answer: there is a network.
            _ => *seen = (0, None),
        }
    }

    fn known(&self) -> Option<Error> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.1.clone().filter(|_| seen.0 >= MANY)
    }
}

/// One client for each NetSuite: loading certificates takes a moment.
struct Clients {
    network: NetworkSettings,
    known: HashMap<Origin, (Site, Arc<Client>)>,
}

impl Clients {
    fn of(&mut self, origin: &Origin) -> Result<(Site, Arc<Client>)> {
        if let Some(known) = self.known.get(origin) {
            return Ok(known.clone());
        }
        let site = Site::parse(origin.vm.as_deref(), origin.molecule.as_deref())?;
        let client = Arc::new(Client::new(&self.network, &site)?);
        self.known.insert(origin.clone(), (site.clone(), Arc::clone(&client)));
        Ok((site, client))
    }
}

async fn read(
    mut reading: BatchReader,
    token: &SavedToken,
) -> Result<(BatchReader, Result<Token>)> {
    let token = token.clone();
    blocking(move || {
        let outcome = reading.token(&token);
        Ok((reading, outcome))
    })
    .await
}

async fn ask(
    client: &Client,
    site: &Site,
    consumer: &Consumer,
    token: Subject,
    secret: &Token,
) -> Checked {
    let asking = token_info(client, site, &token.account, consumer, secret);
    match tokio::time::timeout(PATIENCE, asking).await {
        Ok(Ok(info)) => Checked { token, status: Status::Works, info, error: None },
        Ok(Err(error)) => {
            let status = match (error.exit_code(), error.code()) {
                (3, _) => Status::Refused,
                (_, Code::NetworkTimeout) => Status::Timeout,
                _ => Status::Unreachable,
            };
            failed(token, status, error)
        }
        Err(_) => {
            let host = site.restlets_host(&token.account);
            let what = format!("{host} did not answer within {} seconds.", PATIENCE.as_secs());
            failed(token, Status::Timeout, Error::new(Code::NetworkTimeout, what))
        }
    }
}

fn unchecked(token: Subject) -> Checked {
    Checked { token, status: Status::Unchecked, info: TokenInfo::default(), error: None }
}

fn failed(token: Subject, status: Status, error: Error) -> Checked {
    let error = Some(output::in_terms_of_commands(error));
    Checked { token, status, info: TokenInfo::default(), error }
}

fn report(checked: &[Checked]) -> Report {
    let rows: Vec<_> = checked.iter().map(row).collect();
    let headings = ["NAME", "ACCOUNT", "STATUS", "ROLE", "USER", "COMPANY"];
    let mut text = if rows.is_empty() { String::new() } else { table(headings, &rows) };
    for one in checked {
        if let Some(error) = &one.error {
            let _ = write!(
                text,
                "\n{}: {}\n  {}\n",
                one.token.name(),
                error.message(),
                error.next_step()
            );
        }
    }
    let json = json!({ "tokens": checked.iter().map(to_json).collect::<Vec<_>>() });
    let exit = checked.iter().map(|one| one.status.exit()).max().map_or(0, |(_, exit)| exit);
    Report { text, json, exit }
}

fn row(one: &Checked) -> [String; 6] {
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    let role = match (&one.info.role_name, one.info.role.as_ref().or(one.token.role.as_ref())) {
        (Some(name), Some(id)) => format!("{name} ({})", crate::text::printable(id, 40)),
        (Some(name), None) => name.clone(),
        (None, id) => id.map_or_else(String::new, |id| crate::text::printable(id, 40)),
    };
    [
        one.token.name(),
        one.token.account.to_string(),
        one.status.as_str().to_owned(),
        role,
        or_empty(&one.info.user),
        or_empty(&one.info.company_name),
    ]
}

fn to_json(one: &Checked) -> Value {
    json!({
        "authId": one.token.auth_id.as_ref().map(AuthId::as_str),
        "account": one.token.account.as_str(),
        "status": one.status.as_str(),
        "role": one.info.role.as_ref().or(one.token.role.as_ref()),
        "roleName": one.info.role_name,
        "user": one.info.user,
        "company": one.info.company_name,
        "error": one.error.as_ref().map(output::error),
    })
}
