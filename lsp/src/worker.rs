//! The thread that checks whole projects.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, select, unbounded};
use policy_compiler::{Session, deep};
use policy_project::Project;

use crate::analysis::Analysis;

/// For how long nothing more may come before work begins that nobody waits for.
const QUIET: Duration = Duration::from_millis(120);

/// A project to check.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) key: PathBuf,
    /// Its number; the same work that is asked for again, now urgently, has the same one.
    pub(crate) ticket: u64,
    pub(crate) project: Project,
    /// With what was read before, and a way to say that nobody waits any more.
    pub(crate) session: Session,
    /// Whether somebody waits for it; otherwise it can wait until nothing more comes.
    pub(crate) urgent: bool,
    /// Who is told, where that is not who asks for everything else.
    pub(crate) to: Option<Sender<Done>>,
}

/// A project that was checked.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) key: PathBuf,
    pub(crate) ticket: u64,
    pub(crate) analysis: Arc<Analysis>,
    /// How long it took.
    pub(crate) took: Duration,
}

/// The thread, and the ways to and from it. It ends when nobody can give it jobs any more.
#[derive(Debug)]
pub(crate) struct Worker {
    /// Of how many expressions the bodies are kept.
    pub(crate) keep: u32,
    jobs: Sender<Job>,
    rubbish: Sender<Arc<Analysis>>,
    pub(crate) done: Receiver<Done>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub(crate) fn start(keep: u32) -> Self {
        let (jobs, todo) = unbounded();
        let (finished, done) = unbounded();
        let (rubbish, old) = unbounded();
        let thread = deep::spawn("policy-worker", move || work(&todo, &old, &finished, keep)).ok();
        Self { keep, jobs, rubbish, done, thread }
    }

    /// Gives it a job; it leaves out those that a later one of the same project makes useless.
    pub(crate) fn check(&self, job: Job) -> bool {
        self.thread.is_some() && self.jobs.send(job).is_ok()
    }

    /// Has a project checked that nothing is known of yet, and waits for it. All projects are checked on one thread: what one
    /// check gives back, the next one takes.
    pub(crate) fn first(
        &self,
        key: &Path,
        ticket: u64,
        project: &Project,
        session: &Session,
    ) -> Option<Done> {
        let (to, done) = unbounded();
        let (project, session) = (project.clone(), session.clone());
        let job = Job { key: key.to_path_buf(), ticket, project, session, urgent: true, to: Some(to) };
        if self.check(job) { done.recv().ok() } else { None }
    }

    /// Notes that it has ended.
    pub(crate) fn gone(&mut self) {
        self.thread = None;
    }

    /// Takes what nobody needs any more: taking it apart takes a while.
    pub(crate) fn forget(&self, old: Arc<Analysis>) {
        let _ = self.rubbish.send(old);
    }
}

fn work(todo: &Receiver<Job>, old: &Receiver<Arc<Analysis>>, finished: &Sender<Done>, keep: u32) {
    let mut last = 0;
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
        while latest.values().all(|job| !job.urgent && !job.session.stopped())
            && let Ok(job) = todo.recv_timeout(QUIET)
        {
            latest.insert(job.key.clone(), job);
        }
        // Room is made first.
        old.try_iter().for_each(drop);
        for (key, job) in latest {
            let Job { ticket, project, session, to, .. } = job;
            // Asked for again while it was being done.
            if ticket <= last || session.stopped() {
                continue;
            }
            let begun = Instant::now();
            let analysis = Arc::new(Analysis::new(project, &session, keep));
            if session.stopped() {
                continue;
            }
            last = ticket;
            let done = Done { key, ticket, analysis, took: begun.elapsed() };
            // Who does not listen any more has no use for it.
            let _ = to.as_ref().unwrap_or(finished).send(done);
        }
    }
}
