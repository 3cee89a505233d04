//! A private `mpd`, spoken to over its own protocol.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::shell::{Step, remove_dir};

/// A running mpd; dropping it stops it.
#[derive(Debug)]
pub(crate) struct Mpd {
    process: Child,
    port: u16,
}

impl Mpd {
    /// Starts mpd over `music`, with its state in `folder`.
    pub(crate) fn start(music: &Path, folder: &Path) -> Result<Self> {
        remove_dir(folder)?;
        std::fs::create_dir_all(folder.join("playlists"))?;
        // Taking a free port and giving it back leaves a moment in which another program may take it; mpd then ends.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let config = folder.join("mpd.conf");
        std::fs::write(&config, configuration(music, folder, port))?;
        let process = Step::new("mpd")
            .arg("--no-daemon")
            .arg(&config)
            .command()
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start mpd")?;
        let mpd = Self { process, port };
        mpd.wait_for_idle_database()?;
        Ok(mpd)
    }

    /// Seconds from asking for a rescan to the end of it.
    pub(crate) fn rescan(&self) -> Result<f64> {
        // `idle` is sent right behind `rescan`, so its end cannot be missed.
        let mut connection = self.connect()?;
        let start = Instant::now();
        connection.ask("rescan")?;
        loop {
            connection.ask("idle update")?;
            if !self.is_updating()? {
                return Ok(start.elapsed().as_secs_f64());
            }
        }
    }

    /// How many files its database holds.
    pub(crate) fn songs(&self) -> Result<usize> {
        let answer = self.connect()?.ask("stats")?;
        let count = answer
            .iter()
            .find_map(|line| line.strip_prefix("songs: "))
            .context("mpd counts no songs")?;
        Ok(count.parse()?)
    }

    fn is_updating(&self) -> Result<bool> {
        Ok(self.connect()?.ask("status")?.iter().any(|line| line.starts_with("updating_db")))
    }

    /// Waits for the port to open and for the update that a new database begins with.
    fn wait_for_idle_database(&self) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(300);
        while Instant::now() < deadline {
            match self.is_updating() {
                Ok(false) => return Ok(()),
                _ => std::thread::sleep(Duration::from_millis(50)),
            }
        }
        bail!("mpd did not become ready")
    }

    fn connect(&self) -> Result<Connection> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).context("cannot reach mpd")?;
        stream.set_read_timeout(Some(Duration::from_secs(300)))?;
        let mut connection = Connection { lines: BufReader::new(stream) };
        connection.line().context("mpd sent no greeting")?;
        Ok(connection)
    }
}

impl Drop for Mpd {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

#[derive(Debug)]
struct Connection {
    lines: BufReader<TcpStream>,
}

impl Connection {
    /// Sends one command and returns the lines before its `OK`.
    fn ask(&mut self, command: &str) -> Result<Vec<String>> {
        self.lines.get_mut().write_all(format!("{command}\n").as_bytes())?;
        let mut answer = Vec::new();
        loop {
            let line = self.line()?;
            if line == "OK" {
                return Ok(answer);
            }
            if line.starts_with("ACK") {
                bail!("mpd refused `{command}`: {line}");
            }
            answer.push(line);
        }
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.lines.read_line(&mut line)? == 0 {
            bail!("mpd closed the connection");
        }
        Ok(line.trim_end().to_owned())
    }
}

fn configuration(music: &Path, folder: &Path, port: u16) -> String {
    format!(
        "music_directory \"{music}\"\nplaylist_directory \"{folder}/playlists\"\ndb_file \"{folder}/database\"\n\
         state_file \"{folder}/state\"\nlog_file \"{folder}/log\"\nbind_to_address \"127.0.0.1\"\nport \"{port}\"\n\
         auto_update \"no\"\nzeroconf_enabled \"no\"\naudio_output {{\n    type \"null\"\n    name \"silence\"\n}}\n",
        music = music.display(),
        folder = folder.display(),
    )
}
