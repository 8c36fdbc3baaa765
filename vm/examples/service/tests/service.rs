//! Decisions over HTTP, and data that changes between them.

use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt as _;

async fn send(app: &axum::Router, method: &str, path: &str, body: &str) -> (u16, String) {
    let request = Request::builder().method(method).uri(path).body(Body::from(body.to_owned())).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn decisions_follow_the_data() {
    let bundle = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../gate.pbundle")).unwrap();
    let app = policy_example_service::app(&bundle).unwrap();
    assert_eq!(send(&app, "POST", "/decide", r#"{"size": 3}"#).await.0, 200);
    let (status, body) = send(&app, "POST", "/decide", r#"{"size": 12}"#).await;
    let decision: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &decision["reasons"][0]["message"]), (403, &"12 is too large".into()));
    assert_eq!(send(&app, "POST", "/decide", "no JSON").await.0, 403);
    assert_eq!(send(&app, "PUT", "/data", "\"many\"").await.0, 422);
    assert_eq!(send(&app, "POST", "/decide", r#"{"size": 12}"#).await.0, 403);
    assert_eq!(send(&app, "PUT", "/data", "20").await.0, 204);
    assert_eq!(send(&app, "POST", "/decide", r#"{"size": 12}"#).await.0, 200);
}

#[tokio::test]
async fn bundles_that_do_not_load_start_nothing() {
    assert!(policy_example_service::app(b"no bundle").is_err());
}
