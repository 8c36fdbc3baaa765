//! The thread that checks whole projects.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, select, unbounded};
use policy_compiler::Session;
use policy_project::Project;

use crate::analysis::Analysis;

/// For how long nothing more may come before work begins that nobody waits for.
const QUIET: Duration = Duration::from_millis(120);

/// A project to check.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) key: PathBuf,
    /// Which of the project's texts these are.
    pub(crate) generation: u64,
    pub(crate) project: Project,
    /// Whether somebody waits for it; otherwise it can wait until nothing more comes.
    pub(crate) urgent: bool,
}

/// A project that was checked.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) key: PathBuf,
    pub(crate) generation: u64,
    pub(crate) analysis: Arc<Analysis>,
    /// How long it took.
    pub(crate) took: Duration,
}

/// The thread, and the ways to and from it. It ends when nobody can give it jobs any more.
#[derive(Debug)]
pub(crate) struct Worker {
    jobs: Sender<Job>,
    rubbish: Sender<Arc<Analysis>>,
    pub(crate) done: Receiver<Done>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub(crate) fn start() -> Self {
        let (jobs, todo) = unbounded();
        let (finished, done) = unbounded();
        let (rubbish, old) = unbounded();
        let thread = std::thread::Builder::new().name("policy-worker".to_owned());
        let thread = thread.spawn(move || work(&todo, &old, &finished)).ok();
        Self { jobs, rubbish, done, thread }
    }

    /// Gives it a job; it leaves out those that a later one of the same project makes useless.
    pub(crate) fn check(&self, job: Job) -> bool {
        self.thread.is_some() && self.jobs.send(job).is_ok()
    }

    /// Takes what nobody needs any more: taking it apart takes a while.
    pub(crate) fn forget(&self, old: Arc<Analysis>) {
        let _ = self.rubbish.send(old);
    }
}

fn work(todo: &Receiver<Job>, old: &Receiver<Arc<Analysis>>, finished: &Sender<Done>) {
    let mut sessions: BTreeMap<PathBuf, Session> = BTreeMap::new();
    loop {
        let first = select! {
            recv(todo) -> first => match first {
                Ok(first) => first,
                Err(_) => return,
            },
            recv(old) -> old => match old {
                Ok(old) => {
                    drop(old);
                    continue;
                }
                Err(_) => return,
            },
        };
        let mut latest: BTreeMap<PathBuf, Job> = BTreeMap::from([(first.key.clone(), first)]);
        latest.extend(todo.try_iter().map(|job| (job.key.clone(), job)));
        while latest.values().all(|job| !job.urgent)
            && let Ok(job) = todo.recv_timeout(QUIET)
        {
            latest.insert(job.key.clone(), job);
        }
        for (key, job) in latest {
            let begun = Instant::now();
            let session = sessions.entry(key.clone()).or_default();
            let analysis = Arc::new(Analysis::new(job.project, session));
            let done = Done { key, generation: job.generation, analysis, took: begun.elapsed() };
            if finished.send(done).is_err() {
                return;
            }
        }
    }
}
