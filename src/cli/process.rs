//! Limits of the process.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Raises the soft limit of open files to the hard limit, because every connection needs a file descriptor.
pub fn raise_open_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    // If this fails, the soft limit still applies.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
}

/// Prevents core dumps, which would contain secrets. On Linux, other processes of the user can then no longer read the
/// memory or the environment of this one either (`PR_SET_DUMPABLE`), and debuggers cannot attach.
pub fn forbid_core_dumps() {
    // A service manager may forbid the change, after it has set the limit itself.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        // This fails only for other values.
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use rustix::process::{DumpableBehavior, dumpable_behavior};

    #[test]
    fn the_process_is_not_dumpable_afterwards() -> anyhow::Result<()> {
        forbid_core_dumps();
        assert_eq!(dumpable_behavior()?, DumpableBehavior::NotDumpable);
        let limit = getrlimit(Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
        Ok(())
    }
}
