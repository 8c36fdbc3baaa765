//! Serves a bundle on port 8080 of this machine.

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let bundle = std::env::args().nth(1).ok_or("usage: policy-example-service BUNDLE")?;
    let app = policy_example_service::app(&std::fs::read(bundle)?)?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 8080)).await?;
    Ok(axum::serve(listener, app).await?)
}
