//! Sequences of requests, from a seed. Each sequence keeps to a folder of its own, so that what went before it does not matter.

mod data;
mod hostile;
mod metadata;
mod system;
mod token;

use fastrand::Rng;

use crate::request::Request;

/// How many requests are in a sequence.
const LENGTH: std::ops::Range<usize> = 6..16;

/// Who asks where it does not matter.
const WHO: [&str; 20] = [
    "root", "root", "root", "root", "root", "root", "root", "root", "root", "root", "root", "root", "root",
    "root", "root", "editor", "editor", "reader", "maker", "nobody",
];

/// What the generators share: the randomness, and the folder of the sequence.
struct Draw {
    rng: Rng,
    folder: String,
}

/// The requests of a sequence.
pub(crate) fn episode(seed: u64, number: u64) -> Vec<Request> {
    let rng = Rng::with_seed(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut draw = Draw { rng, folder: format!("e{seed:x}-{number}") };
    let length = draw.rng.usize(LENGTH);
    let kind = draw.rng.u8(..10);
    (0..length)
        .map(|at| {
            let request = match (kind, at) {
                // A sequence begins with something to ask for.
                (0..=6, 0) => data::write(&mut draw),
                (0..=4, _) => match draw.rng.u8(..10) {
                    0..=5 => data::any(&mut draw),
                    6..=8 => metadata::any(&mut draw),
                    _ => hostile::any(&mut draw),
                },
                (5, _) => metadata::any(&mut draw),
                (6, _) => hostile::any(&mut draw),
                (7, _) => data::version_1(&mut draw),
                (8, _) => token::any(&mut draw),
                _ => system::any(&mut draw),
            };
            draw.sent_by_somebody(request)
        })
        .collect()
}

impl Draw {
    /// One of these, each as likely; what is to be more likely is there twice.
    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.rng.usize(..choices.len())]
    }

    fn one_in(&mut self, times: u32) -> bool {
        self.rng.u32(..times) == 0
    }

    /// The path of a secret: a few, so that they are met again.
    fn path(&mut self) -> String {
        let name = self.of(&["a", "a", "a", "a", "b", "b", "deep/c", "never", "deep"]);
        format!("{}/{name}", self.folder)
    }

    /// The request, sent by root where its own generator has not said otherwise, and seldom by somebody else.
    fn sent_by_somebody(&mut self, request: Request) -> Request {
        if request.who != "root" {
            return request;
        }
        let who = self.of(&WHO);
        let request = request.by(who);
        if who != "nobody" && self.one_in(12) { request.with("bearer") } else { request }
    }
}
