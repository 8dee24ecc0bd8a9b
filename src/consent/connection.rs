//! One connection to the callback port: one request, one answer. 10 seconds for the head.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::consent::announce::Notice;
use crate::consent::head;
use crate::consent::head::{MAX_HEAD, Route};
use crate::consent::pages;
use crate::consent::pages::Page;
use crate::consent::redirects::{Redirects, Waiting};

const HEAD_TIME: Duration = Duration::from_secs(10);
const WRITE_TIME: Duration = Duration::from_secs(5);
/// How long a client may go on sending what nobody reads, so that it reads its answer first.
const DRAIN_TIME: Duration = Duration::from_millis(500);

/// Answers one request. `waits` tells whether it waits for the ending of the sign-in.
pub(super) async fn serve(
    mut stream: TcpStream,
    redirects: Arc<Redirects>,
    waits: Arc<AtomicBool>,
) {
    let mut head = Vec::with_capacity(2048);
    let reply = timeout(HEAD_TIME, reply_to(&mut stream, &mut head, &redirects)).await;
    match reply {
        Ok(Some(Reply::Now(response))) => {
            send(&mut stream, &response).await;
        }
        Ok(Some(Reply::LastPage(page))) => {
            if send(&mut stream, &page.response()).await {
                redirects.was_read();
            }
        }
        Ok(Some(Reply::AtTheEnd(_waiting))) => {
            waits.store(true, Ordering::SeqCst);
            let ending = ending(&redirects, &mut stream).await;
            waits.store(false, Ordering::SeqCst);
            let Some(page) = ending else { return };
            if page.is_success() {
                send(&mut stream, &pages::redirect_to(&redirects.last_address())).await;
            } else if send(&mut stream, &page.response()).await {
                redirects.was_read();
            }
        }
        Ok(None) | Err(_) => {}
    }
}

enum Reply {
    Now(Vec<u8>),
    /// The page of success, asked for by the browser that was sent to it.
    LastPage(Page),
    /// The redirect: it is answered when the sign-in has ended.
    AtTheEnd(Waiting),
}

impl Reply {
    fn page(page: &Page) -> Self {
        Self::Now(page.response())
    }
}

/// Reads a head and decides; `None` when the client is gone before its head is complete.
async fn reply_to(
    stream: &mut TcpStream,
    head: &mut Vec<u8>,
    redirects: &Arc<Redirects>,
) -> Option<Reply> {
    let mut chunk = [0; 4096];
    loop {
        let room = chunk.len().min(MAX_HEAD - head.len());
        let count = stream.read(&mut chunk[..room]).await.ok().filter(|count| *count > 0)?;
        head.extend_from_slice(&chunk[..count]);
        if !head::is_worth_reading(head, count) {
            continue;
        }
        if let Some(route) = head::read(head) {
            return Some(reply(&route, redirects));
        }
    }
}

fn reply(route: &Route<'_>, redirects: &Arc<Redirects>) -> Reply {
    match route {
        Route::Callback(query) => match redirects.judge(query) {
            Some(waiting) => Reply::AtTheEnd(waiting),
            None => Reply::page(&Page::OtherSignIn),
        },
        Route::Done(id) => match redirects.last_page(id) {
            Some(page) => Reply::LastPage(page),
            None => Reply::page(&Page::Refused(404)),
        },
        Route::Look => Reply::Now(pages::without_body()),
        Route::Preflight(origin) => Reply::Now(pages::preflight(*origin)),
        Route::Tls => {
            redirects.notice(Notice::Https);
            Reply::page(&Page::Refused(400))
        }
        Route::TooManyHeaders => {
            redirects.notice(Notice::TooManyHeaders);
            Reply::page(&Page::TooManyHeaders)
        }
        Route::Refused(status) => {
            if *status == 431 {
                redirects.notice(Notice::HeadTooLarge);
            }
            Reply::page(&Page::Refused(*status))
        }
    }
}

/// Waits for the ending; `None` when the browser does not wait any more.
async fn ending(redirects: &Redirects, stream: &mut TcpStream) -> Option<Page> {
    tokio::select! {
        biased;
        page = redirects.ending() => page,
        () = drain_until_gone(stream) => None,
    }
}

/// Sends an answer and waits, for a moment, until the client has read it and closed. Tells whether
/// the answer could be sent.
async fn send(stream: &mut TcpStream, response: &[u8]) -> bool {
    let writing = timeout(WRITE_TIME, async {
        stream.write_all(response).await?;
        stream.shutdown().await
    });
    let sent = matches!(writing.await, Ok(Ok(())));
    // A connection closed with unread bytes is reset, and its answer lost.
    let _ = timeout(DRAIN_TIME, drain_until_gone(stream)).await;
    sent
}

/// Reads and forgets.
async fn drain_until_gone(stream: &mut TcpStream) {
    let mut chunk = [0; 4096];
    while stream.read(&mut chunk).await.is_ok_and(|count| count > 0) {}
}
