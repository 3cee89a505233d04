//! Jobs as records.

use super::{Constraints, Job, JobState, NetworkNeed, Schedule, WhenUnknown};
use crate::{
    BridgeError, Collection, ErrorKind, FieldKind, Record, Result, SchemaChange, SchemaComponent,
    Value,
};

pub(super) const COLLECTION: &str = "background_jobs";

/// A job and what has become of it so far.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct StoredJob {
    pub(super) job: Job,
    pub(super) state: JobState,
    pub(super) due_millis: u64,
    /// When the run that is due was planned, before any retries moved it.
    pub(super) planned_millis: u64,
    pub(super) last_run_millis: Option<u64>,
    pub(super) last_error: Option<String>,
    pub(super) failures: u32,
}

pub(super) fn schema() -> SchemaComponent {
    let jobs = Collection::new(COLLECTION)
        .required("handler", FieldKind::Text)
        .required("payload", FieldKind::Text)
        .optional("once_at", FieldKind::Integer)
        .optional("period", FieldKind::Integer)
        .required("network", FieldKind::Text)
        .required("charging", FieldKind::Boolean)
        .required("idle", FieldKind::Boolean)
        .required("run_when_unknown", FieldKind::Boolean)
        .required("failed", FieldKind::Boolean)
        .required("due", FieldKind::Integer)
        .required("planned", FieldKind::Integer)
        .optional("last_run", FieldKind::Integer)
        .optional("last_error", FieldKind::Text)
        .required("failures", FieldKind::Integer);
    SchemaComponent::new("background").migration(vec![SchemaChange::CreateCollection(jobs)])
}

pub(super) fn to_record(stored: &StoredJob) -> Record {
    let (once_at, period) = match stored.job.schedule {
        Schedule::Once { at_millis } => (integer(at_millis), Value::Null),
        Schedule::Every { period_millis } => (Value::Null, integer(period_millis)),
    };
    let constraints = stored.job.constraints;
    Record::new(stored.job.id.clone())
        .with(stored.job.handler.clone())
        .with(stored.job.payload.clone())
        .with(once_at)
        .with(period)
        .with(network_name(constraints.network))
        .with(constraints.charging)
        .with(constraints.idle)
        .with(constraints.when_unknown == WhenUnknown::Run)
        .with(stored.state == JobState::Failed)
        .with(integer(stored.due_millis))
        .with(integer(stored.planned_millis))
        .with(stored.last_run_millis.map_or(Value::Null, integer))
        .with(stored.last_error.clone().map_or(Value::Null, Value::Text))
        .with(i64::from(stored.failures))
}

pub(super) fn from_record(record: Record) -> Result<StoredJob> {
    let mut reader = record.into_reader();
    let (id, handler, payload) = (reader.text()?, reader.text()?, reader.text()?);
    let schedule = match (reader.optional_integer()?, reader.optional_integer()?) {
        (Some(at_millis), None) => Schedule::Once { at_millis },
        (None, Some(period_millis)) => Schedule::Every { period_millis },
        _ => return Err(corrupt(&id, "has no schedule")),
    };
    let network = reader.text()?;
    let network = network_named(&network).ok_or_else(|| corrupt(&id, "needs an odd network"))?;
    let (charging, idle) = (reader.boolean()?, reader.boolean()?);
    let when_unknown = if reader.boolean()? { WhenUnknown::Run } else { WhenUnknown::Wait };
    let constraints = Constraints { network, charging, idle, when_unknown };
    Ok(StoredJob {
        job: Job { id, handler, payload, schedule, constraints },
        state: if reader.boolean()? { JobState::Failed } else { JobState::Waiting },
        due_millis: reader.integer()?,
        planned_millis: reader.integer()?,
        last_run_millis: reader.optional_integer()?,
        last_error: reader.optional_text()?,
        failures: reader.integer()?,
    })
}

/// Times beyond what a record can hold are as good as never.
fn integer(value: u64) -> Value {
    Value::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}

fn network_name(network: NetworkNeed) -> &'static str {
    match network {
        NetworkNeed::None => "none",
        NetworkNeed::Online => "online",
        NetworkNeed::Unmetered => "unmetered",
        NetworkNeed::Local => "local",
    }
}

fn network_named(name: &str) -> Option<NetworkNeed> {
    let needs =
        [NetworkNeed::None, NetworkNeed::Online, NetworkNeed::Unmetered, NetworkNeed::Local];
    needs.into_iter().find(|need| network_name(*need) == name)
}

fn corrupt(id: &str, what: &str) -> BridgeError {
    BridgeError::new(ErrorKind::Corrupt, "background.load")
        .with_detail(format!("the job {id:?} {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_comes_back_as_it_was() {
        let constraints = Constraints {
            network: NetworkNeed::Unmetered,
            charging: true,
            idle: false,
            when_unknown: WhenUnknown::Run,
        };
        for schedule in [Schedule::Once { at_millis: 7 }, Schedule::Every { period_millis: 1_000 }]
        {
            let mut job = Job::once("a", "b", 0).with_payload("c").with_constraints(constraints);
            job.schedule = schedule;
            let stored = StoredJob {
                job,
                state: JobState::Failed,
                due_millis: 8,
                planned_millis: 7,
                last_run_millis: Some(6),
                last_error: Some("e".to_owned()),
                failures: 3,
            };
            let back = from_record(to_record(&stored)).expect("it was just written");
            assert_eq!(back, stored);
        }
    }
}
