//! A server that is killed in the middle of a build of 1,000 Secrets.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Stdio};
use std::time::Duration;

use futures::{StreamExt as _, stream};
use insta::assert_snapshot;
use secret_store::provider::vault::VaultConfig;
use secret_store::{Environment, OpenContext, SecretFields, SecretStore as _, WriteOptions};
use serde_json::{Value, json};
use test_kit::openbao::OpenBao;
use test_kit::proxy::{Fault, Proxy, Rule};
use test_kit::{Canary, block_on, field, path};

use crate::sandbox::{Ran, Sandbox};
use crate::shared::{at, settings};

const SECRETS: usize = 1000;
/// How many of them have been read when the server is killed.
const READ: usize = 400;
/// What is asked before them: about the token, and about the mount.
const BEFORE: usize = 2;
/// How many requests are under way at once.
const CONCURRENCY: usize = 16;
const FILE: &str = "out/k8s/secrets.yaml";

/// A server with 1,000 secrets, a proxy in front of it, and a folder whose 1,000 Secrets come through that.
struct Estate {
    server: OpenBao,
    proxy: Proxy,
    sandbox: Sandbox,
}

impl Estate {
    async fn new() -> Self {
        let server = OpenBao::plain_on_disk();
        server.mount_kv_at("", "apps", 2);
        let proxy = Proxy::start(([127, 0, 0, 1], server.port()).into()).await.unwrap();
        let names: Vec<_> = (0..SECRETS).map(|number| format!("web/s{number:04}")).collect();
        let manifests: Vec<_> = names
            .iter()
            .map(|name| {
                format!("- {{ name: {}, namespace: prod, source: {name} }}\n", name.replace('/', "-"))
            })
            .collect();
        let secrets = format!("secrets:\n{}", manifests.concat());
        let mut sandbox = at(&proxy.url(), server.root_token(), "apps", &secrets);
        let canary = Canary::random();
        sandbox.watch(canary.clone());
        let estate = Self { server, proxy, sandbox };
        estate.write(&names, canary.text()).await;
        estate
    }

    /// Puts values that begin like this where these names are.
    async fn write(&self, names: &[String], value: &str) {
        let config = json!({ "address": self.server.address(), "mount": "apps" });
        let config: VaultConfig = serde_json::from_value(config).unwrap();
        let environment = Environment::fixed([("BAO_TOKEN", self.server.root_token())]);
        let context = OpenContext::new(self.server.folder()).with_environment(environment);
        let store = config.open(&context).await.unwrap();
        let writes = names.iter().map(async |name| {
            let value = format!("{value} of {name}");
            let fields = SecretFields::new().with(field("value"), value.as_str());
            store.write(&path(name), fields, WriteOptions::replace()).await.unwrap();
        });
        stream::iter(writes).buffer_unordered(CONCURRENCY).collect::<()>().await;
    }

    /// Starts a build, and kills the server when it has answered some of its reads and got none of those after them.
    async fn kill_in_the_middle_of(&mut self, arguments: &[&str]) -> Child {
        self.proxy.forget();
        let hang = Fault::DelayRequest(Duration::from_hours(1));
        self.proxy.inject(Rule::new(hang).under("/v1/apps/data/").skip(READ));
        let mut build = self.sandbox.command(arguments);
        let build = build.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        self.proxy.seen(BEFORE + READ + 1).await;
        self.proxy.answered(BEFORE + READ).await;
        self.server.kill();
        self.proxy.refuse().await;
        assert_eq!(self.proxy.forwarded("GET", "/v1/apps/data/"), READ);
        self.proxy.mend();
        build
    }

    fn ended(&self, build: Child) -> Ran {
        self.sandbox.ran(build.wait_with_output().unwrap())
    }

    /// All files in the output.
    fn files(&self) -> Vec<String> {
        let files = fs::read_dir(self.sandbox.join("out/k8s")).unwrap();
        let mut files: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        files
    }
}

#[test]
fn a_build_whose_server_is_killed_and_restarted_gives_the_bytes_of_an_undisturbed_one() {
    block_on(async {
        let mut estate = Estate::new().await;
        estate.sandbox.run(&["build"]).ok();
        let undisturbed = estate.sandbox.read(FILE);
        assert_eq!(estate.proxy.forwarded("GET", "/v1/apps/data/"), SECRETS);
        fs::remove_dir_all(estate.sandbox.join("out")).unwrap();

        let mut build = estate.kill_in_the_middle_of(&["build"]).await;
        estate.proxy.accept_again().await.unwrap();
        estate.server.start_again();
        let asked = estate.proxy.requests().len();
        estate.proxy.seen(asked + 1).await;
        assert!(build.try_wait().unwrap().is_none(), "it does not wait for a sealed server");
        estate.server.unseal();

        estate.ended(build).ok();
        assert!(estate.sandbox.read(FILE) == undisturbed, "another output than that of an undisturbed build");
        assert_eq!(estate.sandbox.mode(FILE), 0o600);
        assert_eq!(estate.files(), ["secrets.yaml"]);
        let answered = estate.proxy.requests();
        let read = |number: usize| {
            let target = format!("/v1/apps/data/web/s{number:04}");
            answered.iter().filter(|seen| seen.answered && seen.target == target).count()
        };
        assert!((0..SECRETS).all(|number| read(number) >= 1), "a secret was made up");
    });
}

#[test]
fn a_build_whose_server_is_killed_for_good_ends_at_its_deadline_and_leaves_the_old_file() {
    block_on(async {
        let mut estate = Estate::new().await;
        estate.sandbox.run(&["build"]).ok();
        fs::set_permissions(estate.sandbox.join(FILE), Permissions::from_mode(0o400)).unwrap();
        let old = estate.sandbox.read(FILE);
        estate.write(&["web/s0000".to_owned()], "another value").await;

        let build = estate.kill_in_the_middle_of(&["build", "--deadline", "15s", "--output", "json"]).await;
        let ran = estate.ended(build);
        assert_eq!((ran.code, ran.out().as_str()), (Some(5), ""));
        let error: Value = serde_json::from_str(&ran.stderr).unwrap();
        let (error, problem) = (&error["error"], &error["error"]["problems"][0]);
        let said = [&error["message"], &problem["message"], &problem["help"]]
            .map(|text| text.as_str().unwrap_or_else(|| panic!("{ran}")));
        let mut settings = settings();
        settings.add_filter(r"after \d+ attempts?", "after [some] attempts");
        // What the server answered last may not have come through.
        settings.add_filter(r"web/s\d{4}", "[path]");
        settings.add_filter(r"\d{3} (more|secrets)", "[many] $1");
        settings.bind(|| assert_snapshot!(said.join("\n"), @"
        nothing was written: [many] secrets could not be read (vault store at http://[server])
        unavailable: read: cannot connect to http://[server]: connection refused; gave up after [some] attempts: the run's deadline comes before the next (vault store at http://[server])
            for [path], [path], [path] and [many] more
        check that the server runs, that the address is right, and that nothing between here and there stops it
        "));
        let missing = problem["paths"].as_array().unwrap().len();
        assert!((SECRETS - READ..=SECRETS - READ + CONCURRENCY).contains(&missing), "{missing}");
        assert!(estate.sandbox.read(FILE) == old, "the old file has changed");
        assert_eq!(estate.sandbox.mode(FILE), 0o400);
        assert_eq!(estate.files(), ["secrets.yaml"]);
    });
}
