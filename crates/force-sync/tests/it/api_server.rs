//! An API server of a few objects, that notes what it is asked.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use events::Clock;
use force_sync::{ForceSync, KubeAccess, Stores};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tempfile::TempDir;
use test_kit::Canary;
use tokio::net::TcpListener;

const GROUP: &str = "/apis/external-secrets.io";

/// What it was asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    /// With the query.
    pub(crate) path: String,
    pub(crate) content_type: Option<String>,
    pub(crate) authorization: Option<String>,
    pub(crate) body: Value,
}

/// An answer out of order, to requests whose method and path begin like this.
struct Fault {
    to: &'static str,
    status: u16,
    retry_after: Option<u64>,
    body: String,
}

#[derive(Default)]
struct State {
    versions: Vec<&'static str>,
    objects: Vec<Value>,
    /// How many it answers at once, whatever it is asked for.
    page: usize,
    asked: Vec<Asked>,
    faults: VecDeque<Fault>,
}

pub(crate) struct ApiServer {
    state: Arc<Mutex<State>>,
    folder: TempDir,
    pub(crate) address: String,
    /// What it is asked with.
    pub(crate) token: Canary,
}

/// An `ExternalSecret` with this `spec`.
pub(crate) fn external(namespace: &str, name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": { "namespace": namespace, "name": name, "annotations": { "kept": "as it is" } },
        "spec": spec,
    })
}

/// One that reads a field of `key` through the store `homelab`.
pub(crate) fn reader(namespace: &str, name: &str, key: &str) -> Value {
    let spec = json!({
        "secretStoreRef": { "kind": "ClusterSecretStore", "name": "homelab" },
        "data": [{ "secretKey": "a", "remoteRef": { "key": key, "property": "password" } }],
    });
    external(namespace, name, &spec)
}

impl ApiServer {
    pub(crate) async fn start(objects: Vec<Value>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let state = State { versions: vec!["v1beta1", "v1"], objects, page: 100, ..State::default() };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                let service = service_fn(move |request| answer(Arc::clone(&shared), request));
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        let (folder, token) = (tempfile::tempdir().unwrap(), Canary::random());
        let server = Self { state, folder, address, token };
        server.write_kubeconfig();
        server
    }

    fn write_kubeconfig(&self) {
        let (address, token) = (&self.address, self.token.text());
        let kubeconfig = format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: lab\n\
             clusters: [{{ name: lab, cluster: {{ server: 'http://{address}' }} }}]\n\
             users: [{{ name: me, user: {{ token: {token} }} }}]\n\
             contexts:\n- {{ name: lab, context: {{ cluster: lab, user: me }} }}\n\
             - {{ name: gone, context: {{ cluster: gone, user: me }} }}\n"
        );
        std::fs::write(self.folder.path().join("config"), kubeconfig).unwrap();
    }

    pub(crate) fn access(&self) -> KubeAccess {
        KubeAccess { kubeconfig: Some(self.folder.path().join("config")), context: None }
    }

    pub(crate) async fn force_sync(
        &self,
        stores: Stores,
        namespaces: &[&str],
        clock: impl Clock + 'static,
    ) -> ForceSync {
        let namespaces = namespaces.iter().map(|name| (*name).to_owned()).collect();
        ForceSync::open(&self.access(), stores, namespaces, Arc::new(clock)).await.unwrap()
    }

    pub(crate) fn pages_of(self, page: usize) -> Self {
        self.state.lock().unwrap().page = page;
        self
    }

    pub(crate) fn serving(self, versions: &[&'static str]) -> Self {
        self.state.lock().unwrap().versions = versions.to_vec();
        self
    }

    /// Answers this, once, to a request whose method and path begin like `to`.
    pub(crate) fn fault(&self, to: &'static str, status: u16, retry_after: Option<u64>, body: &str) {
        let fault = Fault { to, status, retry_after, body: body.to_owned() };
        self.state.lock().unwrap().faults.push_back(fault);
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.state.lock().unwrap().asked.clone()
    }

    /// What it was asked to do, as `METHOD path`.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().iter().map(|asked| format!("{} {}", asked.method, asked.path)).collect()
    }

    pub(crate) fn patches(&self) -> Vec<Asked> {
        self.asked().into_iter().filter(|asked| asked.method == Method::PATCH).collect()
    }

    pub(crate) fn annotations(&self, name: &str) -> Value {
        let state = self.state.lock().unwrap();
        let object = state.objects.iter().find(|object| object["metadata"]["name"] == name).unwrap();
        object["metadata"]["annotations"].clone()
    }
}

async fn answer(
    state: Arc<Mutex<State>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let header = |headers: &HeaderMap, name: &str| Some(headers.get(name)?.to_str().unwrap().to_owned());
    let asked = Asked {
        path: parts.uri.to_string(),
        content_type: header(&parts.headers, "content-type").filter(|_| parts.method != Method::GET),
        authorization: header(&parts.headers, "authorization"),
        body: serde_json::from_slice(&body).unwrap_or_default(),
        method: parts.method,
    };
    let mut state = state.lock().unwrap();
    state.asked.push(asked.clone());
    let line = format!("{} {}", asked.method, asked.path);
    if let Some(at) = state.faults.iter().position(|fault| line.starts_with(fault.to)) {
        let fault = state.faults.remove(at).unwrap();
        let mut response = Response::builder().status(fault.status);
        if let Some(seconds) = fault.retry_after {
            response = response.header("retry-after", seconds);
        }
        return Ok(response.body(Full::new(fault.body.into())).unwrap());
    }
    let (status, body) = state.answer(&asked).unwrap_or((StatusCode::NOT_FOUND, json!({ "kind": "Status" })));
    Ok(Response::builder().status(status).body(Full::new(body.to_string().into())).unwrap())
}

impl State {
    /// As the API server does it; none for what there is not.
    fn answer(&mut self, asked: &Asked) -> Option<(StatusCode, Value)> {
        let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        let below = path.strip_prefix(GROUP)?;
        if below.is_empty() && !self.versions.is_empty() {
            let versions: Vec<_> =
                self.versions.iter().map(|version| json!({ "version": version })).collect();
            return Some((StatusCode::OK, json!({ "kind": "APIGroup", "versions": versions })));
        }
        let parts: Vec<_> = below.trim_start_matches('/').split('/').collect();
        let (version, rest) = parts.split_first()?;
        self.versions.iter().find(|served| *served == version)?;
        match (&asked.method, rest) {
            (&Method::GET, ["externalsecrets"]) => Some(self.list(None, query)),
            (&Method::GET, ["namespaces", namespace, "externalsecrets"]) => {
                Some(self.list(Some(namespace), query))
            }
            (&Method::PATCH, ["namespaces", namespace, "externalsecrets", name]) => {
                let object = self.objects.iter_mut().find(|object| {
                    object["metadata"]["namespace"] == **namespace && object["metadata"]["name"] == **name
                })?;
                for (key, value) in asked.body["metadata"]["annotations"].as_object()? {
                    object["metadata"]["annotations"][key] = value.clone();
                }
                Some((StatusCode::OK, json!({ "metadata": object["metadata"] })))
            }
            _ => None,
        }
    }

    fn list(&self, namespace: Option<&str>, query: &str) -> (StatusCode, Value) {
        let from = query.split('&').find_map(|pair| pair.strip_prefix("continue=after-"));
        let from: usize = from.map_or(0, |from| from.parse().unwrap());
        let all: Vec<_> = self
            .objects
            .iter()
            .filter(|object| namespace.is_none_or(|namespace| object["metadata"]["namespace"] == namespace))
            .collect();
        let page: Vec<_> = all.iter().skip(from).take(self.page).collect();
        let end = from + page.len();
        let next = if end < all.len() { format!("after-{end}") } else { String::new() };
        let list = json!({ "kind": "ExternalSecretList", "metadata": { "continue": next }, "items": page });
        (StatusCode::OK, list)
    }
}
