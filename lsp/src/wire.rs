//! The ways from and to the editor.
//!
//! What comes is read at once, whatever else is being done, so that a request that is taken back is known to be. What goes is
//! written as text where it is made: the answer about a large file would take many times its size as a tree of values.

mod read;

use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, Sender, unbounded};
use lsp_server::{Connection, Message, Notification, RequestId, Response};
use serde::Serialize;
use serde_json::Value;

use self::read::{Came, next};

/// The way to the editor.
#[derive(Clone, Debug)]
pub(crate) enum Out {
    /// To an editor in this process.
    Messages(Sender<Message>),
    /// To one behind a pipe, as it goes through.
    Texts(Sender<Vec<u8>>),
}

impl Out {
    /// Sends a message. Where nobody listens any more, the loop ends by itself.
    pub(crate) fn send(&self, message: Message) {
        match self {
            Self::Messages(to) => {
                let _ = to.send(message);
            }
            Self::Texts(to) => {
                let mut text = Vec::new();
                if message.write(&mut text).is_ok() {
                    let _ = to.send(text);
                }
            }
        }
    }

    /// Answers a request with a result that is written already.
    pub(crate) fn answer(&self, id: RequestId, result: &str) {
        match self {
            Self::Messages(_) => {
                let result: Value = serde_json::from_str(result).unwrap_or_default();
                self.send(Message::Response(Response::new_ok(id, result)));
            }
            Self::Texts(to) => {
                let id = serde_json::to_string(&id).unwrap_or_default();
                let _ = to.send(framed(&["{\"jsonrpc\":\"2.0\",\"id\":", &id, ",\"result\":", result, "}"]));
            }
        }
    }

    pub(crate) fn notify(&self, method: &str, params: impl Serialize) {
        match self {
            Self::Messages(_) => {
                self.send(Message::Notification(Notification::new(method.to_owned(), params)));
            }
            Self::Texts(to) => {
                let name = serde_json::to_string(method).unwrap_or_default();
                let params = serde_json::to_string(&params).unwrap_or_default();
                let parts = ["{\"jsonrpc\":\"2.0\",\"method\":", &name, ",\"params\":", &params, "}"];
                let _ = to.send(framed(&parts));
            }
        }
    }
}

/// A message with its header.
fn framed(parts: &[&str]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut text = format!("Content-Length: {length}\r\n\r\n").into_bytes();
    text.reserve_exact(length);
    parts.iter().for_each(|part| text.extend_from_slice(part.as_bytes()));
    text
}

/// The requests that were taken back.
#[derive(Clone, Debug, Default)]
pub(crate) struct TakenBack {
    requests: Arc<Mutex<Requests>>,
    /// Whether the one that is being answered is among them.
    now: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct Requests {
    taken_back: BTreeSet<RequestId>,
    answering: Option<RequestId>,
}

impl TakenBack {
    fn requests(&self) -> MutexGuard<'_, Requests> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what a message takes back, when it comes.
    fn hear(&self, message: &Message) {
        if let Some(id) = taken_back_by(message) {
            let mut requests = self.requests();
            if requests.answering.as_ref() == Some(&id) {
                self.now.store(true, Ordering::Relaxed);
            }
            requests.taken_back.insert(id);
        }
    }

    /// Forgets it, when its turn has come: the request stood before it.
    pub(crate) fn forget(&self, message: &Message) {
        if let Some(id) = taken_back_by(message) {
            self.requests().taken_back.remove(&id);
        }
    }

    /// Begins to answer a request; false where it was taken back.
    pub(crate) fn begin(&self, id: &RequestId) -> bool {
        let mut requests = self.requests();
        requests.answering = Some(id.clone());
        self.now.store(false, Ordering::Relaxed);
        !requests.taken_back.contains(id)
    }

    pub(crate) fn end(&self) {
        self.requests().answering = None;
        self.now.store(false, Ordering::Relaxed);
    }

    /// Whether nobody waits any more for what is being answered.
    pub(crate) fn now(&self) -> bool {
        self.now.load(Ordering::Relaxed)
    }

    /// Is set as soon as nobody waits any more.
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.now)
    }
}

fn taken_back_by(message: &Message) -> Option<RequestId> {
    match message {
        Message::Notification(n) if n.method == "$/cancelRequest" => {
            serde_json::from_value(n.params.get("id")?.clone()).ok()
        }
        Message::Notification(_) | Message::Request(_) | Message::Response(_) => None,
    }
}

/// Both ways.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) messages: Receiver<Message>,
    pub(crate) out: Out,
    pub(crate) taken_back: TakenBack,
    writer: Option<JoinHandle<io::Result<()>>>,
}

impl Wire {
    /// To an editor in this process.
    pub(crate) fn within(connection: &Connection) -> io::Result<Self> {
        let (to, messages) = unbounded();
        let taken_back = TakenBack::default();
        let (heard, from) = (taken_back.clone(), connection.receiver.clone());
        Builder::new().name("policy-reader".to_owned()).spawn(move || {
            for message in from {
                heard.hear(&message);
                if to.send(message).is_err() {
                    return;
                }
            }
        })?;
        let out = Out::Messages(connection.sender.clone());
        Ok(Self { messages, out, taken_back, writer: None })
    }

    /// To the editor at the other end of standard input and output.
    pub(crate) fn standard() -> io::Result<Self> {
        let (to, messages) = unbounded();
        let (out, texts) = unbounded::<Vec<u8>>();
        let taken_back = TakenBack::default();
        let heard = taken_back.clone();
        // It ends with the process: nothing else ends a read.
        Builder::new()
            .name("policy-reader".to_owned())
            .spawn(move || read(&mut io::stdin().lock(), &to, &heard))?;
        let writer = Builder::new().name("policy-writer".to_owned()).spawn(move || {
            let mut standard = io::stdout().lock();
            for text in texts {
                standard.write_all(&text)?;
                standard.flush()?;
            }
            Ok(())
        })?;
        Ok(Self { messages, out: Out::Texts(out), taken_back, writer: Some(writer) })
    }

    /// Waits until everything is written.
    pub(crate) fn close(self) -> io::Result<()> {
        let Self { out, writer, .. } = self;
        drop(out);
        match writer.map(JoinHandle::join) {
            Some(Ok(written)) => written,
            Some(Err(_)) => Err(io::Error::other("the writer failed")),
            None => Ok(()),
        }
    }
}

/// Reads messages until the last one. One that is none is left out: what follows it is another one.
fn read(from: &mut impl BufRead, to: &Sender<Message>, heard: &TakenBack) {
    loop {
        match next(from) {
            Ok(Some(Came::Message(message))) => {
                heard.hear(&message);
                let last = matches!(&message, Message::Notification(n) if n.method == "exit");
                if to.send(message).is_err() || last {
                    return;
                }
            }
            Ok(Some(Came::Nothing)) => {}
            Ok(None) | Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests;
