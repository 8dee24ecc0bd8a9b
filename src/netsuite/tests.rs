//! Tests of the token endpoints with a server that gives every kind of wrong answer.

use crate::account::AccountId;
use crate::credentials::{Consumer, RoleId, Token};
use crate::error::{Code, Error, Result};
use crate::netsuite::client::Client;
use crate::netsuite::fake_server::{FakeServer, access_token_answer, answer, request_token_answer};
use crate::netsuite::network_settings::NetworkSettings;
use crate::netsuite::site::Site;
use crate::netsuite::token_endpoints::RequestToken;
use crate::netsuite::token_endpoints::Verifier;
use crate::netsuite::token_endpoints::access_token;
use crate::netsuite::token_endpoints::request_token;
use crate::netsuite::token_info::token_info;
use crate::netsuite::*;

fn consumer() -> Consumer {
    Consumer::parse("ck", "cs").unwrap()
}

fn account() -> AccountId {
    AccountId::parse("1234567_SB1").unwrap()
}

async fn step_one(server: &FakeServer) -> Result<RequestToken> {
    let site = Site::parse(Some(&server.base), None).unwrap();
    let client = Client::new(&NetworkSettings::default(), &site).unwrap();
    let role = RoleId::parse("1000").unwrap();
    let callback = "http://localhost:7777/tba";
    request_token(&client, &site, Some(&account()), &consumer(), Some(&role), callback).await
}

async fn step_three(server: &FakeServer) -> Result<Token> {
    let request_token = step_one(server).await?;
    let site = Site::parse(Some(&server.base), None).unwrap();
    let client = Client::new(&NetworkSettings::default(), &site).unwrap();
    let verifier = Verifier::parse("v1").unwrap();
    access_token(&client, &site, &account(), &consumer(), request_token, verifier).await
}

async fn refused_by(first: Vec<u8>) -> Error {
    step_one(&FakeServer::start(vec![first]).await).await.map(|_| ()).unwrap_err()
}

async fn refused_at_step_three(second: Vec<u8>) -> Error {
    let server = FakeServer::start(vec![request_token_answer(), second]).await;
    step_three(&server).await.map(|_| ()).unwrap_err()
}

fn http_date(offset_minutes: i64) -> String {
    let seconds = u64::try_from(clock::now() + offset_minutes * 60).unwrap();
    httpdate::fmt_http_date(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds))
}

#[tokio::test]
async fn both_steps_send_what_oracle_documents() {
    let server = FakeServer::start(vec![request_token_answer(), access_token_answer()]).await;
    let token = step_three(&server).await.unwrap();
    assert_eq!((token.id.as_str(), token.secret.expose()), ("at1", "as1"));
    let heads = server.heads();
    assert!(heads[0].starts_with("POST /rest/requesttoken HTTP/1.1\r\n"), "{}", heads[0]);
    assert!(heads[1].starts_with("POST /rest/accesstoken HTTP/1.1\r\n"), "{}", heads[1]);
    for (head, parts) in [
        (
            &heads[0],
            [
                "oauth_callback=\"http%3A%2F%2Flocalhost%3A7777%2Ftba\"",
                "role=\"1000\"",
                "HMAC-SHA256",
            ],
        ),
        (&heads[1], ["oauth_token=\"rt1\"", "oauth_verifier=\"v1\"", "realm=\"1234567_SB1\""]),
    ] {
        for part in parts {
            assert!(head.contains(part), "{part} is not in {head}");
        }
        let lower = head.to_lowercase();
        assert_eq!(lower.matches("content-length: 0").count(), 1, "{head}");
        assert!(lower.contains(concat!("user-agent: netsuite-tba/", env!("CARGO_PKG_VERSION"))));
    }
}

#[tokio::test]
async fn white_space_and_a_byte_order_mark_around_a_token_are_forgiven() {
    for body in [
        "\u{feff}oauth_token=rt1&oauth_token_secret=rs1&oauth_callback_confirmed=true",
        "\r\n oauth_token= rt1 &oauth_token_secret=rs1+&oauth_callback_confirmed=true \r\n",
        "oauth_token=%72t1&oauth_callback_confirmed=true&new=1&oauth_token_secret=rs1",
    ] {
        let server = FakeServer::start(vec![answer(200, "", body)]).await;
        assert_eq!(step_one(&server).await.unwrap().id(), "rt1", "{body}");
    }
}

#[tokio::test]
async fn step_one_is_refused_without_both_fields_and_the_confirmation() {
    for body in [
        "oauth_token=rt1&oauth_token_secret=rs1",
        "oauth_token=rt1&oauth_token_secret=rs1&oauth_callback_confirmed=false",
        "oauth_token=rt1&oauth_token_secret=rs1&oauth_callback_confirmed=TRUE",
        "oauth_token=rt1&oauth_callback_confirmed=true",
        "oauth_token=&oauth_token_secret=rs1&oauth_callback_confirmed=true",
        "oauth_token=rt1&oauth_token=rt2&oauth_token_secret=rs1&oauth_callback_confirmed=true",
        "oauth_token=x;touch%20y&oauth_token_secret=rs1&oauth_callback_confirmed=true",
        "oauth_token=%24(id)&oauth_token_secret=rs1&oauth_callback_confirmed=true",
        "{}",
        "[1]",
        "null",
    ] {
        assert_eq!(
            refused_by(answer(200, "", body)).await.code(),
            Code::UnexpectedAnswer,
            "{body}"
        );
    }
}

#[tokio::test]
async fn answers_that_are_not_netsuites_are_described() {
    let long = "a".repeat(70_000);
    for (given, code, words) in [
        (
            answer(200, "Content-Type: text/html\r\n", "<html>login</html>"),
            Code::UnexpectedAnswer,
            "a web page",
        ),
        (answer(200, "", ""), Code::UnexpectedAnswer, "an empty answer"),
        (answer(404, "", "<h1>not here</h1>"), Code::UnexpectedAnswer, "404 with a web page"),
        (
            answer(400, "", "Gr\u{f6}\u{df}e".chars().map(|c| c as u8).collect::<Vec<_>>()),
            Code::UnexpectedAnswer,
            "400",
        ),
        (answer(200, "", &long), Code::UnexpectedAnswer, "more than 64 KiB"),
        (answer(401, "", "{\"a\":"), Code::UnexpectedAnswer, "JSON that cannot be understood"),
        (answer(302, "Location: https://evil.example/\r\n", ""), Code::WrongDataCenter, "302"),
        (answer(405, "", ""), Code::FeatureDisabled, "405"),
        (answer(500, "", "<html>"), Code::ServerError, "500"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\noauth_token=a".to_vec(),
            Code::NetworkUnreachable,
            "broke",
        ),
        (b"\x16\x03\x01 not http".to_vec(), Code::NetworkUnreachable, ""),
        (Vec::new(), Code::NetworkUnreachable, ""),
    ] {
        let error = refused_by(given).await;
        assert_eq!(error.code(), code, "{error}");
        assert!(error.message().contains(words), "{error}");
    }
}

#[tokio::test]
async fn netsuites_refusals_keep_their_meaning() {
    let json = |code: &str| format!("{{\"error\":{{\"code\":\"{code}\",\"message\":\"m\"}}}}");
    for (sent, code) in [
        ("UnknownIntegration", Code::UnknownIntegration),
        ("InvalidCallback <<http://localhost:7777/tba>>", Code::InvalidCallback),
        ("INVALID_LOGIN_ATTEMPT", Code::InvalidLogin),
        ("SOMETHING_NEW", Code::SignInRefused),
    ] {
        assert_eq!(refused_by(answer(401, "", json(sent))).await.code(), code, "{sent}");
        assert_eq!(refused_by(answer(200, "", json(sent))).await.code(), code, "200 {sent}");
    }
    let quiet =
        answer(401, "WWW-Authenticate: OAuth realm=\"1\", error=\"token_rejected\"\r\n", "");
    assert_eq!(refused_by(quiet).await.code(), Code::InvalidLogin);
}

#[tokio::test]
async fn an_expired_request_token_is_distinguished_from_other_refusals() {
    for (sent, code) in [
        ("INVALID_LOGIN_ATTEMPT", Code::RequestTokenExpired),
        ("token_expired", Code::RequestTokenExpired),
        ("InvalidVerifier", Code::RequestTokenExpired),
        ("IntegrationBlocked", Code::IntegrationBlocked),
        ("InvalidSignature", Code::InvalidSignature),
    ] {
        let body = format!("{{\"error\":{{\"code\":\"{sent}\"}}}}");
        assert_eq!(refused_at_step_three(answer(401, "", body)).await.code(), code, "{sent}");
    }
}

#[tokio::test]
async fn a_wrong_clock_is_reported_in_minutes_and_direction() {
    for (offset, words) in [(-15, "15 minutes ahead of"), (20, "20 minutes behind")] {
        let date = format!("Date: {}\r\n", http_date(offset));
        for code in ["InvalidTimestamp", "INVALID_LOGIN_ATTEMPT"] {
            let body = format!("{{\"error\":{{\"code\":\"{code}\",\"message\":\"\"}}}}");
            let error = refused_by(answer(401, &date, body)).await;
            assert_eq!(error.code(), Code::InvalidTimestamp, "{error}");
            assert!(error.message().contains(words), "{error}");
        }
    }
    let date = format!("Date: {}\r\n", http_date(0));
    let body = "{\"error\":{\"code\":\"INVALID_LOGIN_ATTEMPT\"}}";
    assert_eq!(refused_by(answer(401, &date, body)).await.code(), Code::InvalidLogin);
}

#[tokio::test]
async fn a_busy_netsuite_is_asked_once_more_with_a_fresh_signature() {
    let limit =
        answer(400, "Retry-After: 0\r\n", "{\"error\":{\"code\":\"SSS_REQUEST_LIMIT_EXCEEDED\"}}");
    for busy in
        [answer(429, "Retry-After: 0\r\n", ""), answer(503, "Retry-After: 0\r\n", "<p>"), limit]
    {
        let server = FakeServer::start(vec![busy, request_token_answer()]).await;
        assert!(step_one(&server).await.is_ok());
        let heads = server.heads();
        let nonce = |head: &str| head.split_once("oauth_nonce=").unwrap().1[..22].to_owned();
        assert_eq!(heads.len(), 2);
        assert_ne!(nonce(&heads[0]), nonce(&heads[1]));
    }
    let told = "{\"error\":{\"code\":\"UNEXPECTED_ERROR\",\"message\":\"m\"}}";
    let refused = refused_by(answer(503, "Retry-After: 0\r\n", told)).await;
    assert_eq!(refused.code(), Code::RateLimited);
    let server = FakeServer::start(vec![answer(429, "Retry-After: 0\r\n", "")]).await;
    assert_eq!(step_one(&server).await.map(|_| ()).unwrap_err().code(), Code::RateLimited);
    assert_eq!(server.heads().len(), 2);
}

#[tokio::test]
async fn other_failures_are_not_sent_twice() {
    for given in [answer(500, "", ""), answer(401, "", "{}"), answer(302, "", ""), Vec::new()] {
        let server = FakeServer::start(vec![given]).await;
        assert!(step_one(&server).await.is_err());
        assert_eq!(server.heads().len(), 1);
    }
}

#[tokio::test]
async fn a_simulator_that_is_off_is_named() {
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let site = Site::parse(Some(&format!("http://{port}")), None).unwrap();
    let client = Client::new(&NetworkSettings::default(), &site).unwrap();
    let callback = "http://localhost:7777/tba";
    let asked = request_token(&client, &site, None, &consumer(), None, callback).await;
    let error = asked.map(|_| ()).unwrap_err();
    assert_eq!(error.code(), Code::NetworkUnreachable);
    let message = format!("Nothing answers at http://{port}. Is the simulator running?");
    assert_eq!(error.message(), message);
    assert!(error.next_step().contains("netsuite-tba simulator"), "{}", error.next_step());
    assert!(!error.next_step().contains("proxy"), "{}", error.next_step());
}

#[tokio::test]
async fn an_address_that_is_not_the_sites_is_never_asked() {
    let site = Site::parse(None, None).unwrap();
    let vm = Site::parse(Some("http://127.0.0.1:1"), None).unwrap();
    let client = Client::new(&NetworkSettings::default(), &vm).unwrap();
    let error = request_token(&client, &site, None, &consumer(), None, "http://localhost/").await;
    assert_eq!(error.map(|_| ()).unwrap_err().code(), Code::HostRefused);
}

#[tokio::test]
async fn token_info_reads_or_refuses() {
    let token = Token::new("a", "b").unwrap();
    let good = answer(200, "", "{\"companyId\":\"1234567_SB1\",\"roleId\":3}");
    let bad = answer(401, "", "{\"error\":{\"code\":\"INVALID_LOGIN_ATTEMPT\",\"message\":\"m\"}}");
    let html = answer(200, "", "<html>");
    let server = FakeServer::start(vec![good, bad, html]).await;
    let site = Site::parse(Some(&server.base), None).unwrap();
    let client = Client::new(&NetworkSettings::default(), &site).unwrap();
    let info = token_info(&client, &site, &account(), &consumer(), &token).await.unwrap();
    assert_eq!((info.company.as_deref(), info.role.as_deref()), (Some("1234567_SB1"), Some("3")));
    for code in [Code::InvalidLogin, Code::UnexpectedAnswer] {
        let error = token_info(&client, &site, &account(), &consumer(), &token).await;
        assert_eq!(error.unwrap_err().code(), code);
    }
}

#[tokio::test]
async fn a_broken_connection_to_the_simulator_is_not_blamed_on_proxies() {
    for given in [
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx".to_vec(),
        b"nonsense".to_vec(),
        Vec::new(),
    ] {
        let error = refused_by(given).await;
        assert!(error.message().starts_with("The connection to http://127.0.0.1:"), "{error}");
        assert!(!error.next_step().contains("proxy"), "{}", error.next_step());
        assert!(!error.message().contains("https://"), "{error}");
    }
}
