//! A panic ends a request, and nothing else.

use lsp_server::{Connection, Message, Notification, Request, Response};
use serde_json::{Value, json};

/// A request that only tests can make.
pub(super) const BROKEN: &str = "policy/broken";

fn ask(client: &Connection, id: i32, method: &str, params: Value) -> (Response, Vec<Notification>) {
    client.sender.send(Message::Request(Request::new(id.into(), method.to_owned(), params))).unwrap();
    let mut told = Vec::new();
    loop {
        match client.receiver.recv().unwrap() {
            Message::Response(response) => return (response, told),
            Message::Notification(notification) => told.push(notification),
            Message::Request(_) => {}
        }
    }
}

#[test]
fn a_panic_is_an_answer_and_a_line_in_the_log_and_the_next_request_works() {
    let (server, client) = Connection::memory();
    let serving = std::thread::spawn(move || crate::serve(&server).unwrap());
    ask(&client, 1, "initialize", json!({ "capabilities": {} }));
    client
        .sender
        .send(Message::Notification(Notification::new("initialized".to_owned(), json!({}))))
        .unwrap();
    let (broken, told) = ask(&client, 2, BROKEN, Value::Null);
    assert!(broken.response_result.is_err(), "{broken:?}");
    let logged = told.iter().any(|n| {
        n.method == "window/logMessage" && n.params["message"].as_str().unwrap().contains("on purpose")
    });
    assert!(logged, "{told:?}");
    let (fine, _) = ask(&client, 3, "policy/projects", Value::Null);
    assert!(fine.response_result.is_ok(), "{fine:?}");
    ask(&client, 4, "shutdown", Value::Null);
    client.sender.send(Message::Notification(Notification::new("exit".to_owned(), Value::Null))).unwrap();
    serving.join().unwrap();
}
