//! What anybody on this machine, or any web page, can send to the port. None of it counts.

use crate::consent::flow::fixture::{Case, exchange_bytes, get, is, last_page, start};
use crate::consent::flow::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// One forged request of every kind, by number.
fn forged(number: usize, port: u16, state: &str) -> Vec<u8> {
    let random = crate::signer::random::alphanumeric(32).unwrap();
    let rest = "oauth_verifier=v1&company=1234567_SB1&role=3&entity=38";
    let host = format!("Host: localhost:{port}\r\n\r\n");
    let get = |query: &str| format!("GET /tba?{query} HTTP/1.1\r\n{host}");
    let good = format!("oauth_token=rt1&{rest}&state={state}");
    match number % 20 {
        0 => get(&format!("oauth_token=rt1&{rest}&state={random}")),
        1 => get(&format!("oauth_token=rt1&{rest}")),
        2 => get(&format!("oauth_token=rt1&{rest}&state={random}&state={state}")),
        3 => get(&format!("oauth_token={random}&{rest}&state={state}")),
        4 => get(&format!("{rest}&state={state}")),
        5 => get(&format!("oauth_token=rt1&oauth_token={random}&{rest}&state={state}")),
        6 => get("oauth_token=rt1&oauth_verifier=&company=1"),
        7 => get(&good.replace("1234567_SB1", "evil.example/")),
        8 => get(&good.replace("company=1234567_SB1&", "")),
        9 => get(&good).replace("GET", "POST"),
        10 => get(&good).replace("/tba?", "/tba/?"),
        11 => get(&good).replace("/tba?", "/other?"),
        12 => get(&good).replace("Host: localhost", "Host: evil.example"),
        13 => get(&good).replace("Host: localhost", "X-Host: localhost"),
        14 => get(&good).replace("GET", "HEAD"),
        15 => get(&format!("oauth_token=rt1&{rest}&state={}", state.to_ascii_lowercase() + "x")),
        16 => format!("GET /tba?{} HTTP/1.1\r\n", "a".repeat(70_000)),
        17 => "\u{16}\u{3}\u{1}".to_owned(),
        18 => get(&format!("{good}&company=7654321")),
        _ => get(""),
    }
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_forged_redirects_change_nothing() {
    let running = start(Case::default()).await;
    let (port, state) = (running.port, running.state.clone());
    let mut senders = JoinSet::new();
    for sender in 0..8 {
        let state = state.clone();
        senders.spawn(async move {
            let mut refused = 0;
            for number in (sender..10_000).step_by(8) {
                let loopback = ([127, 0, 0, 1], port).into();
                let answer = exchange_bytes(loopback, &forged(number, port, &state)).await;
                let looked = number % 20 == 14 && answer.starts_with("HTTP/1.1 200");
                let accepted =
                    answer.starts_with("HTTP/1.1 303") || answer.starts_with("HTTP/1.1 2");
                assert!(looked || !accepted, "{number}: {answer}");
                refused += usize::from(looked || answer.starts_with("HTTP/1.1 4"));
            }
            refused
        });
    }
    let answered: usize = senders.join_all().await.into_iter().sum();
    // The rest are heads that are too long. Their connections close while they are still being sent.
    assert!(answered >= 9_500, "{answered} were refused");
    assert!(!running.call.is_finished());
    is(&running.get(&running.allow()).await, "303", "");
    assert!(running.ends().await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_megabyte_of_head_is_cut_off() {
    let running = start(Case::default()).await;
    let mut stream = TcpStream::connect(("127.0.0.1", running.port)).await.unwrap();
    stream.write_all(b"GET /tba HTTP/1.1\r\nX: ").await.unwrap();
    let filler = vec![b'a'; 4096];
    let mut sent = 0;
    // Refused at 64 KiB, then drained for a moment, then closed.
    while sent < 1 << 30 {
        let written = timeout(Duration::from_secs(3), stream.write_all(&filler)).await;
        if written.expect("a closed connection").is_err() {
            break;
        }
        sent += filler.len();
    }
    assert!(sent < 1 << 30, "the connection takes every byte");
    is(&running.get(&running.allow()).await, "303", "");
    assert!(running.ends().await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_and_slow_connections_do_not_keep_the_true_one_out() {
    let running = start(Case::default()).await;
    let mut held = Vec::new();
    for number in 0..200 {
        let mut stream = TcpStream::connect(("127.0.0.1", running.port)).await.unwrap();
        if number % 2 == 0 {
            let _ = stream.write_all(b"GET /tba?x").await;
        }
        held.push(stream);
    }
    let redirect = running.get(&running.allow()).await;
    is(&running.get(&last_page(&redirect)).await, "200", "");
    assert!(running.ends().await.is_ok());
}

#[tokio::test]
async fn the_oldest_incomplete_connection_is_closed_and_the_waiting_one_is_not() {
    let step_three = crate::netsuite::fake_server::access_token_answer();
    // Saving takes a moment, in which other connections arrive.
    let save = || {
        std::thread::sleep(Duration::from_millis(600));
        Ok(())
    };
    let running = start(Case { step_three, save, ..Case::default() }).await;
    let (port, target) = (running.port, running.allow());
    let waiting = tokio::spawn(async move { get(port, &target).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut held = Vec::new();
    for _ in 0..40 {
        held.push(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
        tokio::task::yield_now().await;
    }
    let closed = timeout(Duration::from_secs(2), held[0].read(&mut [0; 8])).await;
    assert!(!matches!(closed, Ok(Ok(1..)) | Err(_)), "the oldest is closed: {closed:?}");
    is(&waiting.await.unwrap(), "303", "");
    assert!(running.ends().await.is_ok());
}

#[tokio::test]
async fn pipelined_requests_and_bodies_are_harmless() {
    let running = start(Case::default()).await;
    let one = format!("GET /favicon.ico HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", running.port);
    let loopback = ([127, 0, 0, 1], running.port).into();
    let answer = exchange_bytes(loopback, one.repeat(5).as_bytes()).await;
    is(&answer, "404", "");
    assert_eq!(answer.matches("HTTP/1.1").count(), 1);
    is(&running.get(&running.allow()).await, "303", "");
    assert!(running.ends().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_head_that_is_not_complete_in_ten_seconds_is_cut_off() {
    let listener = Listener::bind(0).await.unwrap();
    let port = listener.port;
    let expected = ExpectedCallback {
        state: State::fixed("s"),
        request_token: "rt1".to_owned(),
        account: None,
        role: None,
    };
    let server = Server::start(listener, Arc::new(expected)).unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let since = Instant::now();
    let mut ended = false;
    for _ in 0..60 {
        // One byte a second; the clock of this test jumps when nothing else is to be done.
        let _ = stream.write_all(b"G").await;
        let read = timeout(Duration::from_secs(1), stream.read(&mut [0; 8])).await;
        if matches!(read, Ok(Ok(0) | Err(_))) {
            ended = true;
            break;
        }
    }
    assert!(ended && since.elapsed() < Duration::from_secs(15), "{:?}", since.elapsed());
    server.close().await;
}
