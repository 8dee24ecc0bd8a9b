//! Whole sign-ins against a fake NetSuite: what ends them, and how.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use crate::consent::flow::fixture::{Case, free_port, is, last_page, request, start};
use crate::consent::flow::*;
use crate::credentials::RoleId;
use crate::netsuite::fake_server::{FakeServer, SILENCE, answer, request_token_answer};

#[tokio::test]
async fn allow_saves_the_token_and_only_then_shows_success() {
    let running = start(Case::default()).await;
    is(&running.get("/tba/done/x").await, "404", "There is nothing here");
    let redirect = running.get(&running.allow()).await;
    is(&redirect, "303", "Location: /tba/done/");
    assert!(!redirect.contains("v1") && !redirect.contains("rt1"));
    assert_eq!(running.saved().as_deref(), Some("1234567_SB1 at1"));
    let last = last_page(&redirect);
    is(&running.get(&last).await, "200", "account 1234567_SB1 is saved as test");
    let granted = running.ends().await.unwrap();
    assert_eq!(granted.account.as_str(), "1234567_SB1");
    assert_eq!(granted.role.as_ref().map(RoleId::as_str), Some("3"));
}

#[tokio::test]
async fn the_call_does_not_wait_long_for_a_browser_that_does_not_come_back() {
    let running = start(Case::default()).await;
    running.get(&running.allow()).await;
    let since = Instant::now();
    assert!(running.ends().await.is_ok());
    assert!(since.elapsed() < Duration::from_millis(2_600));
}

#[tokio::test]
async fn the_redirect_is_received_on_ipv6_too() {
    let running = start(Case::default()).await;
    let Ok(mut stream) = TcpStream::connect(("::1", running.port)).await else { return };
    let head = format!("GET {} HTTP/1.1\r\nHost: [::1]:{}\r\n\r\n", running.allow(), running.port);
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    is(&answer, "303", "");
    assert!(running.ends().await.is_ok());
}

#[tokio::test]
async fn a_redirect_that_comes_twice_gets_the_same_ending() {
    let running = start(Case::default()).await;
    let target = running.allow();
    let (one, two) = tokio::join!(running.get(&target), running.get(&target));
    is(&one, "303", "");
    is(&two, "303", "");
    assert!(running.ends().await.is_ok());
}

#[tokio::test]
async fn deny_ends_the_wait() {
    let running = start(Case::default()).await;
    let target =
        format!("/tba?oauth_token=rt1&oauth_verifier=&company=1234567&state={}", running.state);
    is(&running.get(&target).await, "403", "Access was denied");
    running.ends_with(Code::SignInDenied).await;
}

#[tokio::test]
async fn another_account_ends_the_wait() {
    let running = start(Case { account: Some("7654321"), ..Case::default() }).await;
    is(&running.get(&running.allow()).await, "403", "This is another account");
    let error = running.ends_with(Code::CallbackAccount).await;
    assert!(error.message().contains("1234567_SB1") && error.message().contains("7654321"));
}

#[tokio::test]
async fn another_role_ends_the_wait() {
    let running = start(Case { role: Some("1000"), ..Case::default() }).await;
    is(&running.get(&running.allow()).await, "403", "This is another role");
    running.ends_with(Code::CallbackRole).await;
}

#[tokio::test]
async fn an_expired_request_token_is_reported_to_browser_and_caller() {
    let refused =
        answer(401, "", "{\"error\":{\"code\":\"INVALID_LOGIN_ATTEMPT\",\"message\":\"x\"}}");
    let running = start(Case { step_three: refused, ..Case::default() }).await;
    is(&running.get(&running.allow()).await, "410", "This sign-in has expired");
    running.ends_with(Code::RequestTokenExpired).await;
}

#[tokio::test]
async fn a_token_that_cannot_be_saved_is_a_failure() {
    let save = || Err(Error::new(Code::StoreUnwritable, "no"));
    let running = start(Case { save, ..Case::default() }).await;
    is(&running.get(&running.allow()).await, "500", "could not be saved");
    running.ends_with(Code::StoreUnwritable).await;
}

#[tokio::test]
async fn the_deadline_ends_the_wait() {
    let running = start(Case { timeout: Duration::from_secs(1), ..Case::default() }).await;
    let error = running.ends_with(Code::SignInTimeout).await;
    assert_eq!(error.message(), "Nobody pressed Allow within 1 second.");
}

#[tokio::test]
async fn the_deadline_holds_for_a_netsuite_that_never_answers_step_one() {
    let busy = answer(429, "Retry-After: 1000000000\r\n", "");
    for first in [SILENCE.to_vec(), busy] {
        let netsuite = FakeServer::start(vec![first]).await;
        let case = Case { timeout: Duration::from_secs(1), ..Case::default() };
        let request = request(&netsuite.base, free_port().await, &case);
        let since = Instant::now();
        let result = sign_in(request, Abort::new(), Box::new(|_| Ok(()))).await;
        let error = result.map(|_| ()).unwrap_err();
        assert_eq!(error.code(), Code::NetworkTimeout);
        assert_eq!(error.message(), "NetSuite gave no request token within 1 second.");
        assert!(since.elapsed() < Duration::from_secs(3), "{:?}", since.elapsed());
    }
}

#[tokio::test]
async fn the_deadline_and_a_grace_hold_for_a_netsuite_that_never_answers_step_three() {
    let timeout = Duration::from_secs(2);
    let step_three = SILENCE.to_vec();
    let running = start(Case { timeout, step_three, ..Case::default() }).await;
    let since = Instant::now();
    is(&running.get(&running.allow()).await, "502", "");
    assert!(since.elapsed() < Duration::from_secs(8), "{:?}", since.elapsed());
    let error = running.ends_with(Code::NetworkTimeout).await;
    assert_eq!(error.message(), "NetSuite gave no access token within 2 seconds.");
}

#[tokio::test]
async fn an_abort_ends_the_wait_at_once() {
    let running = start(Case::default()).await;
    let since = Instant::now();
    let abort = running.abort.clone();
    std::thread::spawn(move || abort.abort()).join().unwrap();
    running.ends_with(Code::Cancelled).await;
    assert!(since.elapsed() < Duration::from_millis(200));
}

#[tokio::test]
async fn a_sign_in_that_was_aborted_before_it_began_asks_nothing() {
    let netsuite = FakeServer::start(vec![request_token_answer()]).await;
    let abort = Abort::new();
    abort.abort();
    let request = request(&netsuite.base, free_port().await, &Case::default());
    let result = sign_in(request, abort, Box::new(|_| Ok(()))).await;
    assert_eq!(result.map(|_| ()).unwrap_err().code(), Code::Cancelled);
    assert!(netsuite.heads().is_empty());
}

#[tokio::test]
async fn a_busy_port_is_reported_before_netsuite_is_asked() {
    let netsuite = FakeServer::start(vec![request_token_answer()]).await;
    let held = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = held.local_addr().unwrap().port();
    let request = request(&netsuite.base, port, &Case::default());
    let result = sign_in(request, Abort::new(), Box::new(|_| Ok(()))).await;
    let error = result.map(|_| ()).unwrap_err();
    assert_eq!(error.code(), Code::PortBusy);
    assert!(netsuite.heads().is_empty());
    if cfg!(target_os = "linux") {
        assert!(error.message().contains(&std::process::id().to_string()), "{error}");
    }
}

#[tokio::test]
async fn other_requests_do_not_end_the_wait() {
    let running = start(Case::default()).await;
    let state = running.state.clone();
    for target in [
        "/tba".to_owned(),
        "/tba?oauth_token=rt1&oauth_verifier=v1&company=1".to_owned(),
        "/tba?oauth_token=rt1&oauth_verifier=&company=1".to_owned(),
        format!("/tba?oauth_token=rt2&oauth_verifier=v1&company=1&state={state}"),
        format!("/tba?oauth_verifier=v1&company=1&state={state}"),
        format!("/tba?oauth_token=rt1&oauth_verifier=v1&company=1&state={state}x"),
        format!("/tba?oauth_token=rt1&oauth_verifier=v1&company=1&state={}", &state[1..]),
        format!("/tba?oauth_token=rt1&oauth_verifier=v1&company=1&state={state}&state={state}"),
        format!("/tba?oauth_token=rt1&oauth_token=rt1&oauth_verifier=v1&company=1&state={state}"),
        format!("/tba?oauth_token=rt1&oauth_verifier=v1&company=1&company=1&state={state}"),
        format!("/tba?oauth_token=rt1&oauth_verifier=v1&state={state}"),
        format!("/tba?oauth_token=rt1&oauth_verifier=v1&company=evil.example/&state={state}"),
        format!(
            "/tba?oauth_token=rt1&oauth_verifier=v1&company=https://1234567.app.netsuite.com&state={state}"
        ),
        format!("/tba?oauth_token=rt1&oauth_verifier=a%20b&company=1&state={state}"),
    ] {
        is(&running.get(&target).await, "400", "does not answer the current sign-in");
    }
    is(&running.get("/favicon.ico").await, "404", "");
    assert!(!running.call.is_finished());
    is(&running.get(&running.allow()).await, "303", "");
    assert!(running.ends().await.is_ok());
}

#[tokio::test]
async fn nothing_of_a_request_is_ever_shown() {
    let running = start(Case::default()).await;
    let script = "%3Cscript%3Ealert(1)%3C/script%3E<script>alert(1)</script>";
    let shows_nothing = |answer: String| {
        assert!(!answer.is_empty() && !answer.to_lowercase().contains("script>"), "{answer}");
    };
    for name in ["oauth_token", "oauth_verifier", "company", "role", "entity", "state", "error"] {
        shows_nothing(running.get(&format!("/tba?{name}={script}")).await);
        shows_nothing(running.get(&format!("/{script}?{name}={script}")).await);
        let replaced = running.allow().replace(&format!("{name}="), &format!("{name}={script}"));
        let harmless = ["oauth_verifier", "role", "entity", "error"].contains(&name);
        let target = if harmless {
            replaced.replace("oauth_token=rt1", "oauth_token=rt2")
        } else {
            replaced
        };
        shows_nothing(running.get(&target).await);
    }
    let last = running
        .allow()
        .replace("oauth_verifier=v1", "oauth_verifier=")
        .replace("role=3", &format!("role={script}"));
    let answer = running.get(&last).await;
    is(&answer, "403", "Access was denied");
    shows_nothing(answer);
    running.ends_with(Code::SignInDenied).await;
}

/// Tasks of the runtime, once those that are ending have ended.
async fn tasks_left(before: usize) -> usize {
    let metrics = tokio::runtime::Handle::current().metrics();
    for _ in 0..20 {
        if metrics.num_alive_tasks() <= before {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    metrics.num_alive_tasks().saturating_sub(before)
}

#[tokio::test]
async fn nothing_is_left_200_ms_after_any_end() {
    let html = answer(200, "", "<html>");
    for (first, timeout, stops) in [
        (request_token_answer(), Duration::from_secs(60), true),
        (request_token_answer(), Duration::from_millis(100), false),
        (html, Duration::from_secs(60), false),
    ] {
        let netsuite = FakeServer::start(vec![first]).await;
        let before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
        let mut request = request(&netsuite.base, free_port().await, &Case::default());
        (request.browser, request.deadline) = (Some(false), Deadline::after(timeout));
        let port = request.port;
        let abort = Abort::new();
        let call = sign_in(request, abort.clone(), Box::new(|_| Ok(())));
        let stop = async {
            if stops {
                tokio::time::sleep(Duration::from_millis(100)).await;
                // An idle connection must not outlive the call either.
                let idle = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                tokio::time::sleep(Duration::from_millis(20)).await;
                abort.abort();
                return Some(idle);
            }
            None
        };
        let (result, _idle) = tokio::join!(call, stop);
        assert!(result.is_err());
        assert_eq!(tasks_left(before).await, 0);
    }
}

#[tokio::test]
async fn the_largest_timeout_does_not_overflow() {
    let running = start(Case { timeout: Duration::MAX, ..Case::default() }).await;
    is(&running.get(&running.allow()).await, "303", "");
    assert!(running.ends().await.is_ok());
}
