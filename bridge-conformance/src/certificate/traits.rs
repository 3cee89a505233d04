//! Which trait a group of cases is about.

/// The beginning of a group's name, and the trait it proves.
pub const TRAITS: [(&str, &str); 15] = [
    ("audio_output", "AudioOutput"),
    ("auth_transport", "AuthTransport"),
    ("background", "BackgroundExecutor"),
    ("clock", "Clock"),
    ("database", "DatabaseAdapter"),
    ("file_system", "FileSystemAccess"),
    ("http", "HttpClient"),
    ("image_resizer", "ImageResizer"),
    ("instance_lock", "InstanceLock"),
    ("lifecycle", "LifecycleObserver"),
    ("logger", "LoggerSink"),
    ("network", "NetworkMonitor"),
    ("randomness", "Randomness"),
    ("secure_store", "SecureStore"),
    ("settings", "SettingsStore"),
];

/// The trait that a group of cases proves, if it is one of the kit's.
pub fn trait_of(group: &str) -> Option<&'static str> {
    let group = group.strip_prefix("running_").unwrap_or(group);
    TRAITS.iter().find(|(prefix, _)| group.starts_with(prefix)).map(|(_, name)| *name)
}
