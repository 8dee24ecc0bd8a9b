//! The entries of `~/.nstba`: what of them is a usable token, and edits that keep every other byte.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};
use zeroize::Zeroize;

use crate::account::AccountId;
use crate::base::json_edit::{self, Document};
use crate::credentials::{AuthId, RoleId, Token};
use crate::error::{Code, Error, Result};
use crate::vault::model::{NewToken, Origin, SavedToken, StoreKind};

/// Whole numbers up to here are exact in JSON as JavaScript reads it.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// One usable token of the file.
pub struct NstbaToken {
    /// What may be shown of it.
    pub saved: SavedToken,
    /// Token ID and secret.
    pub token: Token,
}

/// An entry of the file that is no usable token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// Its name.
    pub name: String,
    /// What it lacks, in words.
    pub reason: &'static str,
}

/// What the file holds.
#[derive(Default)]
pub struct NstbaTokens {
    /// The usable tokens.
    pub tokens: Vec<NstbaToken>,
    /// The other entries.
    pub unusable: Vec<Unusable>,
    by_name: HashMap<AuthId, usize>,
}

impl NstbaTokens {
    /// The token of this name, of whatever origin: the file has one of each name.
    pub fn named(&self, name: &AuthId) -> Option<&NstbaToken> {
        self.tokens.get(*self.by_name.get(name)?)
    }

    /// Whether an entry of this name is no usable token.
    pub fn is_unusable(&self, name: &AuthId) -> bool {
        self.unusable.iter().any(|one| one.name == name.as_str())
    }

    /// The token of this name and origin.
    pub fn find(&self, name: &AuthId, origin: &Origin) -> Option<&NstbaToken> {
        self.named(name).filter(|token| token.saved.origin == *origin)
    }

    /// Reads the bytes of such a file.
    ///
    /// # Errors
    /// Why it is not a JSON object, in words.
    pub fn parse(bytes: &[u8]) -> std::result::Result<Self, String> {
        let entries = Entries::parse(bytes)?;
        let mut found = Self::default();
        for (name, entry) in &entries.map {
            match token_of(name, entry) {
                Ok(token) => {
                    found.by_name.insert(token.saved.auth_id.clone(), found.tokens.len());
                    found.tokens.push(token);
                }
                Err(reason) => found.unusable.push(Unusable { name: name.clone(), reason }),
            }
        }
        Ok(found)
    }
}

/// The JSON object of the file, edited in place: what is not edited keeps every byte. All of it is
/// wiped when it is dropped.
pub struct Entries {
    document: Document,
    /// As it was read.
    map: Map<String, Value>,
}

impl Entries {
    /// Reads the bytes of such a file.
    ///
    /// # Errors
    /// Why it is not a JSON object, in words.
    pub fn parse(bytes: &[u8]) -> std::result::Result<Self, String> {
        let text = str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
        let (mark, json) = text.split_at(json_edit::start(text));
        if json.trim_ascii().is_empty() {
            let document = Document::known(format!("{mark}{{}}"));
            return Ok(Self { document, map: Map::new() });
        }
        match serde_json::from_str(json) {
            Ok(Value::Object(map)) => Ok(Self { document: Document::known(text.to_owned()), map }),
            Ok(mut other) => {
                wipe(&mut other);
                Err("it is not a JSON object".to_owned())
            }
            Err(error) => Err(json_edit::not_json(&error)),
        }
    }

    /// A file without entries.
    pub fn none() -> Self {
        Self { document: Document::known("{}".to_owned()), map: Map::new() }
    }

    /// The text of the file as it is now.
    pub fn text(&self) -> &str {
        self.document.text()
    }

    /// Adds a token in Oracle's shape; other fields of an entry of its name stay.
    ///
    /// # Errors
    /// [`Code::AuthIdTaken`] when the name belongs to a token of another NetSuite.
    pub fn put(&mut self, new: &NewToken) -> Result<()> {
        let name = new.auth_id.as_str();
        let old = self.map.get(name);
        if old.is_some_and(|old| token_of(name, old).is_ok_and(|t| t.saved.origin != new.origin)) {
            let what = format!("\"{}\" is a token of another NetSuite.", new.auth_id);
            return Err(Error::new(Code::AuthIdTaken, what));
        }
        if !old.is_some_and(Value::is_object) {
            self.document.set_last(&[], name, &json!({}));
        }
        let account = new.account.hyphenated();
        let fields = [
            ("token", Some(new.token.id.as_str())),
            ("secret", Some(new.token.secret.expose())),
            ("account", Some(account.as_str())),
            ("vm", new.origin.vm.as_deref()),
            ("molecule", new.origin.molecule.as_deref()),
        ];
        for (field, text) in fields.into_iter().filter_map(|(field, text)| Some((field, text?))) {
            let mut value = Value::from(text);
            self.document.set_last(&[name], field, &value);
            wipe(&mut value);
        }
        Ok(())
    }

    /// Removes the entries `which` names; returns their names.
    pub fn remove(&mut self, mut which: impl FnMut(&str, &Value) -> bool) -> HashSet<String> {
        let gone = self.map.iter().filter(|(name, entry)| which(name, entry));
        let gone: HashSet<String> = gone.map(|(name, _)| name.clone()).collect();
        self.document.remove_all(&[], |name| gone.contains(name));
        gone
    }

    /// Gives an entry another name, in its place; says whether there was one.
    ///
    /// # Errors
    /// [`Code::AuthIdTaken`].
    pub fn rename(&mut self, from: &AuthId, to: &AuthId) -> Result<bool> {
        // Whatever has that name would be read instead of the token, so it is in the way.
        if from != to && self.map.contains_key(to.as_str()) {
            let what = format!("There already is an entry {to} in ~/.nstba.");
            return Err(Error::new(Code::AuthIdTaken, what));
        }
        Ok(self.document.rename(&[], from.as_str(), to.as_str()))
    }
}

impl Drop for Entries {
    fn drop(&mut self) {
        self.map.values_mut().for_each(wipe);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(values) => values.iter_mut().for_each(wipe),
        Value::Object(map) => map.values_mut().for_each(wipe),
        _ => {}
    }
}

/// Whether an entry of the file is a token of this origin, or no token at all.
pub fn is_of_origin(name: &str, entry: &Value, origin: Option<&Origin>) -> bool {
    origin.is_none_or(|origin| {
        token_of(name, entry).map_or(*origin == Origin::default(), |t| t.saved.origin == *origin)
    })
}

/// Whether an entry of the file holds this token.
pub fn is_token(entry: &Value, token: &Token) -> bool {
    entry.get("token").and_then(Value::as_str).is_some_and(|id| id.trim() == token.id)
}

/// The account of an entry that is a usable token.
pub fn account_of(name: &str, entry: &Value) -> Option<AccountId> {
    token_of(name, entry).ok().map(|token| token.saved.account)
}

fn token_of(name: &str, entry: &Value) -> std::result::Result<NstbaToken, &'static str> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str);
    if !entry.is_object() {
        return Err("it is not a JSON object");
    }
    let auth_id = AuthId::from_existing(name).ok_or("it has no name")?;
    let id = text("token").map(str::trim).filter(|id| !id.is_empty()).ok_or("it has no token")?;
    let secret =
        text("secret").map(str::trim).filter(|id| !id.is_empty()).ok_or("it has no secret")?;
    let account = entry.get("account").filter(|account| !account.is_null());
    let account = account_in(account.ok_or("it has no account")?)?;
    Ok(NstbaToken {
        saved: SavedToken {
            auth_id,
            account,
            role: entry.get("role").and_then(text_in).and_then(|text| RoleId::parse(&text).ok()),
            store: StoreKind::Nstba,
            origin: Origin {
                vm: text("vm").map(str::to_owned),
                molecule: text("molecule").map(str::to_owned),
            },
            consumer: None,
            created_at: None,
            last_used_at: None,
        },
        token: Token::new(id, secret).map_err(|_| "its token is not one NetSuite issues")?,
    })
}

/// The account people meant: its ID as text or as a number, or an address or a host name of NetSuite.
fn account_in(value: &Value) -> std::result::Result<AccountId, &'static str> {
    let text = text_in(value).ok_or("its account is not an account ID")?;
    // What Oracle's tools wrote is believed; what people wrote has to look like an account.
    AccountId::parse_strict(text.trim())
        .or_else(|_| AccountId::parse(&text))
        .map_err(|_| "its account is not an account ID")
}

/// A text, or a whole number as text.
fn text_in(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => number.as_u64().map(|whole| whole.to_string()).or_else(|| {
            let number = number.as_f64()?;
            let is_whole = number.fract() == 0.0 && (1.0..EXACT).contains(&number);
            is_whole.then(|| format!("{number:.0}"))
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_account_that_can_mean_one_thing_only_is_taken() {
        for (account, meant) in [
            (json!("1234567-SB1"), "1234567_SB1"),
            (json!(" 1234567_sb1 "), "1234567_SB1"),
            (json!(1_234_567), "1234567"),
            (json!(1_234_567.0), "1234567"),
            (json!("https://1234567-sb1.app.netsuite.com/app/center/card.nl"), "1234567_SB1"),
            (json!("1234567-sb1.app.netsuite.com"), "1234567_SB1"),
            (json!("TSTDRV123456"), "TSTDRV123456"),
        ] {
            assert_eq!(account_in(&account).unwrap().as_str(), meant, "{account}");
        }
        for account in [
            json!(""),
            json!(0.5),
            json!(-1_234_567),
            json!(true),
            json!(["1234567"]),
            json!({ "id": "1234567" }),
            json!("https://example.com/1234567"),
            json!("system.netsuite.com"),
        ] {
            assert!(account_in(&account).is_err(), "{account}");
        }
    }

    #[test]
    fn what_is_not_json_is_told_with_its_line() {
        for (text, place) in [
            ("{\n  \"a\": {},\n}", "a comma too many, line 3, column 1"),
            ("{\n  \"a\": {\n", "line 3, column 1"),
            ("{ 'a': 1 }", "line 1, column 3"),
            ("[]", "it is not a JSON object"),
        ] {
            let why = NstbaTokens::parse(text.as_bytes()).map(|_| ()).unwrap_err();
            assert!(why.contains(place), "{text}: {why}");
        }
        assert!(NstbaTokens::parse(b"\xff").is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = NstbaTokens::parse(&bytes);
        }

        #[test]
        fn whatever_an_entry_holds_only_whole_tokens_are_usable(
            token in ".{0,6}", secret in ".{0,6}", account in "[0-9]{0,7}[-_]?[A-Za-z]{0,3}"
        ) {
            let file = json!({ "a": { "token": token, "secret": secret, "account": account } });
            let found = NstbaTokens::parse(file.to_string().as_bytes()).unwrap();
            prop_assert_eq!(found.tokens.len() + found.unusable.len(), 1);
            let whole = Token::new(token.trim(), secret.trim()).is_ok()
                && AccountId::parse_strict(&account).is_ok();
            prop_assert_eq!(found.tokens.len() == 1, whole);
        }
    }
}
