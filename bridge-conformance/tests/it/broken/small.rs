//! Broken settings, secrets, clocks, randomness and loggers.

/// Settings.
mod settings {
    use std::sync::Arc;

    use bridge_conformance::Place;
    use bridge_conformance::settings as cases;
    use bridge_memory::MemoryDatabase;
    use bridge_traits::{
        BridgeError, DatabaseAdapter, DatabaseSettings, ErrorKind, Result, Schema, SettingChange,
        SettingValue, SettingsStore, SettingsWatcher,
    };
    use futures::FutureExt;

    use crate::broken::faults;

    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    enum Fault {
        Nothing,
        AppliesOneByOne,
        CutsLongKeys,
        IntegersBecomeReals,
        ListsEverything,
        NeverTells,
        RemovesStrictly,
        TellsOfEverything,
    }

    #[derive(Debug)]
    struct Broken {
        inner: DatabaseSettings,
        fault: Fault,
    }

    fn subject(fault: Fault) -> Place<dyn SettingsStore> {
        let database = Arc::new(MemoryDatabase::new());
        let opened = database.open(Schema::new(vec![DatabaseSettings::schema()]));
        opened.now_or_never().unwrap().unwrap();
        let inner = DatabaseSettings::new(database);
        Place::from(Arc::new(Broken { inner, fault }) as Arc<dyn SettingsStore>)
    }

    faults! { subject:
        AppliesOneByOne => cases::changes_apply_all_or_none,
        CutsLongKeys => cases::keys_have_1_to_255_bytes,
        IntegersBecomeReals => cases::a_value_comes_back_with_its_type,
        ListsEverything => cases::list_gives_the_keys_with_the_prefix_sorted,
        NeverTells => cases::a_changed_setting_is_told,
        RemovesStrictly => cases::removing_a_missing_key_succeeds,
        TellsOfEverything => cases::other_settings_are_not_told,
    }

    #[core_async::async_trait]
    impl SettingsStore for Broken {
        async fn get(&self, key: &str) -> Result<Option<SettingValue>> {
            let cut = if self.fault == Fault::CutsLongKeys { key.get(..255) } else { None };
            self.inner.get(cut.unwrap_or(key)).await
        }

        async fn apply(&self, mut changes: Vec<SettingChange>) -> Result<()> {
            for change in &mut changes {
                match (self.fault, change) {
                    (Fault::CutsLongKeys, SettingChange::Set(key, _)) => {
                        *key = key.get(..255).unwrap_or(key).to_owned();
                    }
                    (Fault::IntegersBecomeReals, SettingChange::Set(_, value)) => {
                        if let SettingValue::Integer(number) = *value {
                            *value = SettingValue::Real(number as f64);
                        }
                    }
                    (Fault::RemovesStrictly, SettingChange::Remove(key))
                        if self.inner.get(key).await?.is_none() =>
                    {
                        return Err(BridgeError::new(ErrorKind::NotFound, "broken"));
                    }
                    _ => {}
                }
            }
            if self.fault != Fault::AppliesOneByOne {
                return self.inner.apply(changes).await;
            }
            for change in changes {
                self.inner.apply(vec![change]).await?;
            }
            Ok(())
        }

        async fn list(&self, prefix: &str) -> Result<Vec<(String, SettingValue)>> {
            let prefix = if self.fault == Fault::ListsEverything { "" } else { prefix };
            self.inner.list(prefix).await
        }

        async fn watch(&self, prefix: &str) -> Result<SettingsWatcher> {
            match self.fault {
                Fault::NeverTells => Ok(SettingsWatcher::new(Box::pin(futures::stream::pending()))),
                Fault::TellsOfEverything => self.inner.watch("").await,
                _ => self.inner.watch(prefix).await,
            }
        }
    }
}

/// Secrets.
mod secrets {
    use std::fmt;
    use std::sync::Arc;

    use bridge_conformance::Place;
    use bridge_conformance::secrets as cases;
    use bridge_memory::MemorySecureStore;
    use bridge_traits::{Result, Secret, SecureStore, SecurityLevel};

    use crate::broken::faults;

    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    enum Fault {
        Nothing,
        ClearsTheFirst,
        CutsLargeValues,
        ForgetsRemovals,
        IgnoresLetterCase,
        ListsUnsorted,
        ShowsSecrets,
        StoresPlainText,
    }

    struct Broken {
        inner: Arc<MemorySecureStore>,
        fault: Fault,
        shown: std::sync::Mutex<String>,
    }

    impl fmt::Debug for Broken {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(&self.shown.lock().unwrap())
        }
    }

    fn subject(fault: Fault) -> Place<dyn SecureStore> {
        let inner = Arc::new(MemorySecureStore::new());
        let stored = Arc::clone(&inner);
        Place::durable(move || {
            let inner = Arc::clone(&inner);
            let broken = Broken { inner, fault, shown: std::sync::Mutex::default() };
            std::future::ready(Arc::new(broken) as Arc<dyn SecureStore>)
        })
        .with_stored_bytes(move || {
            let stored = Arc::clone(&stored);
            async move {
                let secret = stored.get("token").await.unwrap().unwrap();
                let plain = secret.expose().to_vec();
                // What a sound store would have on disk.
                let sealed = plain.iter().map(|byte| byte ^ 0x5a).collect();
                if fault == Fault::StoresPlainText { plain } else { sealed }
            }
        })
    }

    faults! { subject:
        ClearsTheFirst => cases::clearing_leaves_nothing,
        CutsLargeValues => cases::values_have_0_to_65536_bytes,
        ForgetsRemovals => cases::removing_a_missing_secret_succeeds,
        IgnoresLetterCase => cases::a_secret_is_seen_by_the_next_get,
        ListsUnsorted => cases::names_are_listed_once_and_sorted,
        ShowsSecrets => cases::a_secret_is_never_shown,
        StoresPlainText => cases::secrets_are_not_stored_in_plain_text,
    }

    #[core_async::async_trait]
    impl SecureStore for Broken {
        fn security_level(&self) -> SecurityLevel {
            SecurityLevel::EncryptedFile
        }

        async fn put(&self, name: &str, secret: &Secret) -> Result<()> {
            if self.fault == Fault::ShowsSecrets {
                *self.shown.lock().unwrap() = String::from_utf8_lossy(secret.expose()).into();
            }
            let value = match self.fault {
                Fault::CutsLargeValues => {
                    secret.expose()[..secret.expose().len().min(2_560)].into()
                }
                _ => secret.expose().to_vec(),
            };
            self.inner.put(&self.name(name), &Secret::new(value)).await
        }

        async fn get(&self, name: &str) -> Result<Option<Secret>> {
            self.inner.get(&self.name(name)).await
        }

        async fn remove(&self, name: &str) -> Result<()> {
            if self.fault == Fault::ForgetsRemovals {
                return Ok(());
            }
            self.inner.remove(name).await
        }

        async fn names(&self) -> Result<Vec<String>> {
            let mut names = self.inner.names().await?;
            if self.fault == Fault::ListsUnsorted {
                names.reverse();
            }
            Ok(names)
        }

        async fn clear(&self) -> Result<()> {
            let all = self.inner.names().await?.len();
            let count = if self.fault == Fault::ClearsTheFirst { 1 } else { all };
            for name in self.inner.names().await?.iter().take(count) {
                self.inner.remove(name).await?;
            }
            Ok(())
        }
    }

    impl Broken {
        fn name(&self, name: &str) -> String {
            if self.fault == Fault::IgnoresLetterCase { name.to_lowercase() } else { name.into() }
        }
    }
}

/// Clocks.
mod clock {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    use bridge_conformance::clock as cases;
    use bridge_traits::Clock;
    use core_async::time::{Duration, Instant, now_millis};

    use crate::broken::faults;

    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    enum Fault {
        Nothing,
        CountsSeconds,
        GoesBack,
        RunsTooFast,
        StandsStill,
    }

    #[derive(Debug)]
    struct Broken {
        fault: Fault,
        start: Instant,
        reads: AtomicU64,
    }

    fn subject(fault: Fault) -> Arc<dyn Clock> {
        Arc::new(Broken { fault, start: Instant::now(), reads: AtomicU64::new(0) })
    }

    faults! { subject:
        CountsSeconds => cases::unix_time_is_in_milliseconds,
        GoesBack => cases::monotonic_time_never_goes_back,
        RunsTooFast => cases::the_two_times_keep_in_step,
        StandsStill => cases::time_passes,
    }

    impl Clock for Broken {
        fn unix_millis(&self) -> u64 {
            if self.fault == Fault::CountsSeconds { now_millis() / 1_000 } else { now_millis() }
        }

        fn monotonic(&self) -> Duration {
            let passed = self.start.elapsed();
            match self.fault {
                Fault::GoesBack if self.reads.fetch_add(1, Ordering::Relaxed) == 5_000 => {
                    Duration::ZERO
                }
                Fault::RunsTooFast => passed * 1_000,
                Fault::StandsStill => Duration::ZERO,
                _ => passed,
            }
        }
    }
}

/// Randomness.
mod randomness {
    use std::sync::Arc;

    use bridge_conformance::randomness as cases;
    use bridge_memory::SeededRandomness;
    use bridge_traits::{Randomness, Result};

    use crate::broken::faults;

    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    enum Fault {
        Nothing,
        FillsTheBeginning,
        OnlyLetters,
        RepeatsItself,
        TooManyOnes,
    }

    #[derive(Debug)]
    struct Broken {
        inner: SeededRandomness,
        fault: Fault,
    }

    fn subject(fault: Fault) -> Arc<dyn Randomness> {
        Arc::new(Broken { inner: SeededRandomness::new(7), fault })
    }

    faults! { subject:
        FillsTheBeginning => cases::the_whole_buffer_is_filled,
        OnlyLetters => cases::every_byte_value_occurs,
        RepeatsItself => cases::no_sixteen_bytes_come_twice,
        TooManyOnes => cases::zeroes_and_ones_are_balanced,
    }

    impl Randomness for Broken {
        fn fill(&self, buffer: &mut [u8]) -> Result<()> {
            match self.fault {
                Fault::FillsTheBeginning => {
                    let length = buffer.len().min(65_536);
                    return self.inner.fill(&mut buffer[..length]);
                }
                Fault::RepeatsItself => return SeededRandomness::new(7).fill(buffer),
                _ => self.inner.fill(buffer)?,
            }
            for byte in buffer {
                match self.fault {
                    Fault::OnlyLetters => *byte = b'a' + *byte % 26,
                    Fault::TooManyOnes if byte.is_multiple_of(16) => *byte |= 1,
                    _ => {}
                }
            }
            Ok(())
        }
    }
}

/// Loggers.
mod logger {
    use std::sync::{Arc, Mutex};

    use bridge_conformance::logger::{self as cases, LoggerUnderTest};
    use bridge_memory::MemoryLogger;
    use bridge_traits::{LogLevel, LoggerSink};

    use crate::broken::faults;

    #[derive(Clone, Copy, Debug, Eq, PartialEq)]
    enum Fault {
        Nothing,
        DropsWarnings,
        PanicsOnLongLines,
        ReplacesBraces,
        FlushesNothing,
        TakesEverything,
    }

    #[derive(Debug)]
    struct Broken {
        inner: Arc<MemoryLogger>,
        held: Mutex<Vec<(LogLevel, String)>>,
        fault: Fault,
    }

    fn subject(fault: Fault) -> LoggerUnderTest {
        let inner = Arc::new(MemoryLogger::new());
        let sink = Broken { inner: Arc::clone(&inner), held: Mutex::default(), fault };
        LoggerUnderTest::new(Arc::new(sink), move || {
            inner.lines().into_iter().map(|(_, line)| line + "\n").collect()
        })
    }

    faults! { subject:
        DropsWarnings => cases::lines_arrive_in_order,
        ReplacesBraces => cases::odd_lines_arrive,
        PanicsOnLongLines => cases::a_line_of_a_megabyte_does_no_harm,
        FlushesNothing => cases::a_flush_brings_out_every_line,
        TakesEverything => cases::less_important_lines_are_left_out,
    }

    impl LoggerSink for Broken {
        fn log(&self, level: LogLevel, line: &str) {
            match self.fault {
                Fault::DropsWarnings if level == LogLevel::Warn => {}
                Fault::PanicsOnLongLines => {
                    assert!(line.len() < 10_000, "too long");
                    self.inner.log(level, line);
                }
                Fault::FlushesNothing => self.held.lock().unwrap().push((level, line.to_owned())),
                Fault::TakesEverything => self.inner.log(level, line),
                _ if level < self.level() => {}
                Fault::ReplacesBraces => self.inner.log(level, &line.replace("{}", "")),
                _ => self.inner.log(level, line),
            }
        }

        fn level(&self) -> LogLevel {
            // A sound sink without a level skips the case, so this one has one.
            match self.fault {
                Fault::Nothing | Fault::TakesEverything => LogLevel::Info,
                _ => LogLevel::Trace,
            }
        }
    }
}
