//! Why a request has no answer.

use lsp_server::{ErrorCode, RequestId, Response};

/// Why a request has no answer.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    code: ErrorCode,
    message: String,
}

impl Failure {
    /// The request itself is wrong.
    pub(crate) fn params(message: impl Into<String>) -> Self {
        Self { code: ErrorCode::InvalidParams, message: message.into() }
    }

    /// The request cannot be carried out.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self { code: ErrorCode::RequestFailed, message: message.into() }
    }

    /// A bug.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self { code: ErrorCode::InternalError, message: message.into() }
    }

    /// There is no such request.
    pub(crate) fn unknown(method: &str) -> Self {
        Self { code: ErrorCode::MethodNotFound, message: format!("there is no request {method}") }
    }

    /// The editor took it back.
    pub(crate) fn cancelled() -> Self {
        Self { code: ErrorCode::RequestCanceled, message: "the request was taken back".to_owned() }
    }

    pub(crate) fn response(self, id: RequestId) -> Response {
        Response::new_err(id, self.code as i32, self.message)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}
