//! What the cluster is reached with.

use std::path::Path;
use std::sync::Arc;

use force_sync::{AccessError, ForceSync, KubeAccess, Stores};
use test_kit::{Canary, FakeClock};

use crate::api_server::ApiServer;

async fn open(access: &KubeAccess) -> Result<ForceSync, AccessError> {
    ForceSync::open(access, Stores::default(), Vec::new(), Arc::new(FakeClock::new())).await
}

fn at(path: &Path) -> KubeAccess {
    KubeAccess { kubeconfig: Some(path.to_owned()), context: None }
}

#[tokio::test]
async fn what_is_wrong_with_a_kubeconfig_is_said_without_quoting_it() {
    let server = ApiServer::start(Vec::new()).await;
    let mut told = Vec::new();
    for context in ["gone", "nowhere"] {
        let access = KubeAccess { context: Some(context.to_owned()), ..server.access() };
        told.push(open(&access).await.unwrap_err());
    }
    let folder = tempfile::tempdir().unwrap();
    told.push(open(&at(&folder.path().join("none"))).await.unwrap_err());
    let canary = Canary::random();
    for (name, text) in [
        ("torn", format!("users: [{{ token: {}", canary.text())),
        ("typed", format!("users: {}", canary.text())),
        ("empty", String::new()),
        ("key", kubeconfig_with_key(&canary)),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        told.push(open(&at(&file)).await.unwrap_err());
    }
    let server_config = server.access().kubeconfig.unwrap();
    let text: Vec<_> = told.iter().map(|error| format!("{error} ({})", error.help())).collect();
    let text = text.join("\n").replace(folder.path().to_str().unwrap(), "…");
    let text = text.replace(server_config.to_str().unwrap(), "…/config");
    canary.assert_absent("what is told", &text);
    canary.assert_absent_in_debug(&told);
    server.token.assert_absent("what is told", &text);
    insta::assert_snapshot!(text);
}

fn kubeconfig_with_key(canary: &Canary) -> String {
    let key = canary.text();
    format!(
        "current-context: a\nclusters: [{{ name: a, cluster: {{ server: 'https://127.0.0.1:1' }} }}]\n\
         users: [{{ name: a, user: {{ client-key-data: {key}, client-certificate-data: {key} }} }}]\n\
         contexts: [{{ name: a, context: {{ cluster: a, user: a }} }}]\n"
    )
}
