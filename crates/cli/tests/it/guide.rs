//! The guide to delivery by reference: each piece of YAML in it is a configuration that builds.

use crate::sandbox::Sandbox;

const GUIDE: &str = include_str!("../../../../docs/by-reference.md");

/// What the pieces that show only a part stand in.
const OPERATOR: &str = "\
k8s:
  secrets:
    runtime_sync:
      enabled: true
      chart_version: 1.3.2
      stores:
        vault:
          spec:
            provider: { vault: { server: 'https://vault.acme.lab', path: kv, auth: { tokenSecretRef: { name: t, namespace: eso, key: token } } } }
";

/// The blocks of YAML, each with the line that it begins at.
fn pieces() -> Vec<(usize, String)> {
    let mut pieces = Vec::new();
    let mut inside: Option<(usize, String)> = None;
    for (index, line) in GUIDE.lines().enumerate() {
        match (&mut inside, line) {
            (None, "```yaml") => inside = Some((index + 2, String::new())),
            (Some(_), "```") => pieces.extend(inside.take()),
            (Some((_, text)), line) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, _) => {}
        }
    }
    pieces
}

#[test]
fn every_piece_of_yaml_in_the_guide_builds() {
    let pieces = pieces();
    assert!(pieces.len() >= 8, "the guide has {} pieces", pieces.len());
    for (line, piece) in pieces {
        let operator = if piece.contains("runtime_sync:") { "" } else { OPERATOR };
        let sandbox = Sandbox::new();
        let store = "store: { provider: file, path: store }\n";
        sandbox.private_folder("store");
        sandbox.secret("BRIDGE_TOKEN", "token");
        sandbox.secret("VAULT_SECRET_ID", "secret id");
        sandbox.write("secretbridge.yaml", &format!("instance: acme\n{store}{operator}{piece}"));
        let ran = sandbox.run(&["build"]);
        assert_eq!(ran.code, Some(0), "docs/by-reference.md, line {line}:\n{ran}");
    }
}
