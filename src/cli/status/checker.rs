//! Checks the tokens: reads each secret and asks NetSuite, several at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::base::blocking::blocking;
use crate::cli::context::Context;
use crate::cli::status::checked::{Checked, Status, Subject};
use crate::cli::status::refused::Refusals;
use crate::credentials::{Consumer, Token};
use crate::error::{Code, Error, Exit, Result};
use crate::netsuite::client::Client;
use crate::netsuite::network_settings::NetworkSettings;
use crate::netsuite::site::Site;
use crate::netsuite::token_info::token_info;
use crate::selection::decision::origin_of;
use crate::selection::request::Given;
use crate::vault::batch_reader::BatchReader;
use crate::vault::model::{Origin, SavedToken};

/// How long one token may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Requests at the same time: fewer than an account allows (help bridgehead 1525252812).
const AT_ONCE: usize = 5;
/// Failures in a row that mean there is no network.
const MANY: usize = 2 * AT_ONCE;

/// Checks tokens in the order they are to be listed in.
pub(super) struct Checker {
    /// Nothing if NetSuite is not to be asked.
    consumer: Option<Consumer>,
    fingerprint: Option<crate::credentials::ConsumerFingerprint>,
    reading: Option<BatchReader>,
    clients: Clients,
    checked: Vec<Option<Checked>>,
    asking: JoinSet<(usize, Checked)>,
    turns: Arc<Semaphore>,
    outage: Arc<Outage>,
}

impl Checker {
    /// A checker; without a consumer, or with `--offline`, it asks nothing.
    pub(super) async fn new(context: &Context, consumer: Option<Consumer>) -> Result<Self> {
        let fingerprint = consumer.as_ref().map(|consumer| consumer.key.fingerprint());
        let consumer = consumer.filter(|_| !context.typed.is("--offline"));
        let network = match &consumer {
            Some(_) => context.network().await,
            None => NetworkSettings::default(),
        };
        Ok(Self {
            consumer,
            fingerprint,
            reading: Some(BatchReader::new(&context.vault()?)),
            clients: Clients { network, known: HashMap::new() },
            checked: Vec::new(),
            asking: JoinSet::new(),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            outage: Arc::default(),
        })
    }

    /// The token of the environment.
    pub(super) fn check_given(&mut self, context: &Context, given: Given) -> Result<()> {
        let origin = origin_of(&context.site()?);
        let subject = Subject { auth_id: None, account: given.account, role: None, origin };
        self.ask_later(subject, given.token);
        Ok(())
    }

    /// A saved token.
    pub(super) async fn check_saved(&mut self, token: SavedToken) -> Result<()> {
        let subject = Subject::saved(&token);
        if matches!((&token.consumer, &self.fingerprint), (Some(of), Some(ours)) if of != ours) {
            let what = "The token was created with a different integration record.";
            let error = Error::new(Code::ConsumerMismatch, what)
                .with_next_step("Check it with the consumer key it was created with.");
            self.checked.push(Some(Checked::failed(subject, Status::OtherRecord, error)));
            return Ok(());
        }
        match self.read(token).await? {
            Ok(secret) => self.ask_later(subject, secret),
            Err(error) => {
                self.checked.push(Some(Checked::failed(subject, Status::Unreadable, error)));
            }
        }
        Ok(())
    }

    async fn read(&mut self, token: SavedToken) -> Result<Result<Token>> {
        let Some(mut reading) = self.reading.take() else {
            return Err(Error::new(Code::Internal, "The vault is already being read."));
        };
        let (reading, outcome) = blocking(move || {
            let outcome = reading.token(&token);
            Ok((reading, outcome))
        })
        .await?;
        self.reading = Some(reading);
        Ok(outcome)
    }

    fn ask_later(&mut self, subject: Subject, secret: Token) {
        let Some(consumer) = self.consumer.clone() else {
            self.checked.push(Some(Checked::unchecked(subject)));
            return;
        };
        let (site, client) = match self.clients.of(&subject.origin) {
            Ok(found) => found,
            Err(error) => {
                self.checked.push(Some(Checked::failed(subject, Status::Unreachable, error)));
                return;
            }
        };
        let at = self.checked.len();
        self.checked.push(None);
        let (turns, outage) = (Arc::clone(&self.turns), Arc::clone(&self.outage));
        self.asking.spawn(async move {
            let _turn = turns.acquire().await;
            if let Some(error) = outage.known() {
                return (at, Checked::failed(subject, Status::Unreachable, error));
            }
            let one = ask(&client, &site, &consumer, subject, &secret).await;
            outage.count(&one);
            (at, one)
        });
    }

    /// Everything that was found out.
    pub(super) async fn finish(mut self) -> Result<Vec<Checked>> {
        while let Some(done) = self.asking.join_next().await {
            let (at, one) = done.map_err(|_| {
                Error::new(Code::Internal, "A part of netsuite-tba stopped unexpectedly.")
            })?;
            self.checked[at] = Some(one);
        }
        let mut checked: Vec<Checked> = self.checked.into_iter().flatten().collect();
        if let Some(consumer) = &self.consumer {
            let mut refusals = Refusals::new(consumer);
            for one in &mut checked {
                if let Ok((site, client)) = self.clients.of(&one.token.origin) {
                    refusals.explain(one, &client, &site).await;
                }
            }
        }
        Ok(checked)
    }
}

/// Failures to reach NetSuite at all. After many of them and nothing else, the rest of a long list
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
            let status = match (error.exit(), error.code()) {
                (Exit::Refused, _) => Status::Refused,
                (_, Code::NetworkTimeout) => Status::Timeout,
                _ => Status::Unreachable,
            };
            Checked::failed(token, status, for_simulator(error, site))
        }
        Err(_) => {
            let host = site.restlets_host(&token.account);
            let what = format!("{host} did not answer within {} seconds.", PATIENCE.as_secs());
            let error = Error::new(Code::NetworkTimeout, what);
            Checked::failed(token, Status::Timeout, for_simulator(error, site))
        }
    }
}

/// What to do if a simulator is not there has nothing to do with proxies and account IDs.
fn for_simulator(error: Error, site: &Site) -> Error {
    match site.vm() {
        Some(_) if error.exit() == Exit::Network => {
            error.with_next_step("Start the simulator: npx netsuite-tba simulator --port N")
        }
        _ => error,
    }
}
