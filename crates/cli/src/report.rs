//! Errors, as people and as programs read them.

use std::fmt::Write as _;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents,
};
use serde::Serialize;

use crate::config::{Problem, Source};
use crate::error::Error;
use crate::output::{Format, Output};

/// Reports an error on stderr.
pub(crate) fn report(error: &Error, output: Output) {
    output.stderr(&match output.format {
        Format::Text => text(error, output.color),
        Format::Json => json(error),
    });
}

fn text(error: &Error, color: bool) -> String {
    let paint = |code: &str, text: &str| {
        if color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    };
    let mut text = format!("{}: {error}\n", paint("1;31", "error"));
    if let Some((source, problems)) = error.problems() {
        text.extend(problems.iter().map(|problem| block(source, problem, color)));
    }
    if let Some(help) = error.help() {
        let mut lines = help.lines();
        let _ = writeln!(text, "{}: {}", paint("1;36", "help"), lines.next().unwrap_or_default());
        for line in lines {
            let _ = writeln!(text, "      {line}");
        }
    }
    text
}

/// One problem, with the line of the configuration that has it.
fn block(source: &Source, problem: &Problem, color: bool) -> String {
    let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler =
        GraphicalReportHandler::new_themed(theme).with_context_lines(1).with_links(false).with_width(100);
    let block = Block { problem, labels: labels(source, problem), lines: Lines(source) };
    let mut text = String::new();
    match handler.render_report(&mut text, &block) {
        Ok(()) => text,
        Err(_) => format!("{}\n", problem.message),
    }
}

fn labels(source: &Source, problem: &Problem) -> Vec<LabeledSpan> {
    let spots = problem.spots.iter().map(|spot| {
        // One line says where; a whole block says nothing more.
        let text = source.shown().get(spot.span.clone()).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default().trim_end();
        LabeledSpan::new(spot.label.clone(), spot.span.start, line.len())
    });
    spots.collect()
}

#[derive(Debug)]
struct Block<'a> {
    problem: &'a Problem,
    labels: Vec<LabeledSpan>,
    lines: Lines<'a>,
}

/// The configuration, of which whole lines are shown and no others.
#[derive(Debug)]
struct Lines<'a>(&'a Source);

impl SourceCode for Lines<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.0.shown();
        let (start, end) = (span.offset(), span.offset() + span.len());
        let (above, below) = text.get(..start).zip(text.get(end..)).ok_or(MietteError::OutOfBounds)?;
        // Without context, it is the place that is asked for, and not what to show.
        let column = if before == 0 { self.0.position(start).column - 1 } else { 0 };
        let start = above.rfind('\n').map_or(0, |newline| newline + 1);
        let end = below.find('\n').map_or(text.len(), |newline| end + newline);
        let lines = &text[start..end];
        Ok(Box::new(MietteSpanContents::new_named(
            self.0.path().display().to_string(),
            lines.as_bytes(),
            (start, lines.len()).into(),
            self.0.position(start).line - 1,
            column,
            lines.lines().count(),
        )))
    }
}

impl std::fmt::Display for Block<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.problem.message)
    }
}

impl std::error::Error for Block<'_> {}

impl Diagnostic for Block<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.problem.help.as_ref().map(|help| Box::new(help) as _)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.lines)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

#[derive(Debug, Serialize)]
struct ErrorDocument<'a> {
    error: ErrorObject<'a>,
}

#[derive(Debug, Serialize)]
struct ErrorObject<'a> {
    kind: &'a str,
    exit_code: u8,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<ProblemObject<'a>>,
}

#[derive(Debug, Serialize)]
struct ProblemObject<'a> {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    details: Option<&'a serde_json::Value>,
}

fn json(error: &Error) -> String {
    let problems = error
        .problems()
        .map(|(source, problems)| problems.iter().map(|problem| in_source(source, problem)).collect());
    let document = ErrorDocument {
        error: ErrorObject {
            kind: error.kind(),
            exit_code: error.exit() as u8,
            message: error.to_string(),
            help: error.help(),
            problems: problems.unwrap_or_default(),
        },
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn in_source<'a>(source: &Source, problem: &'a Problem) -> ProblemObject<'a> {
    let position = problem.spots.first().map(|spot| source.position(spot.span.start));
    ProblemObject {
        message: problem.message.clone(),
        help: problem.help.clone(),
        file: position.map(|_| source.path().display().to_string()),
        details: problem.details.as_ref(),
        line: position.map(|position| position.line),
        column: position.map(|position| position.column),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::config::parse;
    use crate::prepare::prepare;

    const EXAMPLE: &str = include_str!("../../../examples/homelab/secretbridge.yaml");

    /// Takes a few characters out of the example and puts others there.
    fn edited(edits: &[(prop::sample::Index, usize, String)]) -> String {
        let mut text: Vec<char> = EXAMPLE.chars().collect();
        for (at, length, new) in edits {
            let at = at.index(text.len() + 1);
            let end = text.len().min(at + length);
            text.splice(at..end, new.chars());
        }
        text.into_iter().collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn no_text_makes_the_report_panic(
            edits in prop::collection::vec(
                (any::<prop::sample::Index>(), 0..40_usize, r"[:{}\[\]#&*!|>%@,?'\x22\n\t äé🔑a0~<-]{0,4}"),
                1..6,
            )
        ) {
            let read = parse(Path::new("c.yaml"), &edited(&edits)).map_err(Error::from);
            if let Err(error) = read.and_then(|loaded| prepare(&loaded)) {
                prop_assert!(text(&error, false).starts_with("error: c.yaml has "));
                prop_assert!(json(&error).contains("\"line\": "));
            }
        }
    }
}
