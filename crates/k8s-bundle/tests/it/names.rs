//! Names follow the rules of the API server, and errors say which rule and what is allowed.

use k8s_bundle::{
    AnnotationKey, ClusterSelector, DataKey, GoDuration, LabelKey, LabelValue, NameProblem, Namespace,
    ObjectName, ReleaseName,
};
use proptest::prelude::*;

#[test]
fn object_names_are_dns_subdomains() {
    for good in ["a", "0", "gitlab-root", "a.b.c", "a-b.0-9", &"a".repeat(253)] {
        assert!(ObjectName::new(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "A",
        "a_b",
        "-a",
        "a-",
        ".a",
        "a.",
        "a..b",
        "a.-b",
        "a b",
        "\u{e9}",
        "a/b",
        "a\n",
        &"a".repeat(254),
    ] {
        assert!(ObjectName::new(bad).is_err(), "{bad}");
    }
}

#[test]
fn namespaces_are_dns_labels() {
    assert!(Namespace::new("a".repeat(63)).is_ok());
    for bad in ["a.b", "", "Default", &"a".repeat(64)] {
        assert!(Namespace::new(bad).is_err(), "{bad}");
    }
}

#[test]
fn data_keys_may_not_climb_out_of_a_mounted_volume() {
    for good in ["a", "tls.crt", ".dockerconfigjson", "A_b-c.D", "a..b", "a.", "-", "_", &"a".repeat(253)] {
        assert!(DataKey::new(good).is_ok(), "{good}");
    }
    for bad in ["", ".", "..", "..data", "a/b", "a b", "\u{e9}", &"a".repeat(254)] {
        assert!(DataKey::new(bad).is_err(), "{bad}");
    }
}

#[test]
fn label_and_annotation_keys_are_qualified_names() {
    for good in [
        "app",
        "app.kubernetes.io/name",
        "A/b",
        "a.b/C_d.e-f",
        &format!("{}/{}", "a".repeat(253), "b".repeat(63)),
    ] {
        assert!(AnnotationKey::new(good).is_ok(), "{good}");
    }
    assert!(LabelKey::new("app.kubernetes.io/name").is_ok());
    assert!(LabelKey::new("Example.com/name").is_err(), "only annotations take upper case in front");
    for bad in ["", "/", "a/", "/a", "a/b/c", "-a", "a-", "a b", "a./b", &format!("a/{}", "b".repeat(64))] {
        assert!(LabelKey::new(bad).is_err(), "{bad}");
        assert!(AnnotationKey::new(bad).is_err(), "{bad}");
    }
}

#[test]
fn label_values_may_be_empty() {
    for good in ["", "a", "A.b_c-d", "1", &"a".repeat(63)] {
        assert!(LabelValue::new(good).is_ok(), "{good}");
    }
    for bad in ["-a", "a-", "a b", "a/b", &"a".repeat(64)] {
        assert!(LabelValue::new(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_release_name_leaves_room_for_helms_own_secret() {
    assert!(ReleaseName::new("a".repeat(53)).is_ok());
    assert!(ReleaseName::new("a".repeat(54)).is_err());
}

#[test]
fn an_error_says_which_rule_where_and_what_is_allowed() {
    let errors = [
        ObjectName::new("git.Lab").expect_err("upper case").to_string(),
        Namespace::new("").expect_err("empty").to_string(),
        DataKey::new("..data").expect_err("reserved").to_string(),
        LabelKey::new("a/b/c").expect_err("slashes").to_string(),
        LabelValue::new("x".repeat(64)).expect_err("long").to_string(),
    ];
    insta::assert_snapshot!(errors.join("\n"), @r#"
    object name "git.Lab" is not valid: 'L' at position 5 is not allowed there; allowed: lower-case letters, digits, '-' and '.', a letter or digit at both ends of each part, at most 253 characters
    namespace "" is not valid: it is empty, or a part of it is; allowed: lower-case letters, digits and '-', a letter or digit at both ends, at most 63 characters
    data key "..data" is not valid: "." and names that start with ".." are reserved; allowed: letters, digits, '-', '_' and '.', at most 253 characters
    label key "a/b/c" is not valid: it has more than one slash; allowed: an optional DNS name and '/', then letters, digits, '-', '_' and '.', a letter or digit at both ends, at most 63 characters
    label value "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" is not valid: it has 64 characters, more than 63; allowed: nothing, or letters, digits, '-', '_' and '.', a letter or digit at both ends, at most 63 characters
    "#);
    let error = ObjectName::new("git.Lab").expect_err("upper case");
    assert_eq!(error.problem(), &NameProblem::Character { character: 'L', position: 5 });
}

#[test]
fn names_are_checked_when_they_are_read() {
    let error = serde_yaml::from_str::<Vec<Namespace>>("[gitlab, Git Lab]").expect_err("a space");
    assert!(error.to_string().contains("namespace \"Git Lab\" is not valid"), "{error}");
}

#[test]
fn a_star_selects_every_cluster() {
    let dev = "dev".parse().expect("a name");
    let selects = |text: &str| text.parse::<ClusterSelector>().expect("a selector").selects(&dev);
    assert_eq!([selects("*"), selects("dev"), selects("prod")], [true, true, false]);
    assert!("**".parse::<ClusterSelector>().is_err());
}

#[test]
fn durations_are_read_as_go_reads_them() {
    let nanos =
        |text: &str| text.parse::<GoDuration>().ok().map(|duration| duration.as_duration().as_nanos());
    for (text, expected) in [
        ("0", 0),
        ("+0", 0),
        ("1h", 3_600_000_000_000),
        ("24h0m0s", 86_400_000_000_000),
        ("1.5s", 1_500_000_000),
        (".5h", 1_800_000_000_000),
        ("1.s", 1_000_000_000),
        ("1us", 1_000),
        ("1\u{b5}s", 1_000),
        ("1\u{3bc}s", 1_000),
        ("1h1h", 7_200_000_000_000),
        ("0.333333333333333333333h", 1_199_999_999_999),
        ("2562047h47m16.854775807s", i64::MAX as u128),
    ] {
        assert_eq!(nanos(text), Some(expected), "{text}");
    }
    for bad in [
        "",
        "1",
        "+",
        "-1h",
        "1 h",
        "h",
        ".s",
        "1x",
        "1hour",
        "1h ",
        "2562048h",
        "99999999999999999999999999999999999999999h",
        "1h.",
        "1..5s",
    ] {
        assert_eq!(nanos(bad), None, "{bad}");
    }
}

proptest! {
    #[test]
    fn any_text_is_taken_or_refused_and_what_is_taken_is_unchanged(text in "\\PC{0,80}|[a-zA-Z0-9._/-]{0,80}") {
        if let Ok(name) = ObjectName::new(text.as_str()) { prop_assert_eq!(name.as_str(), text.as_str()); }
        if let Ok(key) = DataKey::new(text.as_str()) { prop_assert_eq!(key.as_str(), text.as_str()); }
        if let Ok(key) = LabelKey::new(text.as_str()) { prop_assert!(AnnotationKey::new(key.as_str()).is_ok()); }
        if let Ok(namespace) = Namespace::new(text.as_str()) { prop_assert!(ObjectName::new(namespace.as_str()).is_ok()); }
    }
}
