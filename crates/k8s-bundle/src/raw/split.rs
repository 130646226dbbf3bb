//! One text per document of a YAML stream.

/// Splits at document markers. `---` or `...` at the start of a line is a marker wherever it stands: YAML 1.2.2, rule
/// `c-forbidden` keeps it out of every scalar.
pub(super) fn documents(text: &str) -> Result<Vec<String>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut documents = vec![String::new()];
    for line in text.lines() {
        if let Some(rest) = marker(line) {
            documents.push(if rest.trim().is_empty() {
                String::new()
            } else {
                format!("{}\n", rest.trim_start())
            });
        } else if let Some(current) = documents.last_mut() {
            if line.starts_with('%') && is_blank(current) {
                return Err(format!("YAML directives are not supported: {line:?}"));
            }
            current.push_str(line);
            current.push('\n');
        }
    }
    documents.retain(|document| !is_blank(document));
    Ok(documents)
}

/// What follows the marker on its line.
fn marker(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("---").or_else(|| line.strip_prefix("..."))?;
    (rest.is_empty() || rest.starts_with([' ', '\t'])).then_some(rest)
}

fn is_blank(text: &str) -> bool {
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}
