//! A process that is killed while it writes.

use std::sync::Arc;

use bridge_node::NodeDatabase;
use bridge_traits::{DatabaseAdapter, DatabaseExt, Query, Record, WriteBatch};
use futures::TryStreamExt;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::database::schema;
use crate::support::{Directory, javascript};

#[wasm_bindgen(module = "node:fs")]
extern "C" {
    #[wasm_bindgen(js_name = writeSync)]
    fn write_to(descriptor: i32, text: &str);
}

/// Writes records without end and says which are acknowledged. Another process calls this.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "JavaScript reaches it")]
pub fn write_until_killed(path: String) {
    core_async::task::spawn(async move {
        let database = NodeDatabase::new(path);
        database.open(schema()).await.unwrap();
        // Some of them are long, so that compaction is under way at times.
        for number in 0_u32.. {
            let mut batch = WriteBatch::new();
            let title = "x".repeat(if number % 3 == 0 { 300_000 } else { 10 });
            batch.put("songs", Record::new("latest").with(title));
            batch.put("songs", Record::new(number.to_string()).with("acknowledged"));
            database.write(batch).await.unwrap();
            write_to(1, &format!("{number}\n"));
        }
    });
}

/// Starts a process that writes, kills it after so many acknowledged writes, and says how many there
/// were in the end.
async fn write_and_kill(path: &str, after: u32) -> usize {
    let body = format!(
        "const {{ spawn }} = process.getBuiltinModule('node:child_process');
         const module = process.argv[1].replace(/[^/\\\\]*$/, 'wasm-bindgen-test.js');
         const code = `require(${{JSON.stringify(module)}})
             .write_until_killed(${{JSON.stringify(argument)}})`;
         const stdio = ['ignore', 'pipe', 'inherit'];
         const child = spawn(process.execPath, ['-e', code], {{ stdio }});
         let lines = '';
         child.stdout.on('data', (text) => {{
             lines += text.toString().replace(/[^\\n]/g, '');
             if (lines.length >= {after}) child.kill('SIGKILL');
         }});
         await new Promise((resolve) => child.on('close', resolve));
         return lines;"
    );
    javascript(&body, path).await.as_string().unwrap().len()
}

#[core_async::test]
async fn a_killed_process_loses_nothing_acknowledged() {
    let directory = Directory::new();
    for round in 0..8_u32 {
        let path = directory.path(&format!("{round}/library"));
        let written = write_and_kill(&path, 20 + round * 13).await;
        let database: Arc<dyn DatabaseAdapter> = Arc::new(NodeDatabase::new(&*path));
        database.open(schema()).await.unwrap();
        let rows: Vec<_> = database.scan(Query::new("songs")).try_collect().await.unwrap();
        // At most the one commit whose acknowledgement was still on its way is there as well.
        let found = rows.len() - 1;
        assert!((written..=written + 1).contains(&found), "{found} of {written} in round {round}");
        database.close().await.unwrap();
    }
}
