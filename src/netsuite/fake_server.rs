//! For tests: a loopback server that gives prepared answers and records the requests.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// As an answer, it stands for silence: nothing is sent, and the connection stays open.
pub(crate) const SILENCE: &[u8] = b"silence";

/// Answers connections in turn; the last answer is repeated.
pub(crate) struct FakeServer {
    pub(crate) base: String,
    heads: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl FakeServer {
    /// Starts with raw answers, head and body.
    pub(crate) async fn start(answers: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let heads = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&heads);
        let task = tokio::spawn(async move {
            for turn in 0.. {
                let (mut stream, _) = listener.accept().await.unwrap();
                let head = read_head(&mut stream).await;
                log.lock().unwrap().push(head);
                let answer = answers[turn.min(answers.len() - 1)].clone();
                tokio::spawn(async move {
                    if answer != SILENCE {
                        let _ = stream.write_all(&answer).await;
                        let _ = stream.shutdown().await;
                    }
                    let _ = stream.read(&mut [0; 64]).await;
                });
            }
        });
        Self { base, heads, task }
    }

    /// The heads of all requests so far.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0; 1024];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut byte).await {
            Ok(count) if count > 0 => head.extend_from_slice(&byte[..count]),
            _ => break,
        }
    }
    String::from_utf8_lossy(&head).into_owned()
}

/// An answer with a status, extra header lines and a body.
pub(crate) fn answer(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut bytes = format!(
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// A valid answer for step one.
pub(crate) fn request_token_answer() -> Vec<u8> {
    answer(200, "", "oauth_token=rt1&oauth_token_secret=rs1&oauth_callback_confirmed=true")
}

/// A valid answer for step three.
pub(crate) fn access_token_answer() -> Vec<u8> {
    answer(200, "", "oauth_token=at1&oauth_token_secret=as1")
}
