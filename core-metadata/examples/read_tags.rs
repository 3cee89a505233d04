//! Prints what audio files say of themselves: `cargo run -p core-metadata --example read_tags -- FILE…`

#![expect(clippy::disallowed_methods, reason = "an example is a host: it may read files")]

use bridge_memory::MemoryFileSystem;
use bridge_traits::FileSystemAccess;
use core_metadata::read_audio_file;
use serde_json::{Map, Value, json};

#[core_async::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files = MemoryFileSystem::new();
    let mut found = Map::new();
    for path in std::env::args().skip(1) {
        // A bridge for the desktop would hand out the file itself; this is all it takes without one.
        files.insert("file", std::fs::read(&path)?)?;
        let value: Value = match read_audio_file(files.open("file").await?).await {
            Ok(file) => serde_json::to_value(file)?,
            Err(error) => json!({ "error": error.to_string() }),
        };
        found.insert(path, value);
    }
    println!("{}", Value::Object(found));
    Ok(())
}
