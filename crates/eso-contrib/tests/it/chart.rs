//! The pin decides the API version of everything that is written.

use super::{DATABASE, generate, homelab};

fn api_versions(chart_version: &str) -> Vec<String> {
    let bundle = generate(&homelab(chart_version), DATABASE).unwrap();
    assert_eq!(bundle.helm_releases()[0].version, chart_version);
    bundle.resources().iter().map(|resource| resource.api_version().to_owned()).collect()
}

#[test]
fn the_api_version_of_every_resource_follows_the_chart() {
    for (chart, api) in [
        ("0.10.4", "external-secrets.io/v1beta1"),
        ("0.15.1", "external-secrets.io/v1beta1"),
        ("0.16.0", "external-secrets.io/v1"),
        ("0.17.0", "external-secrets.io/v1"),
        ("2.9.0", "external-secrets.io/v1"),
    ] {
        assert_eq!(api_versions(chart), [api, api], "{chart}");
    }
}
