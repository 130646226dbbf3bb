//! What single settings of the bridge cannot say, at the settings that it is about.

use bridge::config::BridgeConfig;

use super::problem::Problem;
use super::read::Reader;
use super::tree::Step;

/// Reports what is wrong with the bridge's settings.
pub(super) fn check(reader: &mut Reader<'_>, config: &BridgeConfig) {
    for problem in config.problems() {
        let path: Vec<_> =
            std::iter::once("bridge").chain(problem.at.iter().map(String::as_str)).map(Step::from).collect();
        let written = Problem::new(problem.message).at(reader.root.span_of(&path));
        reader.problems.push(match problem.help {
            Some(help) => written.help(help),
            None => written,
        });
    }
}
