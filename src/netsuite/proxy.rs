//! The proxy of a request, if any: `--proxy`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`.

use reqwest::{NoProxy, Proxy};
use url::Url;

use crate::base::environment::Environment;
use crate::error::{Code, Error, Result};
use crate::netsuite::network_settings::NetworkSettings;

/// A proxy and its exceptions.
pub(super) struct ProxyChoice {
    url: Url,
    source: &'static str,
    exceptions: String,
}

/// Picks the proxy. `--proxy` applies to every host. The variables have the exceptions of `NO_PROXY`.
pub(super) fn choose(settings: &NetworkSettings) -> Result<Option<ProxyChoice>> {
    let environment = &settings.environment;
    if let Some(typed) = settings.proxy.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        let url = parse(typed, "--proxy")?;
        return Ok(Some(ProxyChoice { url, source: "--proxy", exceptions: String::new() }));
    }
    for name in ["HTTPS_PROXY", "ALL_PROXY"] {
        if let Some(value) = any_case(environment, name) {
            let url = parse(value.trim(), name)?;
            let exceptions = any_case(environment, "NO_PROXY").unwrap_or_default().to_owned();
            return Ok(Some(ProxyChoice { url, source: name, exceptions }));
        }
    }
    Ok(None)
}

impl ProxyChoice {
    /// Host and port of the proxy, without user and password.
    pub(super) fn shown(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        let port = self.url.port_or_known_default().unwrap_or_default();
        format!("{host}:{port}")
    }

    /// Which setting named it.
    pub(super) fn source(&self) -> &'static str {
        self.source
    }

    /// Checks whether requests to a host use the proxy.
    pub(super) fn applies_to(&self, host: &str) -> bool {
        !is_exception(&self.exceptions, host)
    }

    /// Returns the proxy for the HTTP client. The client only sends requests to `*.netsuite.com`, and asks
    /// each time whether the host is an exception.
    pub(super) fn to_reqwest(&self) -> Result<Proxy> {
        let proxy = Proxy::all(self.url.as_str()).map_err(|_| invalid(self.source))?;
        Ok(proxy.no_proxy(NoProxy::from_string(&self.exceptions)))
    }
}

/// Parses `[http://][user[:password]@]host[:port]` and guesses nothing. If an address is split in the
/// wrong place, part of the password becomes the host, and hosts are shown.
fn parse(text: &str, source: &'static str) -> Result<Url> {
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let unclear = rest.contains(['/', '\\', '?', '#'])
        || rest.matches('@').count() > 1
        || rest.chars().any(|c| c.is_whitespace() || c.is_control())
        || !is_percent_encoded(rest);
    if unclear {
        return Err(invalid(source));
    }
    Url::parse(&format!("{scheme}://{rest}"))
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| invalid(source))
}

/// Checks that two hexadecimal digits follow each `%`.
fn is_percent_encoded(text: &str) -> bool {
    text.split('%').skip(1).all(|after| {
        let digits = after.as_bytes().iter().take(2);
        digits.filter(|byte| byte.is_ascii_hexdigit()).count() == 2
    })
}

/// The error does not show the value, which may contain a password.
fn invalid(source: &'static str) -> Error {
    Error::new(Code::ProxyInvalid, format!("The value of {source} is not a proxy address."))
        .with_next_step(PROXY_FORM)
}

const PROXY_FORM: &str = "Write it as http://host:port or http://user:password@host:port. In the proxy address write @ as %40, # as %23, / as %2F, ? as %3F, \\ as %5C and % as %25 where they belong to user or password.";

/// Returns a variable whose name may be written in any case, as on Windows and in some tools. The exact
/// spellings come first.
fn any_case<'a>(environment: &'a Environment, name: &str) -> Option<&'a str> {
    let lower = name.to_ascii_lowercase();
    environment.var(&lower).or_else(|| environment.var(name)).or_else(|| {
        let mut variables = environment.variables();
        variables
            .find(|(other, value)| other.eq_ignore_ascii_case(name) && !value.is_empty())
            .map(|(_, value)| value)
    })
}

/// Checks a host against an entry of `NO_PROXY`: a suffix with or without a leading dot, or `*`.
fn is_exception(exceptions: &str, host: &str) -> bool {
    exceptions.split(',').map(str::trim).filter(|entry| !entry.is_empty()).any(|entry| {
        let suffix = entry.trim_start_matches('.').to_ascii_lowercase();
        entry == "*" || host == suffix || host.ends_with(&format!(".{suffix}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn settings(proxy: Option<&str>, variables: &[(&str, &str)]) -> NetworkSettings {
        let variables = variables.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        NetworkSettings {
            proxy: proxy.map(str::to_owned),
            environment: Environment::new(variables, PathBuf::new()),
            extra_roots_pem: Vec::new(),
        }
    }

    fn chosen(proxy: Option<&str>, variables: &[(&str, &str)]) -> Option<String> {
        choose(&settings(proxy, variables)).unwrap().map(|choice| choice.shown())
    }

    #[test]
    fn the_flag_wins_over_https_proxy_and_that_over_all_proxy() {
        let both = [("HTTPS_PROXY", "http://a:1"), ("ALL_PROXY", "http://b:2")];
        assert_eq!(chosen(Some("http://c:3"), &both).as_deref(), Some("c:3"));
        assert_eq!(chosen(None, &both).as_deref(), Some("a:1"));
        assert_eq!(chosen(None, &both[1..]).as_deref(), Some("b:2"));
        assert_eq!(chosen(None, &[("HTTP_PROXY", "http://d:4")]), None);
        assert_eq!(chosen(None, &[("Https_Proxy", "e:5")]).as_deref(), Some("e:5"));
        assert_eq!(chosen(None, &[("https_proxy", "http://f")]).as_deref(), Some("f:80"));
    }

    #[test]
    fn no_proxy_makes_exceptions_for_the_environment_only() {
        let host = "1234567.restlets.api.netsuite.com";
        for (exceptions, applies) in [
            ("netsuite.com", false),
            (".netsuite.com", false),
            ("localhost, NetSuite.com", false),
            ("*", false),
            ("suite.com", true),
            ("example.com", true),
            ("", true),
        ] {
            let variables = [("HTTPS_PROXY", "http://a:1"), ("no_proxy", exceptions)];
            let choice = choose(&settings(None, &variables)).unwrap().unwrap();
            assert_eq!(choice.applies_to(host), applies, "{exceptions}");
        }
        let typed = settings(Some("a:1"), &[("NO_PROXY", "netsuite.com")]);
        assert!(choose(&typed).unwrap().unwrap().applies_to(host));
    }

    #[test]
    fn an_invalid_address_is_refused_without_being_shown() {
        for text in ["http://", "socks5://u:hunter2@h:1", "ht!tp://x", "http://u:hunter2@:80"] {
            let error = choose(&settings(Some(text), &[])).map(|_| ()).unwrap_err();
            assert_eq!(error.code(), Code::ProxyInvalid, "{text}");
            assert!(!error.to_string().contains("hunter2"));
        }
        let choice = choose(&settings(Some("http://u:hunter2@h:8080"), &[])).unwrap().unwrap();
        assert_eq!(choice.shown(), "h:8080");
    }

    #[test]
    fn no_part_of_a_password_becomes_the_host() {
        for address in [
            "http://joe:p@ss#1@proxy:8080",
            "http://joe:p#hunter2@proxy:8080",
            "http://joe:p/hunter2@proxy:8080",
            "http://joe:p?hunter2@proxy:8080",
            "http://joe:p@hunter2@proxy:8080",
            "http://joe:hunter2%@proxy:8080",
            "http://joe:hunter2%zz@proxy:8080",
            "http://joe:p hunter2@proxy:8080",
            "CORP\\joe:hunter2@proxy:8080",
            "joe:p\\hunter2@proxy",
            "http://joe:hunter2",
        ] {
            for variable in ["HTTPS_PROXY", "ALL_PROXY", "https_proxy"] {
                let refused = choose(&settings(None, &[(variable, address)]));
                let error = refused.map(|_| ()).unwrap_err();
                assert_eq!(error.code(), Code::ProxyInvalid, "{address}");
                assert!(error.next_step().contains("write @ as %40, # as %23"), "{error}");
                for part in ["hunter2", "ss", "corp", "joe", "1@"] {
                    let text = format!("{error} {}", error.next_step()).to_lowercase();
                    let text = text.replace("address", "").replace("password", "");
                    assert!(!text.contains(part), "{address}: {text}");
                }
            }
        }
        for (address, shown) in [
            ("http://joe:p%40ss%231@proxy:8080", "proxy:8080"),
            ("CORP%5Cjoe:x@proxy:8080/", "proxy:8080"),
            ("http://joe:a:b@[::1]:3128", "[::1]:3128"),
        ] {
            assert_eq!(chosen(None, &[("HTTPS_PROXY", address)]).as_deref(), Some(shown));
        }
    }
}
