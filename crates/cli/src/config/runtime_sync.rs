//! What single settings of run-time sync cannot say, at the settings that it is about.

use eso_contrib::{Error, StoreProblem};
use k8s_bundle::ObjectName;
use serde_yaml::Value;

use super::problem::Problem;
use super::read::Reader;
use super::tree::Step;

/// Reports stores that cannot stand beside each other, and that there is none, and mends it in `config`, so that the rest can
/// be read: as a whole, the settings say what is wrong with them and not where.
pub(super) fn check(reader: &mut Reader<'_>, config: &mut Value) {
    let settings = ["k8s", "secrets", "runtime_sync"];
    let Some(settings) = settings.iter().try_fold(config, |node, key| node.get_mut(key)) else { return };
    let name = |store: &Value| store.as_str().and_then(|name| name.parse::<ObjectName>().ok());
    let bridge = settings.get("store_name").cloned().unwrap_or_else(|| "homelab".into());
    let is_bridge = settings.get("token_source").is_some_and(|source| !source.is_null());
    let is_enabled = settings.get("enabled").and_then(Value::as_bool) == Some(true);
    let mut stores = settings.get_mut("stores").and_then(Value::as_mapping_mut);
    if is_enabled && !is_bridge && stores.as_ref().is_none_or(|stores| stores.is_empty()) {
        let error = Error::NoStore;
        let problem = Problem::new(error.to_string()).at(reader.root.span_of(&at(&["enabled"])));
        reader.problems.push(problem.help(error.help().unwrap_or_default()));
        settings.as_mapping_mut().map(|settings| settings.remove("enabled"));
        return;
    }
    let Some(stores) = &mut stores else { return };
    if is_bridge && stores.contains_key(&bridge) {
        if let Some(name) = name(&bridge) {
            let place = reader.root.span_of(&at(&["stores", name.as_str()]));
            reader.problems.push(of(&StoreProblem::NameOfTheBridge { name }).at(place));
        }
        stores.remove(&bridge);
    }
    let defaults = stores.iter_mut().filter(|(_, store)| store.get("default") == Some(&true.into()));
    let mut defaults: Vec<_> = defaults.filter_map(|(key, store)| Some((name(key)?, store))).collect();
    defaults.sort_by(|(a, _), (b, _)| a.cmp(b));
    if defaults.len() > 1 {
        let stores = defaults.iter().map(|(name, _)| name.clone()).collect();
        let spots = defaults.iter().map(|(name, _)| at(&["stores", name.as_str(), "default"]));
        let mut spots: Vec<_> = spots.map(|path| reader.root.span_of(&path)).collect();
        spots.sort_by_key(|spot| spot.start);
        let problem = spots.into_iter().fold(of(&StoreProblem::SeveralDefaults { stores }), Problem::at);
        reader.problems.push(problem);
        for (_, store) in defaults.iter_mut().skip(1) {
            store.as_mapping_mut().map(|store| store.remove("default"));
        }
    }
}

fn at(rest: &[&str]) -> Vec<Step> {
    ["k8s", "secrets", "runtime_sync"].iter().chain(rest).map(|key| Step::from(*key)).collect()
}

fn of(problem: &StoreProblem) -> Problem {
    Problem::new(problem.to_string()).help(problem.help())
}
