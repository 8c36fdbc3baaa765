//! Messages through a pipe.

use std::io::Cursor;

use crossbeam_channel::unbounded;
use lsp_server::Message;
use serde_json::json;

use super::{Out, TakenBack, framed, read};

fn heard(text: &str) -> (Vec<Message>, TakenBack) {
    let (to, from) = unbounded();
    let taken_back = TakenBack::default();
    read(&mut Cursor::new(text.as_bytes().to_vec()), &to, &taken_back);
    drop(to);
    (from.into_iter().collect(), taken_back)
}

fn frame(body: &str) -> String {
    String::from_utf8(framed(&[body])).unwrap()
}

#[test]
fn what_is_no_message_is_left_out() {
    let good = json!({ "jsonrpc": "2.0", "id": 1, "method": "policy/projects" }).to_string();
    let text =
        [frame("{ this is nothing"), frame("[]"), "Content-Type x\r\n\r\n".to_owned(), frame(&good)].concat();
    let (messages, _) = heard(&text);
    assert!(
        matches!(messages.as_slice(), [Message::Request(r)] if r.method == "policy/projects"),
        "{messages:?}"
    );
}

#[test]
fn what_was_announced_need_not_come() {
    let good = frame(&json!({ "jsonrpc": "2.0", "id": 1, "method": "policy/projects" }).to_string());
    let (messages, _) = heard(&(good.clone() + "Content-Length: 18446744073709551615\r\n\r\n{}"));
    assert_eq!(messages.len(), 1);
    // Where a length is no number, the next message is found again.
    let (messages, _) = heard(&("Content-Length: many\r\n\r\n{\"jsonrpc\":\"2.0\"}".to_owned() + &good));
    assert_eq!(messages.len(), 1);
    assert_eq!(heard("Content-Length: 9\r\n\r\n{\"json").0.len(), 0);
}

#[test]
fn who_asks_what_cannot_be_read_is_answered() {
    let (messages, _) = heard(&frame(r#"{"jsonrpc":"2.0","id":"a","method":3}"#));
    assert!(matches!(messages.as_slice(), [Message::Request(r)] if r.method == "3"), "{messages:?}");
}

#[test]
fn a_request_is_taken_back_before_its_turn() {
    let ask = json!({ "jsonrpc": "2.0", "id": 7, "method": "policy/projects" }).to_string();
    let back = json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": 7 } }).to_string();
    let (messages, taken_back) = heard(&[frame(&ask), frame(&back)].concat());
    let [Message::Request(request), cancel] = messages.as_slice() else { panic!("{messages:?}") };
    assert!(!taken_back.begin(&request.id));
    taken_back.end();
    taken_back.forget(cancel);
    assert!(taken_back.begin(&request.id));
    // Now it is being answered.
    taken_back.hear(cancel);
    assert!(taken_back.now());
}

#[test]
fn answers_are_written_as_they_are() {
    let (to, texts) = unbounded();
    let out = Out::Texts(to);
    out.answer(7.into(), "[1,2]");
    out.notify("policy/x", json!({ "a": 1 }));
    drop(out);
    let all: Vec<u8> = texts.into_iter().flatten().collect();
    let mut from = Cursor::new(all);
    let answer = Message::read(&mut from).unwrap().unwrap();
    assert!(
        matches!(&answer, Message::Response(r) if r.response_result.as_ref().ok() == Some(&json!([1, 2])))
    );
    let told = Message::read(&mut from).unwrap().unwrap();
    assert!(matches!(&told, Message::Notification(n) if n.params == json!({ "a": 1 })));
}
