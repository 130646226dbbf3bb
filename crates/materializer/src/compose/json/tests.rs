//! Checked against what Go 1.26's `encoding/json` gives, and against another reader.

use proptest::prelude::*;
use serde_json::Value;

use super::{Json, JsonError, Numbers};
use crate::compose::sink::exactly;

fn written(text: &str, numbers: Numbers) -> Result<String, JsonError> {
    let json = Json::parse(text.as_bytes(), numbers)?;
    Ok(core::str::from_utf8(&exactly(|out| json.write(numbers, out))).unwrap().to_owned())
}

/// `json.Unmarshal` into an `any`, then `json.Marshal`.
#[test]
fn what_go_reads_is_written_as_go_writes_it() {
    for (text, expected) in [
        (" { \"b\" : 1.50 , \"a\" : [ ] } ", r#"{"a":[],"b":1.5}"#),
        (r#"{"a":1,"a":2,"A":3,"ä":4,"":5}"#, r#"{"":5,"A":3,"a":2,"ä":4}"#),
        (
            "[-0, 0, 1e3, 1E-7, 0.000001, 1e21, 1e20, 123456789012345678901234567890]",
            "[-0,0,1000,1e-7,0.000001,1e+21,100000000000000000000,1.2345678901234568e+29]",
        ),
        ("[5e-324, 1.7976931348623157e308, 0.1, 1e-400]", "[5e-324,1.7976931348623157e+308,0.1,0]"),
        (
            r#""\u003c\u2028<>&\/\\\"\u0000\u0008\f\n\r\t\u007f\u001f""#,
            "\"\\u003c\\u2028\\u003c\\u003e\\u0026/\\\\\\\"\\u0000\\b\\f\\n\\r\\t\u{7f}\\u001f\"",
        ),
        (
            r#"["\ud83d\udd11","\ud83d","\ud83dx","\udd11","\ud83d\ud83d\udd11","\ud83d\u0041"]"#,
            "[\"🔑\",\"\u{fffd}\",\"\u{fffd}x\",\"\u{fffd}\",\"\u{fffd}🔑\",\"\u{fffd}A\"]",
        ),
        ("[null,true,false,{},[[]]]", "[null,true,false,{},[[]]]"),
    ] {
        assert_eq!(written(text, Numbers::AsFloat).as_deref(), Ok(expected), "{text}");
    }
}

/// Go refuses each of these too.
#[test]
fn what_is_not_json_is_refused_where_it_begins_to_be_wrong() {
    for (text, at) in [
        ("", 0),
        ("{", 1),
        ("[1,]", 3),
        ("{\"a\" 1}", 5),
        ("{a:1}", 1),
        ("01", 1),
        ("1.", 2),
        ("-", 1),
        ("1e", 2),
        ("\"\t\"", 1),
        (r#""\x""#, 2),
        (r#""\u12g4""#, 5),
        ("nul", 0),
        ("1 2", 2),
        ("\u{feff}1", 0),
    ] {
        assert_eq!(written(text, Numbers::AsFloat), Err(JsonError::Syntax(at)), "{text}");
    }
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert_eq!(written(&deep(100), Numbers::AsFloat), Ok(deep(100)));
    assert_eq!(written(&deep(101), Numbers::AsFloat), Err(JsonError::TooDeep));
    assert_eq!(written("[1e309]", Numbers::AsFloat), Err(JsonError::NumberTooLarge));
    assert_eq!(written("[1e309,1.10]", Numbers::AsWritten).as_deref(), Ok("[1e309,1.10]"));
    assert_eq!(Json::parse(b"\"\xff\"", Numbers::AsFloat).err(), Some(JsonError::NotUtf8));
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // Eighths: serde_json reads others only nearly.
        any::<i32>().prop_map(|number| Value::from(f64::from(number) / 8.0)),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_says_the_same_to_another_reader(value in json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let again = written(&text, Numbers::AsWritten).unwrap();
        prop_assert_eq!(serde_json::from_str::<Value>(&again).unwrap(), value);
        prop_assert_eq!(written(&again, Numbers::AsWritten).unwrap(), again.clone());
        let float = written(&again, Numbers::AsFloat).unwrap();
        prop_assert_eq!(written(&float, Numbers::AsFloat).unwrap(), float);
    }

    #[test]
    fn any_text_is_taken_or_refused_as_another_reader_does(text in r#"[\[\]{}:,"\\u0-9a-f.eE+\- tru]{0,24}"#) {
        let numbers_fit = serde_json::from_str::<Value>(&text);
        let ours = written(&text, Numbers::AsFloat);
        // serde refuses half surrogate pairs, and what is too large in its own way.
        if !text.contains("\\u") {
            prop_assert_eq!(ours.is_ok(), numbers_fit.is_ok(), "{:?}", ours);
        }
    }
}
