//! `cluster-bootstrap <secrets.json> <out>`

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use cluster_bootstrap::{Bootstrap, Gitlab, JsonFileStore};
use events::{Silent, SystemClock};
use k8s_bundle::DirectoryWriter;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [secrets, out] = &arguments[..] else {
        eprintln!("usage: cluster-bootstrap <secrets.json> <out>");
        return ExitCode::from(2);
    };
    match run(secrets.into(), out.into()).await {
        Ok(summary) => println!("{summary}"),
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

async fn run(secrets: std::path::PathBuf, out: std::path::PathBuf) -> Result<String, Box<dyn Error>> {
    let (store, writer) = (Arc::new(JsonFileStore::new(secrets)), Arc::new(DirectoryWriter::new(&out)));
    let bootstrap = Bootstrap::new("dev".parse()?, Gitlab::new());
    let done = bootstrap.run(store, writer, Arc::new(Silent), Arc::new(SystemClock::new())).await?;
    let others = done.files.changed.len() + done.files.unchanged.len();
    let out = out.display();
    Ok(format!("{} Secret in {out}/k8s/secrets.yaml, {others} other files", done.secrets.secrets))
}
