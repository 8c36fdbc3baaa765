//! Messages, as they come through a pipe.

use std::io::{self, BufRead, Read};

use lsp_server::{Message, Request, RequestId};
use serde_json::Value;

/// What tells how long a message is, in lower case.
const LENGTH: &str = "content-length:";

/// What came.
pub(super) enum Came {
    Message(Message),
    /// What is no message, and nobody waits for an answer to.
    Nothing,
}

/// What comes next; none at the end.
///
/// Room is made for what comes and not for what was announced, which may be more than there is.
pub(super) fn next(from: &mut impl BufRead) -> io::Result<Option<Came>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if from.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(line.trim_ascii()).to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        // Behind a message whose length is not known the next one begins anywhere.
        if let Some((_, value)) = line.rsplit_once(LENGTH) {
            length = value.trim().parse::<u64>().ok();
        }
    }
    let Some(length) = length else { return Ok(Some(Came::Nothing)) };
    let mut text = Vec::new();
    from.take(length).read_to_end(&mut text)?;
    if (text.len() as u64) < length {
        return Ok(None);
    }
    Ok(Some(match serde_json::from_slice(&text) {
        Ok(message) => Came::Message(message),
        Err(_) => asked(&text).map_or(Came::Nothing, Came::Message),
    }))
}

/// A request that cannot be read, as one that nobody knows: whoever sent it waits for an answer.
fn asked(text: &[u8]) -> Option<Message> {
    let message: Value = serde_json::from_slice(text).ok()?;
    let (id, method) = (message.get("id")?, message.get("method")?);
    let id: RequestId = serde_json::from_value(id.clone()).ok()?;
    Some(Message::Request(Request { id, method: method.to_string(), params: Value::Null }))
}
