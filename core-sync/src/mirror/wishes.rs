//! What other programs want read first.

use std::collections::BTreeSet;
use std::sync::Arc;

use bridge_traits::{DatabaseAdapter, Record, Result, WriteBatch};

use super::schema::WISHES;

/// More tracks than any screen shows. The oldest wishes make room.
const MOST: usize = 200;

/// What is longer, in bytes, is no track's id.
const LONGEST: usize = 64;

/// What is on the screens of programs that do not synchronise an account, for the one that does. It
/// is one record, which whoever wishes next replaces: of two that do so at once, one is not heard,
/// and its tracks are read in their turn.
#[derive(Clone, Debug)]
pub(crate) struct Wishes {
    database: Arc<dyn DatabaseAdapter>,
    account: String,
    /// The commit of the wishes that were taken last.
    taken: Option<u64>,
}

impl Wishes {
    pub(crate) fn new(database: Arc<dyn DatabaseAdapter>, account: &str) -> Self {
        Self { database, account: account.to_owned(), taken: None }
    }

    /// Leaves wishes for whoever synchronises, before those that were left earlier.
    pub(crate) async fn leave(&self, tracks: &[String]) -> Result<()> {
        if tracks.is_empty() {
            return Ok(());
        }
        let earlier = self.read().await?.map(|(_, earlier)| earlier).unwrap_or_default();
        let mut known = BTreeSet::new();
        let wanted: Vec<_> = tracks
            .iter()
            .filter(|track| track.len() <= LONGEST)
            .chain(&earlier)
            .filter(|track| known.insert(*track))
            .take(MOST)
            .map(String::as_str)
            .collect();
        let mut batch = WriteBatch::new();
        batch.put(WISHES, Record::new(&*self.account).with(wanted.join("\n")));
        self.database.write(batch).await?;
        Ok(())
    }

    /// What is wanted, the latest first, if anything was left since this was last asked.
    pub(crate) async fn take(&mut self) -> Result<Vec<String>> {
        let Some((commit, wanted)) = self.read().await? else { return Ok(Vec::new()) };
        let is_news = self.taken.replace(commit) != Some(commit);
        Ok(if is_news { wanted } else { Vec::new() })
    }

    async fn read(&self) -> Result<Option<(u64, Vec<String>)>> {
        let Some(row) = self.database.get(WISHES, &self.account).await? else { return Ok(None) };
        let mut fields = row.record.into_reader();
        let (_account, tracks) = (fields.text()?, fields.text()?);
        Ok(Some((row.version, tracks.lines().map(str::to_owned).collect())))
    }
}

#[cfg(test)]
mod tests {
    use bridge_memory::MemoryDatabase;
    use bridge_traits::Schema;

    use super::*;

    #[core_async::test]
    async fn the_newest_wishes_win_and_are_taken_once() {
        let database: Arc<dyn DatabaseAdapter> = Arc::new(MemoryDatabase::new());
        database.open(Schema::new(vec![super::super::component()])).await.unwrap();
        let of = |account: &str| Wishes::new(Arc::clone(&database), account);
        let names =
            |from: usize, to: usize| (from..to).map(|at| format!("t{at}")).collect::<Vec<_>>();
        let (one, other, mut taking) = (of("a"), of("a"), of("a"));
        assert!(taking.take().await.unwrap().is_empty());
        one.leave(&names(0, 3)).await.unwrap();
        other.leave(&["t1".to_owned(), "t3".to_owned(), "x".repeat(65)]).await.unwrap();
        of("b").leave(&names(9, 10)).await.unwrap();
        assert_eq!(taking.take().await.unwrap(), ["t1", "t3", "t0", "t2"]);
        one.leave(&[]).await.unwrap();
        assert!(taking.take().await.unwrap().is_empty(), "they were taken already");
        one.leave(&names(100, 5_000)).await.unwrap();
        assert_eq!(taking.take().await.unwrap(), names(100, 100 + MOST));
        other.leave(&names(0, 1)).await.unwrap();
        let left = taking.take().await.unwrap();
        assert_eq!((left.len(), &*left[0], &*left[1]), (MOST, "t0", "t100"));
    }
}
