//! Results of several projects in one.

use policy_project::Files;
use policy_syntax::{FileId, Location};
use policy_testing::{Results, Status};

/// Results, and the files that they speak of.
#[derive(Debug, Default)]
pub(super) struct Together {
    results: Results,
    files: Files,
    count: u32,
}

impl Together {
    pub(super) fn add(&mut self, mut results: Results, files: &Files) {
        let by = self.count;
        let moved = |location: &mut Location| location.file = FileId(location.file.0 + by);
        let failures = |status: &mut Status| {
            if let Status::Failed(all) = status {
                for failure in all {
                    moved(&mut failure.location);
                    failure.parts.iter_mut().for_each(|part| moved(&mut part.location));
                }
            }
        };
        for test in &mut results.tests {
            moved(&mut test.location);
            failures(&mut test.status);
        }
        for property in &mut results.properties {
            moved(&mut property.location);
            failures(&mut property.status);
        }
        for (_, file) in files.iter() {
            self.files.add(file.clone());
            self.count += 1;
        }
        self.results.tests.extend(results.tests);
        self.results.properties.extend(results.properties);
        self.results.left_out += results.left_out;
        self.results.not_run += results.not_run;
        if let Some(mut coverage) = results.coverage {
            coverage.moved(by);
            match &mut self.results.coverage {
                Some(known) => known.join(coverage),
                None => self.results.coverage = Some(coverage),
            }
        }
    }

    pub(super) fn finish(self) -> (Results, Files) {
        (self.results, self.files)
    }
}
