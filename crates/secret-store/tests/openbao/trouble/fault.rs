//! Which faults there are.

use std::time::Duration;

use test_kit::proxy::{Answer, Fault};

/// Longer than any time-out.
const EVER: Duration = Duration::from_hours(1);

/// What slows an answer down, and no more.
pub(super) fn slow() -> Vec<Fault> {
    let short = Duration::from_millis(50);
    vec![
        Fault::DelayRequest(short),
        Fault::DelayAnswer(short),
        Fault::Drip { piece: 40, pause: Duration::from_millis(1) },
    ]
}

/// The server was not asked: who asks again gets an answer.
pub(super) fn before_the_server() -> Vec<Fault> {
    vec![
        Fault::CutRequest,
        Fault::DelayRequest(EVER),
        Fault::Reply(Answer::new(429)),
        Fault::Reply(Answer::new(429).header("retry-after", "7")),
        Fault::Reply(Answer::new(503)),
        Fault::Reply(Answer::new(503).header("retry-after", "7")),
        Fault::Reply(Answer::new(412)),
        Fault::Reply(Answer::new(500)),
        Fault::Reply(Answer::html(502)),
        Fault::Reply(Answer::html(504)),
        Fault::Reply(Answer::raw("SSH-2.0-OpenSSH_9.9\r\n")),
    ]
}

/// The server has done what it was asked, and its answer is lost: who asks again gets it.
pub(super) fn after_the_server() -> Vec<Fault> {
    vec![
        Fault::CutAnswer,
        Fault::CutBody,
        Fault::DelayAnswer(EVER),
        Fault::WrongLength(10),
        Fault::Replace(Answer::new(500)),
        Fault::Replace(Answer::html(503)),
        Fault::Replace(Answer::html(502)),
        Fault::Replace(Answer::html(504)),
        Fault::Replace(Answer::raw("SSH-2.0-OpenSSH_9.9\r\n")),
    ]
}

/// The server has done what it was asked, and what comes is a whole answer of HTTP that nobody should believe.
pub(super) fn not_to_be_believed() -> Vec<Fault> {
    let bodies =
        ["[]", "{}", "null", r#""password""#, r#"{"data":null}"#, r#"{"data":[1]}"#, r#"{"data":{"data":"#];
    let answers = bodies.map(|body| Fault::Replace(Answer::new(200).body(body)));
    let mut faults = vec![Fault::Truncate, Fault::WrongLength(-5), Fault::Replace(Answer::html(200))];
    faults.extend(answers);
    faults
}

/// A gateway that does not know the way: it has not looked into the store.
pub(super) fn not_found_by_somebody_else() -> Vec<Fault> {
    vec![
        Fault::Reply(Answer::html(404)),
        Fault::Reply(Answer::new(404).body("").header("content-type", "text/plain")),
        Fault::Reply(Answer::new(404).body("404 page not found\n").header("content-type", "text/plain")),
        Fault::Reply(Answer::new(404).body(r#"{"message":"no Route matched with those values"}"#)),
        Fault::Reply(Answer::new(404).body(r#"{"errors":["no handler for route \"kv/data/app/db\""]}"#)),
    ]
}

/// What is refused for good.
pub(super) fn forbidden() -> Fault {
    Fault::Reply(Answer::new(403).body(r#"{"errors":["1 error occurred:\n\t* permission denied\n\n"]}"#))
}
