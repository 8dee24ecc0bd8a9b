//! Why NetSuite refuses a token. It says "Invalid login attempt" for a revoked token and for a wrong
//! consumer secret alike; only a request without a token tells them apart.

use std::time::Duration;

use crate::account::AccountId;
use crate::cli::status::checked::{Checked, Status};
use crate::credentials::Consumer;
use crate::error::{Code, Error, Exit};
use crate::netsuite::client::Client;
use crate::netsuite::site::Site;
use crate::netsuite::token_endpoints::request_token;
use crate::selection::request::DEFAULT_PORT;
use crate::vault::model::Origin;

/// How long the extra request may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is known about the consumer in each account that was asked.
pub(super) struct Refusals<'a> {
    consumer: &'a Consumer,
    known: Vec<((Origin, AccountId), Option<Error>)>,
}

impl<'a> Refusals<'a> {
    pub(super) fn new(consumer: &'a Consumer) -> Self {
        Self { consumer, known: Vec::new() }
    }

    /// Replaces the reason of a refusal if it is the consumer that NetSuite refuses.
    pub(super) async fn explain(&mut self, one: &mut Checked, client: &Client, site: &Site) {
        let refused = one.error.as_ref().is_some_and(|error| error.code() == Code::InvalidLogin);
        if one.status != Status::Refused || !refused {
            return;
        }
        let place = (one.token.origin.clone(), one.token.account.clone());
        let known = self.known.iter().find(|(of, _)| *of == place).map(|(_, error)| error.clone());
        let error = if let Some(known) = known {
            known
        } else {
            let account = &one.token.account;
            let found = fault_of_the_consumer(client, site, account, self.consumer).await;
            self.known.push((place, found.clone()));
            found
        };
        if let Some(error) = error {
            one.error = Some(error);
        }
    }
}

/// What is wrong with a consumer, if that is why NetSuite refuses a token.
pub async fn fault_of_the_consumer(
    client: &Client,
    site: &Site,
    account: &AccountId,
    consumer: &Consumer,
) -> Option<Error> {
    let callback = format!("http://localhost:{DEFAULT_PORT}/tba");
    let asking = request_token(client, site, Some(account), consumer, None, &callback);
    let error = tokio::time::timeout(PATIENCE, asking).await.ok()?.err()?;
    match error.code() {
        Code::InvalidSignature => {
            let what = "The consumer secret does not belong to the consumer key, so NetSuite \
                        refuses every token.";
            Some(Error::new(Code::InvalidSignature, what))
        }
        // A port that is not allowed says that key and secret are right.
        Code::InvalidCallback => None,
        _ => (error.exit() == Exit::Refused).then_some(error),
    }
}
