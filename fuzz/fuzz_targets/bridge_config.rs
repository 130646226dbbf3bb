//! The settings of the bridge: what is read is written and read as the same, and its problems can be told.
#![no_main]

use bridge::config::BridgeConfig;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(config) = serde_yaml::from_str::<BridgeConfig>(text) else { return };
    for problem in config.problems() {
        let _ = format!("{problem:?}");
    }
    let written = serde_json::to_string(&config).expect("settings can be written");
    assert_eq!(serde_json::from_str::<BridgeConfig>(&written).expect("what was written is read"), config);
});
