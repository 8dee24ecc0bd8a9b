//! Tests of certificates and proxies, with NetSuite's real host names: the proxy of these tests answers
//! as the requested host.

use crate::netsuite::client::Client;
use crate::netsuite::network_settings::NetworkSettings;
use crate::netsuite::site::Site;
use crate::netsuite::token_endpoints::RequestToken;
use crate::netsuite::token_endpoints::request_token;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::account::AccountId;
use crate::base::environment::Environment;
use crate::credentials::Consumer;
use crate::error::{Code, Result};

/// A certificate authority and one certificate, made by openssl. `None` if openssl is not installed.
struct Certificates {
    root: String,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Certificates {
    fn make(names: &str, until: &str) -> Option<Self> {
        Command::new("openssl").arg("version").stdout(Stdio::null()).status().ok()?;
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
        let openssl = |arguments: &str| {
            let mut command = Command::new("openssl");
            command.current_dir(folder.path()).args(arguments.split(' '));
            let output = command.output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        };
        write("ext", &format!("subjectAltName={names}\n"));
        write("index", "");
        write("serial", "01\n");
        write("ca", AUTHORITY);
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
        openssl(&format!("req -x509 -subj /CN=root -days 9 -keyout root.key -out root.pem {key}"));
        if names == SELF_SIGNED {
            // Marked as an authority, as tools do by default.
            return Some(Self {
                root: String::new(),
                chain: vec![CertificateDer::from_pem_slice(&read("root.pem")).unwrap()],
                key: PrivateKeyDer::from_pem_slice(&read("root.key")).unwrap(),
            });
        }
        openssl(&format!("req -subj /CN=leaf -keyout leaf.key -out leaf.csr {key}"));
        let dates = format!("-startdate 20200101000000Z -enddate {until}0101000000Z");
        let files = "-in leaf.csr -out leaf.pem -extfile ext";
        openssl(&format!("ca -batch -notext -config ca {files} {dates}"));
        Some(Self {
            root: String::from_utf8(read("root.pem")).unwrap(),
            chain: vec![CertificateDer::from_pem_slice(&read("leaf.pem")).unwrap()],
            key: PrivateKeyDer::from_pem_slice(&read("leaf.key")).unwrap(),
        })
    }
}

/// In place of names, it stands for the authority's own certificate.
const SELF_SIGNED: &str = "self-signed";

const AUTHORITY: &str = "[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=.\ndatabase=index\nserial=serial\n\
    certificate=root.pem\nprivate_key=root.key\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n";

/// An HTTP proxy that records every plain request head, and answers over TLS after a CONNECT.
struct Proxy {
    address: String,
    heads: Arc<Mutex<Vec<String>>>,
}

/// What the proxy of a test does.
#[derive(Clone, Copy)]
enum Plays {
    Netsuite,
    Refusal(&'static str),
    /// Drops the TLS connection in the middle of the answer, without a closing alert.
    Break,
}

impl Proxy {
    fn start(certificates: &Certificates, plays: Plays) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(certificates.chain.clone(), certificates.key.clone_key())
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&heads);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(stream, &config, plays, &log);
            }
        });
        Self { address, heads }
    }
}

fn serve(
    mut stream: TcpStream,
    config: &Arc<rustls::ServerConfig>,
    plays: Plays,
    log: &Mutex<Vec<String>>,
) {
    let mut head = String::new();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while reader.read_line(&mut head).is_ok_and(|count| count > 2) {}
    log.lock().unwrap().push(head);
    if let Plays::Refusal(refusal) = plays {
        let _ = write!(stream, "HTTP/1.1 {refusal}\r\nContent-Length: 0\r\n\r\n");
        return;
    }
    let _ = write!(stream, "HTTP/1.1 200 OK\r\n\r\n");
    let mut connection = rustls::ServerConnection::new(Arc::clone(config)).unwrap();
    let mut tls = rustls::Stream::new(&mut connection, &mut stream);
    let mut request = [0; 4096];
    if tls.read(&mut request).is_ok_and(|count| count > 0) {
        if matches!(plays, Plays::Break) {
            let _ = tls.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\noauth_token=");
            let _ = tls.flush();
            return;
        }
        let _ = tls.write_all(&crate::netsuite::fake_server::request_token_answer());
        tls.conn.send_close_notify();
        let _ = tls.flush();
    }
}

async fn ask(proxy: &str, roots: Vec<String>) -> Result<RequestToken> {
    let site = Site::parse(None, None).unwrap();
    let variables = [("HTTPS_PROXY".to_owned(), proxy.to_owned())];
    let settings = NetworkSettings {
        proxy: None,
        environment: Environment::new(variables, Path::new("").to_owned()),
        extra_roots_pem: roots,
    };
    let client = Client::new(&settings, &site)?;
    let consumer = Consumer::parse("ck", "cs").unwrap();
    let account = AccountId::parse("1234567").unwrap();
    let callback = "http://localhost:7777/tba";
    request_token(&client, &site, Some(&account), &consumer, None, callback).await
}

const HOST: &str = "DNS:1234567.restlets.api.netsuite.com";

#[tokio::test]
async fn through_a_proxy_netsuite_is_asked_by_its_name_and_the_proxy_sees_no_signature() {
    let Some(certificates) = Certificates::make(HOST, "2049") else { return };
    let proxy = Proxy::start(&certificates, Plays::Netsuite);
    let address = format!("http://user:p%40ss@{}", proxy.address);
    let token =
        ask(&address, vec!["not a certificate".to_owned(), certificates.root.clone()]).await;
    assert_eq!(token.unwrap().id(), "rt1");
    let head = proxy.heads.lock().unwrap()[0].clone();
    assert!(
        head.starts_with("CONNECT 1234567.restlets.api.netsuite.com:443 HTTP/1.1\r\n"),
        "{head}"
    );
    assert!(head.to_lowercase().contains("proxy-authorization: basic dxnlcjpwqhnz"), "{head}");
    assert!(!head.contains("OAuth") && !head.contains("oauth_"), "{head}");
}

#[tokio::test]
async fn a_bad_certificate_is_refused_with_the_reason() {
    for (names, until, trusted, reason) in [
        (HOST, "2049", false, "does not know"),
        ("DNS:1234567.app.netsuite.com", "2049", true, "another host"),
        (HOST, "2021", true, "expired"),
        (SELF_SIGNED, "2049", false, "self-signed"),
    ] {
        let Some(certificates) = Certificates::make(names, until) else { return };
        let proxy = Proxy::start(&certificates, Plays::Netsuite);
        let roots = if trusted { vec![certificates.root.clone()] } else { Vec::new() };
        let error = ask(&proxy.address, roots).await.map(|_| ()).unwrap_err();
        assert_eq!(error.code(), Code::CertificateInvalid, "{error}");
        assert!(error.message().contains(reason), "{error}");
        assert!(!error.message().contains("is an authority's"), "{error}");
    }
}

#[tokio::test]
async fn a_dropped_connection_is_reported_without_a_link() {
    let Some(certificates) = Certificates::make(HOST, "2049") else { return };
    let proxy = Proxy::start(&certificates, Plays::Break);
    let error = ask(&proxy.address, vec![certificates.root.clone()]).await.map(|_| ()).unwrap_err();
    assert_eq!(error.code(), Code::NetworkUnreachable, "{error}");
    assert!(error.message().contains("closed the connection too early"), "{error}");
    assert!(!error.to_string().contains("://"), "{error}");
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named() {
    let Some(certificates) = Certificates::make(HOST, "2049") else { return };
    for (refusal, words) in
        [("407 Proxy Authentication Required", "407"), ("403 Forbidden", "did not open")]
    {
        let proxy = Proxy::start(&certificates, Plays::Refusal(refusal));
        let address = format!("http://user:hunter2@{}", proxy.address);
        let error = ask(&address, vec![certificates.root.clone()]).await.map(|_| ()).unwrap_err();
        assert_eq!(error.code(), Code::ProxyRefused, "{error}");
        assert!(error.message().contains(words) && error.message().contains(&proxy.address));
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let error = ask(&gone, vec![certificates.root.clone()]).await.map(|_| ()).unwrap_err();
    assert_eq!(error.code(), Code::ProxyRefused, "{error}");
}
