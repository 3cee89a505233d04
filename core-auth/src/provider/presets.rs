//! The public addresses of providers that many people use.

use super::{IdentitySource, OAuthProvider};

impl OAuthProvider {
    /// Google Drive, to read the user's files.
    ///
    /// Google asks clients of the kind "web application" for a secret even with PKCE, so a browser
    /// needs a broker as [`token_url`](Self::token_url); desktop clients send the secret they were
    /// given, which is none.
    pub fn google_drive(client_id: &str) -> Self {
        let drive = "https://www.googleapis.com/auth/drive.readonly".to_owned();
        Self {
            name: "Google Drive".to_owned(),
            revoke_url: Some("https://oauth2.googleapis.com/revoke".to_owned()),
            issuer: Some("https://accounts.google.com".to_owned()),
            scopes: vec![drive.clone()],
            required_scopes: vec![drive],
            // Without both there is a refresh token only the first time a user ever agrees.
            parameters: vec![
                ("access_type".to_owned(), "offline".to_owned()),
                ("prompt".to_owned(), "consent".to_owned()),
            ],
            identity: Some(google_identity("https://www.googleapis.com")),
            api_urls: vec!["https://www.googleapis.com".to_owned()],
            ..Self::new(
                "google-drive",
                client_id,
                "https://accounts.google.com/o/oauth2/v2/auth",
                "https://oauth2.googleapis.com/token",
            )
        }
    }

    /// OneDrive, personal or of an organisation, to read the user's files.
    pub fn onedrive(client_id: &str) -> Self {
        let service = "https://login.microsoftonline.com/common/oauth2/v2.0";
        Self {
            name: "OneDrive".to_owned(),
            scopes: ["Files.Read", "User.Read", "offline_access"].map(str::to_owned).into(),
            identity: Some(graph_identity("https://graph.microsoft.com")),
            api_urls: vec!["https://graph.microsoft.com".to_owned()],
            ..Self::new(
                "onedrive",
                client_id,
                &format!("{service}/authorize"),
                &format!("{service}/token"),
            )
        }
    }

    /// The same provider at another place: a test world, a proxy or a national cloud. `api_url` is
    /// an origin, such as `https://graph.microsoft.us`. The issuer and the revocation endpoint are
    /// forgotten; set those of the place.
    #[must_use]
    pub fn at(mut self, authorize_url: &str, token_url: &str, api_url: &str) -> Self {
        authorize_url.clone_into(&mut self.authorize_url);
        token_url.clone_into(&mut self.token_url);
        self.issuer = None;
        self.revoke_url = None;
        self.identity = match self.id.as_str() {
            "google-drive" => Some(google_identity(api_url)),
            "onedrive" => Some(graph_identity(api_url)),
            _ => None,
        };
        self.api_urls = vec![api_url.to_owned()];
        self
    }
}

fn google_identity(api: &str) -> IdentitySource {
    IdentitySource {
        url: format!("{api}/drive/v3/about?fields=user(displayName,emailAddress,permissionId)"),
        subject: "/user/permissionId".to_owned(),
        label: "/user/emailAddress".to_owned(),
    }
}

fn graph_identity(api: &str) -> IdentitySource {
    IdentitySource {
        url: format!("{api}/v1.0/me?$select=id,userPrincipalName"),
        subject: "/id".to_owned(),
        label: "/userPrincipalName".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_usable_as_they_are_and_elsewhere() {
        for provider in [OAuthProvider::google_drive("c"), OAuthProvider::onedrive("c")] {
            provider.check().expect("the public addresses");
            let (authorize, token) = ("http://127.0.0.1:1/a", "http://127.0.0.1:1/t");
            let moved = provider.at(authorize, token, "http://127.0.0.1:2");
            moved.check().expect("addresses on this computer");
            let identity = moved.identity.expect("both say whose account it is");
            assert!(identity.url.starts_with("http://127.0.0.1:2/"), "{}", identity.url);
        }
    }
}
