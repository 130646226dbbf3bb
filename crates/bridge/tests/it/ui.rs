//! The page: that it is there, holds nothing, and may do little.

use crate::status::{ROOT, watched};

const PARTS: [(&str, &str); 7] = [
    ("/ui", "text/html; charset=utf-8"),
    ("/ui/", "text/html; charset=utf-8"),
    ("/ui/app.css", "text/css; charset=utf-8"),
    ("/ui/app.js", "text/javascript; charset=utf-8"),
    ("/ui/ask.js", "text/javascript; charset=utf-8"),
    ("/ui/view.js", "text/javascript; charset=utf-8"),
    ("/ui/icon.svg", "image/svg+xml"),
];

#[tokio::test]
async fn the_page_is_for_everybody_and_its_headers_forbid_what_it_does_not_need() {
    let watched = watched("").await;
    for (path, content_type) in PARTS {
        let answer = watched.respond("", "GET", path, "").await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.headers["content-type"], content_type);
        let mut headers: Vec<_> = answer.headers.iter().filter(|(name, _)| *name != "content-type").collect();
        headers.sort_by_key(|(name, _)| name.as_str());
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
        insta::allow_duplicates! {
            insta::assert_snapshot!("headers", headers.join("\n"));
        }
    }
    assert_eq!(watched.send("", "HEAD", "/ui", "").await, 200);
    for (method, path) in [
        ("POST", "/ui"),
        ("PUT", "/ui/app.js"),
        ("GET", "/ui/none"),
        ("GET", "/ui/../ui"),
        ("GET", "/uix"),
        ("GET", "/"),
    ] {
        assert_eq!(watched.send("", method, path, "").await, 403, "{method} {path}");
    }
}

#[tokio::test]
async fn the_page_says_nothing_of_the_instance_and_reaches_no_other_host() {
    let watched = watched("").await;
    watched.put("shop/db").await;
    for (path, _) in PARTS {
        let answer = watched.respond(ROOT, "GET", path, "").await;
        let text = str::from_utf8(&answer.body).unwrap();
        for forbidden in
            ["acme", "shop/db", ROOT, "localStorage", "sessionStorage", "innerHTML", "document.cookie"]
        {
            assert!(!text.contains(forbidden), "{forbidden} is in {path}");
        }
        // What names a format is no address.
        let text = text.replace("http://www.w3.org/2000/svg", "");
        assert!(!text.contains("http:") && !text.contains("https:") && !text.contains("\"//"), "{path}");
    }
    let html = watched.respond("", "GET", "/ui", "").await;
    let html = str::from_utf8(&html.body).unwrap().to_owned();
    assert!(!html.contains("<style") && !html.contains(" style=") && !html.contains(" onclick="), "{html}");
    assert_eq!(html.matches("<script").count(), 1, "{html}");
}

#[tokio::test]
async fn there_is_no_page_where_it_is_turned_off() {
    let watched = watched(r#", "ui": false"#).await;
    for (path, _) in PARTS {
        assert_eq!(watched.send("", "GET", path, "").await, 403, "{path}");
    }
    assert_eq!(
        watched.send(ROOT, "GET", crate::status::STATUS, "").await,
        200,
        "the API is there all the same"
    );
}
