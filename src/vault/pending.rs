//! Sign-ins begun in one process and finished in another: a file with what a redirect is measured
//! by, and the request token's secret kept like any secret.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::account::AccountId;
use crate::base::console;
use crate::base::time::now;
use crate::credentials::{AuthId, ConsumerFingerprint, RoleId, Token};
use crate::error::{Code, Error, Result};
use crate::fs::open::Links;
use crate::vault::Vault;
use crate::vault::index::{SecretId, SecretPlace};
use crate::vault::model::{Origin, StoreKind};

const NAME: &str = "sign-ins.json";

/// A sign-in that was begun.
#[derive(Clone, Debug)]
pub struct PendingSignIn {
    /// The name the token will be saved under.
    pub auth_id: AuthId,
    /// The account asked for.
    pub account: Option<AccountId>,
    /// The role asked for.
    pub role: Option<RoleId>,
    /// Which NetSuite.
    pub origin: Origin,
    /// Which integration record asked.
    pub consumer: ConsumerFingerprint,
    /// What ties the redirect to it.
    pub state: String,
    /// The request token's ID.
    pub request_token: String,
    /// When it ends, in seconds since 1970.
    pub expires_at: u64,
    /// Where its secret is; nothing until it is kept.
    pub place: Option<SecretPlace>,
}

impl PendingSignIn {
    /// Whether its time is over.
    pub fn is_expired(&self) -> bool {
        self.expires_at <= now()
    }

    fn parse(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let store = StoreKind::named(&text("store")?)?;
        Some(Self {
            auth_id: AuthId::from_existing(&text("authID")?)?,
            account: text("account").map(|id| AccountId::parse_strict(&id)).transpose().ok()?,
            role: text("role").map(|id| RoleId::parse(&id)).transpose().ok()?,
            origin: Origin { vm: text("vm"), molecule: text("molecule") },
            consumer: ConsumerFingerprint(text("consumer")?),
            state: text("state")?,
            request_token: text("requestToken")?,
            expires_at: value.get("expiresAt")?.as_u64()?,
            place: Some(SecretPlace { store, id: SecretId::parse(&text("id")?)? }),
        })
    }

    fn to_value(&self) -> Value {
        let mut map = Map::new();
        let mut put = |key: &str, value: Option<&str>| {
            if let Some(value) = value {
                map.insert(key.to_owned(), json!(value));
            }
        };
        put("authID", Some(self.auth_id.as_str()));
        put("account", self.account.as_ref().map(AccountId::as_str));
        put("role", self.role.as_ref().map(RoleId::as_str));
        put("vm", self.origin.vm.as_deref());
        put("molecule", self.origin.molecule.as_deref());
        put("consumer", Some(&self.consumer.0));
        put("state", Some(&self.state));
        put("requestToken", Some(&self.request_token));
        put("store", self.place.as_ref().map(|place| place.store.as_str()));
        put("id", self.place.as_ref().map(|place| place.id.as_str()));
        map.insert("expiresAt".to_owned(), json!(self.expires_at));
        Value::Object(map)
    }
}

/// Those whose time is over.
pub(super) fn expired(all: &[PendingSignIn]) -> impl Iterator<Item = &PendingSignIn> {
    all.iter().filter(|one| one.is_expired())
}

impl Vault {
    /// Every sign-in that was begun, the expired ones included; no secret is read.
    ///
    /// # Errors
    /// When the file cannot be read. One that is damaged counts for nothing: what was in it would
    /// have expired within minutes.
    pub fn unfinished(&self) -> Result<Vec<PendingSignIn>> {
        let content = self.0.settings.files().read(&self.sign_ins()?, Links::Refused)?;
        let Some(content) = content else { return Ok(Vec::new()) };
        let value: Value = serde_json::from_slice(&content.bytes).unwrap_or_default();
        let list = value.get("signIns").and_then(Value::as_array);
        let found: Vec<PendingSignIn> =
            list.into_iter().flatten().filter_map(PendingSignIn::parse).collect();
        console::debug(|| format!("{} sign-ins were begun and not finished", found.len()));
        Ok(found)
    }

    /// Keeps a sign-in that was begun; expired ones go. One of the same name is replaced.
    ///
    /// # Errors
    /// What is wrong with the store chosen.
    pub fn begin(&self, mut new: PendingSignIn, token: &Token) -> Result<()> {
        let ready = self.ready_to_save(&new.auth_id, &new.origin)?;
        if let Some(notice) = &ready.notice {
            console::warn(notice);
        }
        // Oracle's file has no room for anything but whole tokens.
        let store = match ready.store {
            StoreKind::Nstba => StoreKind::File,
            store => store,
        };
        let _edit = self.edit()?;
        let (old, mut kept): (Vec<_>, Vec<_>) = self.unfinished()?.into_iter().partition(|one| {
            one.is_expired() || (one.auth_id == new.auth_id && one.origin == new.origin)
        });
        let place = SecretPlace { store, id: SecretId::random()? };
        new.place = Some(place.clone());
        kept.push(new);
        // Named before it exists, so that no crash leaves a secret nobody knows of.
        self.write_unfinished(&kept)?;
        let written = self.0.stores.put(store, &[(&place.id, token)]);
        if let Err(error) =
            written.and_then(|outcomes| outcomes.into_iter().collect::<Result<()>>())
        {
            kept.pop();
            let _ = self.write_unfinished(&kept);
            return Err(error);
        }
        self.delete_secrets(&old);
        Ok(())
    }

    /// The request token of a sign-in that was begun.
    ///
    /// # Errors
    /// [`Code::SecretMissing`], or what is wrong with its store.
    pub fn request_token(&self, one: &PendingSignIn) -> Result<Token> {
        let found = one.place.as_ref().map(|place| self.0.stores.get(place)).transpose()?.flatten();
        found.ok_or_else(|| {
            let what = "The secret of the sign-in that was begun is gone.";
            Error::new(Code::SecretMissing, what).with_next_step("Begin it again with --start.")
        })
    }

    /// Forgets a sign-in that has come to its end.
    ///
    /// # Errors
    /// [`Code::StoreUnwritable`], [`Code::StoreBusy`].
    pub fn forget(&self, one: &PendingSignIn) -> Result<()> {
        self.forget_those(|other| other.state == one.state)
    }

    /// Forgets those that have expired.
    pub(super) fn forget_expired(&self) -> Result<()> {
        if expired(&self.unfinished()?).next().is_none() {
            return Ok(());
        }
        self.forget_those(PendingSignIn::is_expired)
    }

    fn forget_those(&self, which: impl Fn(&PendingSignIn) -> bool) -> Result<()> {
        let _edit = self.edit()?;
        let (old, kept): (Vec<_>, Vec<_>) = self.unfinished()?.into_iter().partition(which);
        self.delete_secrets(&old);
        self.write_unfinished(&kept)
    }

    fn delete_secrets(&self, old: &[PendingSignIn]) {
        let places: Vec<SecretPlace> = old.iter().filter_map(|one| one.place.clone()).collect();
        // A request token nobody can delete now is worthless within minutes.
        let _ = self.0.stores.delete(&places);
    }

    fn sign_ins(&self) -> Result<PathBuf> {
        Ok(self.0.settings.folder()?.join(NAME))
    }

    fn write_unfinished(&self, all: &[PendingSignIn]) -> Result<()> {
        let list: Vec<Value> = all.iter().map(PendingSignIn::to_value).collect();
        let bytes = serde_json::to_vec_pretty(&json!({ "version": 1, "signIns": list }));
        let bytes = bytes.unwrap_or_default();
        self.0.settings.files().replace(&self.sign_ins()?, &bytes, "sign-ins")
    }
}
