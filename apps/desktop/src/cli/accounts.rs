//! `account` and what belongs to it.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use core_service::CoreError;
use core_service::core_sync::{FilterError, MirrorFilter};

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Sign in to a drive.
    #[command(subcommand)]
    Add(NewAccount),
    /// List accounts.
    List,
    /// Show which files of a drive are mirrored, or set it anew with the options; the next sync
    /// follows.
    Filter {
        /// The account.
        id: String,
        #[command(flatten)]
        filter: FilterArgs,
        /// Mirror every file of music, as an account does that is new.
        #[arg(long, conflicts_with = "FilterArgs")]
        reset: bool,
    },
    /// Take an account's tracks out of the library and sign out.
    Remove {
        /// The account.
        id: String,
    },
}

/// A drive to add, by its kind.
#[derive(Debug, Subcommand)]
pub(crate) enum NewAccount {
    /// Google Drive.
    GoogleDrive(ClientArgs),
    /// OneDrive, personal or of an organisation.
    Onedrive(ClientArgs),
    /// A folder on a WebDAV server, such as Nextcloud's.
    Webdav(ServerArgs),
    /// A folder of this computer.
    Folder {
        /// The folder.
        #[arg(value_name = "PATH")]
        path: PathBuf,
    },
}

/// A drive that is signed in to on its provider's own pages, with a client of your own there.
#[derive(Args, Debug)]
pub(crate) struct ClientArgs {
    /// The client as the provider has registered it.
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: String,
    /// The client's secret, if the provider gave one.
    #[arg(long, value_name = "S")]
    pub(crate) client_secret: Option<String>,
    /// Where users sign in [default: the provider's own address].
    #[arg(long, value_name = "U", requires = "token_url", requires = "api_url")]
    pub(crate) auth_url: Option<String>,
    /// Where tokens come from.
    #[arg(long, value_name = "U", requires = "auth_url")]
    pub(crate) token_url: Option<String>,
    /// The origin of the drive's interface.
    #[arg(long, value_name = "U", requires = "auth_url")]
    pub(crate) api_url: Option<String>,
    /// Print the sign-in address instead of opening a browser.
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// Mirror this folder only: its id, or, on a OneDrive, its path, such as /Music; / for everything.
    /// Without it an account that is there goes on with what it mirrors.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) root: Option<String>,
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
}

/// A server with an address of its own.
#[derive(Args, Debug)]
pub(crate) struct ServerArgs {
    /// The address of the folder, as the server's own pages give it for WebDAV.
    #[arg(long, value_name = "U")]
    pub(crate) url: String,
    /// The name to sign in with.
    #[arg(long, value_name = "N", requires = "password_stdin")]
    pub(crate) user: Option<String>,
    /// Read the password from standard input, up to the end of its first line.
    #[arg(long, requires = "user")]
    pub(crate) password_stdin: bool,
    /// Read a bearer token from standard input instead.
    #[arg(long, conflicts_with = "user")]
    pub(crate) token_stdin: bool,
    /// Mirror this folder only, by its path below the address; / for everything. Without it an account
    /// that is there goes on with what it mirrors.
    #[arg(long, value_name = "PATH")]
    pub(crate) root: Option<String>,
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
}

/// Which files of a drive are mirrored.
#[derive(Args, Debug)]
#[group(id = "FilterArgs", multiple = true)]
pub(crate) struct FilterArgs {
    /// Mirror files with these extensions only, for example `flac,mp3`.
    #[arg(long, value_name = "EXT,…", value_delimiter = ',')]
    include: Vec<String>,
    /// Do not mirror files with these extensions.
    #[arg(long, value_name = "EXT,…", value_delimiter = ',')]
    exclude: Vec<String>,
    /// Do not mirror files above this size, in bytes or as `200K`, `200M`, `2G` [default: 4G].
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_size: Option<u64>,
}

impl FilterArgs {
    /// The filter that was asked for; `None` if none was.
    pub(crate) fn filter(&self) -> Result<Option<MirrorFilter>, CoreError> {
        let Self { include, exclude, max_size } = self;
        if include.is_empty() && exclude.is_empty() && max_size.is_none() {
            return Ok(None);
        }
        let filter: Result<_, FilterError> = MirrorFilter::new(include, exclude, *max_size);
        Ok(Some(filter?))
    }
}

/// A size in bytes, or in a unit of 1024 to some power.
fn size(text: &str) -> Result<u64, String> {
    let (number, unit) = match text.chars().last().map(|last| last.to_ascii_uppercase()) {
        Some('K') => (&text[..text.len() - 1], 1 << 10),
        Some('M') => (&text[..text.len() - 1], 1 << 20),
        Some('G') => (&text[..text.len() - 1], 1 << 30),
        _ => (text, 1_u64),
    };
    let size = number.parse().ok().and_then(|number: u64| number.checked_mul(unit));
    size.ok_or_else(|| "a number of bytes, or one that ends with K, M or G".to_owned())
}

impl AccountCommand {
    /// Whether the sign-in address is printed.
    pub(crate) fn prints_address(&self) -> bool {
        match self {
            Self::Add(NewAccount::GoogleDrive(client) | NewAccount::Onedrive(client)) => {
                client.no_browser
            }
            Self::Add(NewAccount::Webdav(_) | NewAccount::Folder { .. })
            | Self::List
            | Self::Filter { .. }
            | Self::Remove { .. } => false,
        }
    }
}
