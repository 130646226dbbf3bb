//! How a step of vaultrs is judged.

use std::fmt::Debug;
use std::future::Future;

use vaultrs::error::ClientError;

pub fn passed(step: &str) {
    println!("ok {step}");
}

pub fn failed(step: &str, expected: &str, came: &str) {
    println!("FAILED {step}\n  expected {expected}\n  came {came}");
}

pub fn left_out(step: &str) {
    println!("left out {step}");
}

/// The call is answered with something of which the condition is true. Returns it.
pub async fn holds<T: Debug>(
    step: &str,
    condition: impl FnOnce(&T) -> bool,
    call: impl Future<Output = Result<T, ClientError>>,
) -> Option<T> {
    match call.await {
        Ok(came) => {
            if condition(&came) {
                passed(step);
            } else {
                failed(step, "another answer", &format!("{came:?}"));
            }
            Some(came)
        }
        Err(error) => {
            failed(step, "an answer", &format!("{error:?}"));
            None
        }
    }
}

/// The call is answered with this.
pub async fn equals<T: Debug + PartialEq>(
    step: &str,
    value: T,
    call: impl Future<Output = Result<T, ClientError>>,
) {
    match call.await {
        Ok(came) if came == value => passed(step),
        came => failed(step, &format!("{value:?}"), &format!("{came:?}")),
    }
}

/// The call is answered, with nothing in it.
pub async fn done(step: &str, call: impl Future<Output = Result<(), ClientError>>) {
    equals(step, (), call).await;
}

/// The call fails as an error of the API, with this status, and with the text in one of its errors; with none where it is empty.
pub async fn refused<T: Debug>(
    step: &str,
    status: u16,
    text: &str,
    call: impl Future<Output = Result<T, ClientError>>,
) {
    let came = call.await;
    match &came {
        Err(ClientError::APIError { code, errors })
            if *code == status
                && if text.is_empty() {
                    errors.is_empty()
                } else {
                    errors.iter().any(|it| it.contains(text))
                } =>
        {
            passed(step);
        }
        came => failed(step, &format!("APIError {status} {text:?}"), &format!("{came:?}")),
    }
}

/// The call fails with 404 and an envelope that says which version was deleted: the client knows no such error of the API, and
/// has it as one of the server.
pub async fn gone<T: Debug>(step: &str, version: u64, call: impl Future<Output = Result<T, ClientError>>) {
    use vaultrs::error::ClientError::RestClientError;
    let came = call.await;
    if let Err(RestClientError { source }) = &came {
        // Its type is not exported.
        let shown = format!("{source:?}");
        if shown.contains("code: 404") && shown.contains(&format!(r#"\"version\":{version}"#)) {
            return passed(step);
        }
    }
    failed(step, &format!("404 and version {version}"), &format!("{came:?}"));
}
