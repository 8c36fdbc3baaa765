//! A service that decides: `POST /decide` takes a document and answers with the decision, `PUT /data` takes new data for
//! the decisions that begin from then on.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::SystemTime;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{post, put};
use policy_vm::{Data, Duties, Entry, Program, Snapshot};

/// What all requests share.
struct Service {
    program: Program,
    data: Data,
}

thread_local! {
    /// Each thread decides with an entry of its own, which is warm after its first decision.
    static GATE: RefCell<Option<Entry>> = const { RefCell::new(None) };
}

/// The routes of a service that decides by a bundle.
///
/// # Errors
/// The bundle does not load, or has no entry `gate` that this host can ask.
pub fn app(bundle: &[u8]) -> Result<Router, Box<dyn std::error::Error>> {
    let program = Program::load(bundle, policy_stdlib::table())?;
    let snapshot = Snapshot::of_bundle(&program, Some("gate"))?;
    // Refused now rather than at the first request.
    Entry::with_snapshot(&program, "gate", &Duties::default(), &snapshot)?;
    let service = Arc::new(Service { program, data: Data::new(snapshot) });
    Ok(Router::new()
        .route("/decide", post(decide))
        .route("/data", put(replace))
        .layer(DefaultBodyLimit::max(1 << 20))
        .with_state(service))
}

async fn decide(State(service): State<Arc<Service>>, body: Bytes) -> Response {
    GATE.with_borrow_mut(|gate| {
        let entry = match gate {
            Some(entry) => entry,
            None => match Entry::with_snapshot(&service.program, "gate", &Duties::default(), &service.data.current()) {
                Ok(entry) => gate.insert(entry),
                Err(error) => return (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
            },
        };
        entry.refresh(&service.data);
        let decision = entry.decide_json_at(SystemTime::now(), &body);
        let status = if decision.proceed { StatusCode::OK } else { StatusCode::FORBIDDEN };
        (status, [(header::CONTENT_TYPE, "application/json")], decision.to_json()).into_response()
    })
}

/// New data takes the place of the old as a whole, or is refused as a whole.
async fn replace(State(service): State<Arc<Service>>, body: String) -> Response {
    match Snapshot::builder(&service.program).data("gate.greatest", &body).build() {
        Ok(snapshot) => {
            service.data.swap(snapshot);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).into_response(),
    }
}
