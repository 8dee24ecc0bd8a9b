//! The server without a sign-in around it: what it tells the terminal, and when it stops lingering.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;

use crate::consent::announce::Notice;
use crate::consent::callback::{State, Verdict};
use crate::consent::server::*;

const GOOD: &str = "/tba?oauth_token=rt1&oauth_verifier=v1&company=1234567&state=s1";

async fn start() -> (Server, SocketAddr) {
    let listener = Listener::bind(0).await.unwrap();
    let address = ([127, 0, 0, 1], listener.port).into();
    let expected = ExpectedCallback {
        state: State::fixed("s1"),
        request_token: "rt1".to_owned(),
        account: None,
        role: None,
    };
    (Server::start(listener, Arc::new(expected)).unwrap(), address)
}

fn signed_in() -> Page {
    Page::SignedIn { name: "sb1-dev".to_owned(), account: "1234567".to_owned() }
}

async fn send(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn request(address: SocketAddr, line: &str, headers: &str) -> String {
    let head = format!("{line} HTTP/1.1\r\nHost: localhost:7777\r\n{headers}\r\n");
    send(address, head.as_bytes()).await
}

async fn get(address: SocketAddr, target: &str) -> String {
    request(address, &format!("GET {target}"), "").await
}

/// What has been told so far.
fn told(server: &mut Server) -> Vec<Notice> {
    let mut notices = Vec::new();
    while let Ok(event) = server.events.try_recv() {
        match event {
            Event::Notice(notice) => notices.push(notice),
            Event::Verdict(_) => panic!("the wait has ended"),
        }
    }
    notices
}

fn location(redirect: &str) -> String {
    let (_, after) = redirect.split_once("Location: ").expect(redirect);
    after.split("\r\n").next().unwrap().to_owned()
}

#[tokio::test]
async fn each_kind_of_request_that_does_not_count_is_told_once() {
    let (mut server, address) = start().await;
    let cookies = format!("Cookie: a={}\r\n", "a".repeat(8_000)).repeat(9);
    let many = "X: y\r\n".repeat(500);
    for _ in 0..3 {
        for (target, headers, status, notice) in [
            ("/tba", "", "400", Notice::NoAnswer),
            ("/tba?error=x", "", "400", Notice::NoAnswer),
            ("/tba?oauth_token=rt1&oauth_verifier=", "", "400", Notice::MaybeDenied),
            ("/tba?oauth_token=rt1&state=s2", "", "400", Notice::OtherSignIn),
            ("/tba?oauth_token=rt2&oauth_verifier=v&state=s1", "", "400", Notice::OtherSignIn),
            ("/tba?oauth_token=rt1&oauth_verifier=v&state=s1", "", "400", Notice::Damaged),
            (GOOD, cookies.as_str(), "431", Notice::HeadTooLarge),
            (GOOD, many.as_str(), "431", Notice::TooManyHeaders),
        ] {
            let answer = request(address, &format!("GET {target}"), headers).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{target}: {answer}");
            assert!(notice.text(7777).len() > 20);
        }
        for hello in [&b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..], b"\x16\x03\x03\x00\x01"]
        {
            send(address, hello).await;
        }
    }
    assert_eq!(
        told(&mut server),
        [
            Notice::NoAnswer,
            Notice::MaybeDenied,
            Notice::OtherSignIn,
            Notice::Damaged,
            Notice::HeadTooLarge,
            Notice::TooManyHeaders,
            Notice::Https
        ]
    );
    assert!(Notice::Https.text(7778).contains("http://localhost:7778"));
    server.close().await;
}

#[tokio::test]
async fn a_head_that_is_too_large_gets_a_page_about_cookies() {
    let (server, address) = start().await;
    for headers in [
        format!("Cookie: a={}\r\n", "a".repeat(1 << 17)),
        format!("Cookie: a={}\r\n", "a".repeat(4_000)).repeat(20),
    ] {
        let answer = request(address, &format!("GET {GOOD}"), &headers).await;
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
        assert!(answer.contains("Delete the cookies of localhost"), "{answer}");
    }
    let many = request(address, &format!("GET {GOOD}"), &"X: y\r\n".repeat(500)).await;
    assert!(many.starts_with("HTTP/1.1 431"), "{many}");
    assert!(many.contains("more than 128 headers") && !many.contains("KiB"), "{many}");
    server.close().await;
}

#[tokio::test]
async fn what_browsers_send_besides_the_redirect_does_not_use_it_up() {
    let (mut server, address) = start().await;
    let netsuite = "Origin: https://1234567.app.netsuite.com\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Private-Network: true\r\n";
    for (line, headers, status) in [
        (format!("OPTIONS {GOOD}"), netsuite, "204"),
        (format!("HEAD {GOOD}"), "", "200"),
        (format!("GET {GOOD}"), "Sec-Purpose: prefetch\r\n", "503"),
        (format!("GET {GOOD}"), "Sec-Purpose: prefetch;prerender\r\n", "503"),
        (format!("GET {GOOD}"), "Connection: Upgrade\r\nUpgrade: websocket\r\n", "400"),
        ("GET /favicon.ico".to_owned(), "", "404"),
        ("GET /apple-touch-icon.png".to_owned(), "", "404"),
        ("POST /tba".to_owned(), "Content-Length: 0\r\n", "405"),
    ] {
        let answer = request(address, &line, headers).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{line}: {answer}");
        if line.starts_with("HEAD") || line.starts_with("OPTIONS") {
            assert!(answer.ends_with("\r\n\r\n"), "no body: {answer}");
        }
    }
    assert!(told(&mut server).is_empty());
    let redirect = tokio::spawn(async move { get(address, GOOD).await });
    assert!(matches!(server.next().await, Event::Verdict(Verdict::Allowed(_))));
    server.end(Page::Failed, Duration::from_secs(2)).await;
    assert!(redirect.await.unwrap().starts_with("HTTP/1.1 502"));
    server.close().await;
}

#[tokio::test]
async fn cookies_of_other_servers_and_a_forwarded_port_do_not_matter() {
    for (host, cookies) in [("localhost:7778", 2), ("127.0.0.1:80", 7), ("[::1]:3000", 15)] {
        let (mut server, address) = start().await;
        let cookies = format!("Cookie: session={}\r\n", "a".repeat(3_800)).repeat(cookies);
        let head = format!("GET {GOOD} HTTP/1.1\r\nHost: {host}\r\n{cookies}\r\n");
        let redirect = tokio::spawn(async move { send(address, head.as_bytes()).await });
        assert!(matches!(server.next().await, Event::Verdict(Verdict::Allowed(_))), "{host}");
        server.end(Page::Failed, Duration::from_secs(2)).await;
        assert!(redirect.await.unwrap().starts_with("HTTP/1.1 502"));
        server.close().await;
    }
}

#[tokio::test]
async fn only_the_browser_that_was_sent_to_the_last_page_ends_the_lingering() {
    let (mut server, address) = start().await;
    let redirect = tokio::spawn(async move { get(address, GOOD).await });
    assert!(matches!(server.next().await, Event::Verdict(_)));
    // What somebody else polls meanwhile.
    let polling = tokio::spawn(async move {
        loop {
            for target in ["/tba/done", "/tba/done/", "/tba/done/x", "/tba?state=s1"] {
                let Ok(mut stream) = TcpStream::connect(address).await else { return };
                let head = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n");
                let _ = stream.write_all(head.as_bytes()).await;
                let mut answer = String::new();
                let _ = stream.read_to_string(&mut answer).await;
                assert!(!answer.contains("200 OK"), "{answer}");
                sleep(Duration::from_millis(2)).await;
            }
        }
    });
    let browser = async {
        let last = location(&redirect.await.unwrap());
        assert!(last.starts_with("/tba/done/") && last.len() == "/tba/done/".len() + 32, "{last}");
        sleep(Duration::from_millis(700)).await;
        get(address, &last).await
    };
    let since = Instant::now();
    let ((), page) = tokio::join!(server.end(signed_in(), Duration::from_secs(20)), browser);
    assert!(page.contains("account 1234567 is saved as sb1-dev"), "{page}");
    assert!((700..2_000).contains(&since.elapsed().as_millis()), "{:?}", since.elapsed());
    server.close().await;
    polling.await.unwrap();
}

#[tokio::test]
async fn a_reload_while_the_sign_in_ends_gets_the_ending_too() {
    for page in [signed_in(), Page::Denied] {
        let (mut server, address) = start().await;
        // The browser gives its first request up and sends it again.
        let mut first = TcpStream::connect(address).await.unwrap();
        let head = format!("GET {GOOD} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        first.write_all(head.as_bytes()).await.unwrap();
        assert!(matches!(server.next().await, Event::Verdict(_)));
        drop(first);
        let second = tokio::spawn(async move { get(address, GOOD).await });
        let third = tokio::spawn(async move { get(address, GOOD).await });
        let mut waiting = server.redirects.waiting_browsers();
        tokio::time::timeout(Duration::from_secs(5), waiting.wait_for(|n| *n == 2))
            .await
            .unwrap()
            .unwrap();
        let success = page.is_success();
        let browser = async {
            let (second, third) = (second.await.unwrap(), third.await.unwrap());
            if success {
                assert_eq!(location(&second), location(&third));
                let again = get(address, GOOD).await;
                assert_eq!(location(&again), location(&second), "a reload of the redirect");
                assert!(get(address, &location(&second)).await.starts_with("HTTP/1.1 200"));
            } else {
                assert!(second.starts_with("HTTP/1.1 403") && third.starts_with("HTTP/1.1 403"));
            }
        };
        tokio::join!(server.end(page, Duration::from_secs(20)), browser);
        server.close().await;
    }
}

#[tokio::test]
async fn the_lingering_ends_for_a_browser_that_does_not_come_back() {
    let (mut server, address) = start().await;
    let redirect = tokio::spawn(async move { get(address, GOOD).await });
    assert!(matches!(server.next().await, Event::Verdict(_)));
    let since = Instant::now();
    server.end(signed_in(), Duration::from_millis(600)).await;
    assert!((600..1_500).contains(&since.elapsed().as_millis()), "{:?}", since.elapsed());
    assert!(redirect.await.unwrap().starts_with("HTTP/1.1 303"));
    server.close().await;
}
