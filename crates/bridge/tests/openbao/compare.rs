//! Asks both, and holds the answers against each other.

use std::fmt::Write as _;

use crate::answer::Comparable;
use crate::difference::{Difference, differences};
use crate::generate::episode;
use crate::request::Request;
use crate::servers::{Behind, Servers};

/// The seed, unless `SECRETBRIDGE_DIFFERENTIAL_SEED` says otherwise: a run is to fail because of a change.
const SEED: u64 = 1;

/// So many generated sequences of requests, unless `SECRETBRIDGE_DIFFERENTIAL_EPISODES` says otherwise.
const EPISODES: u64 = 600;

/// After so many surprises, there is no point in more of them.
const ENOUGH: usize = 60;

#[derive(Debug)]
struct Comparison {
    servers: Servers,
    differences: Vec<Difference>,
    compared: usize,
    /// How often each of them was met.
    met: Vec<usize>,
    surprises: Vec<String>,
    issued: usize,
}

pub(crate) async fn compare(behind: Behind) {
    let seed = setting("SECRETBRIDGE_DIFFERENTIAL_SEED").unwrap_or(SEED);
    let episodes = setting("SECRETBRIDGE_DIFFERENTIAL_EPISODES").unwrap_or(EPISODES);
    let differences = differences(behind);
    let met = vec![0; differences.len()];
    let servers = Servers::start(behind).await;
    let mut comparison =
        Comparison { servers, differences, compared: 0, met, surprises: Vec::new(), issued: 0 };
    comparison.examples().await;
    for number in 0..episodes {
        if comparison.surprises.len() < ENOUGH {
            let requests = episode(seed, number);
            let label = format!("episode {number} of seed {seed}");
            comparison.play(&label, &requests).await;
        }
    }
    let Comparison { compared, met, differences, surprises, .. } = comparison;
    let mut told = format!("over {behind:?}, seed {seed}: {compared} requests compared\n");
    for (difference, times) in differences.iter().zip(&met) {
        let _ = writeln!(told, "  {times:4} times: {}", difference.what);
    }
    assert!(surprises.is_empty(), "{told}\n{} surprises\n\n{}", surprises.len(), surprises.join("\n\n"));
    #[expect(clippy::print_stdout, reason = "whoever runs it is told what was compared")]
    {
        println!("{told}");
    }
}

impl Comparison {
    /// Each difference is met in its own example: what does not differ any more is to leave the list.
    async fn examples(&mut self) {
        for index in 0..self.differences.len() {
            let (what, example) =
                (self.differences[index].what.clone(), self.differences[index].example.clone());
            let before = self.met[index];
            self.play(&format!("the example of {what:?}"), &example).await;
            if self.met[index] == before {
                self.surprises.push(format!("{what}: is no difference any more; remove it from the list"));
            }
        }
    }

    /// Asks for all of it, until the two hold different things.
    async fn play(&mut self, label: &str, requests: &[Request]) {
        let mut done = String::new();
        self.servers.openbao.known.forget_issued();
        self.servers.bridge.known.forget_issued();
        self.issued = 0;
        for request in requests {
            let (mut openbao, mut bridge) = self.ask(request).await;
            self.compared += 1;
            let _ = writeln!(done, "    {request}");
            if openbao == bridge {
                continue;
            }
            for (difference, met) in self.differences.iter().zip(&mut self.met) {
                *met += usize::from(difference.even_out(&mut openbao, &mut bridge));
            }
            if openbao == bridge {
                continue;
            }
            let met =
                self.differences.iter().position(|difference| difference.is(request, &openbao, &bridge));
            let Some(met) = met else {
                self.surprises.push(format!("{label}:\n{done}  openbao  {openbao}\n  bridge   {bridge}"));
                return;
            };
            self.met[met] += 1;
            if self.differences[met].forks {
                return;
            }
        }
    }

    /// What both answer, in a form that can be compared.
    async fn ask(&mut self, request: &Request) -> (Comparable, Comparable) {
        let Servers { openbao, bridge, .. } = &mut self.servers;
        let of_openbao = request.send(openbao.address, &openbao.known).await;
        let of_bridge = request.send(bridge.address, &bridge.known).await;
        let name = format!("t{}", self.issued);
        openbao.known.learn_from(&name, &of_openbao.body);
        bridge.known.learn_from(&name, &of_bridge.body);
        if of_openbao.body.contains("client_token") || of_bridge.body.contains("client_token") {
            self.issued += 1;
        }
        (of_openbao.comparable(&openbao.known), of_bridge.comparable(&bridge.known))
    }
}

#[expect(clippy::disallowed_methods, reason = "how the tests run, is no setting of the product")]
fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}
