//! The guides: each piece of YAML in them is a configuration that is taken, and each table is that of the code.

use secret_store::provider::vault::ENVIRONMENT;

use crate::sandbox::Sandbox;

const BY_REFERENCE: &str = include_str!("../../../../docs/by-reference.md");
const VAULT: &str = include_str!("../../../../docs/providers/vault.md");

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
fn pieces(guide: &str) -> Vec<(usize, String)> {
    let mut pieces = Vec::new();
    let mut inside: Option<(usize, String)> = None;
    for (index, line) in guide.lines().enumerate() {
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
fn every_piece_of_yaml_in_the_guide_to_delivery_by_reference_builds() {
    let pieces = pieces(BY_REFERENCE);
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

#[test]
fn every_piece_of_yaml_in_the_guide_to_vault_is_taken() {
    let pieces = pieces(VAULT);
    assert!(pieces.len() >= 9, "the guide has {} pieces", pieces.len());
    for (line, piece) in pieces {
        let head = if piece.starts_with("instance:") { "" } else { "instance: acme\n" };
        let sandbox = Sandbox::new();
        sandbox.write("secretbridge.yaml", &format!("{head}{piece}"));
        let ran = sandbox.run(&["plan"]);
        assert_eq!(ran.code, Some(0), "docs/providers/vault.md, line {line}:\n{ran}");
    }
}

#[test]
fn the_guide_to_vault_has_every_environment_variable() {
    let row = |names: &[&str], meaning: &str| {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        format!("| {} | {meaning} |", names.join(", "))
    };
    let rows: Vec<_> = ENVIRONMENT.iter().map(|variable| row(variable.names, variable.meaning)).collect();
    let (_, table) = VAULT.split_once("| variable | gives |\n|---|---|\n").unwrap();
    let written: Vec<_> = table.lines().take_while(|line| line.starts_with('|')).collect();
    assert_eq!(written, rows);
}

#[test]
fn the_guide_to_vault_names_every_setting_and_every_method() {
    let schema = Sandbox::new().run(&["schema"]).ok().json();
    let config = &schema["$defs"]["StoreConfig"]["oneOf"];
    let vault =
        config.as_array().unwrap().iter().find(|store| store.to_string().contains("\"vault\"")).unwrap();
    let (_, settings) = VAULT.split_once("## All settings").unwrap();
    let (settings, _) = settings.split_once("```\n").unwrap();
    for setting in vault["properties"].as_object().unwrap().keys() {
        assert!(settings.contains(&format!("\n  {setting}:")), "{setting} is not in the guide's settings");
    }
    for method in ["token", "approle", "kubernetes", "userpass", "jwt", "cert"] {
        assert!(VAULT.contains(&format!("method: {method}")), "{method} is not in the guide");
    }
}
