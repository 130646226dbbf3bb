//! Whether names that differ in case are two.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};

use cap_std::fs::Dir;

use super::lock::LOCK_FILE;
use super::root::is_absent;

/// Whether names that differ in case are one in this directory; none while no name in it tells.
pub(super) fn is_folding(dir: &Dir) -> io::Result<Option<bool>> {
    let names = || Ok(dir.entries()?.map(|entry| Ok(entry?.file_name())));
    probe(names, |name| match dir.symlink_metadata(name) {
        Ok(_) => Ok(true),
        Err(error) if is_absent(&error) => Ok(false),
        Err(error) => Err(error),
    })
}

/// Looks for a name that is there in the other case. What is found so, and is not listed, is found under a name that is not
/// its own; whether it is the same file is not asked, since network file systems may make up the numbers of files.
fn probe<N: Iterator<Item = io::Result<OsString>>>(
    names: impl Fn() -> io::Result<N>,
    is_there: impl Fn(&OsStr) -> io::Result<bool>,
) -> io::Result<Option<bool>> {
    let known = if is_there(LOCK_FILE.as_ref())? {
        Some(LOCK_FILE.into())
    } else {
        let told =
            |name: &io::Result<OsString>| name.as_ref().map_or(true, |name| *name != in_other_case(name));
        names()?.find(told).transpose()?
    };
    let Some(known) = known else { return Ok(None) };
    let other = in_other_case(&known);
    if !is_there(&other)? {
        // What has gone meanwhile is found under no name.
        return Ok(is_there(&known)?.then_some(false));
    }
    let mut listed = 0;
    for name in names()? {
        let name = name?;
        listed += usize::from(name == known || name == other);
    }
    Ok(Some(listed < 2))
}

/// The name with its ASCII letters in the other case.
fn in_other_case(name: &OsStr) -> OsString {
    let flip = |byte: &u8| {
        if byte.is_ascii_lowercase() { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() }
    };
    OsString::from_vec(name.as_bytes().iter().map(flip).collect())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::fs;

    use cap_std::ambient_authority;

    use super::*;

    /// What is told of a directory with these names, where `is_same` says which names are one.
    fn told(names: &[&str], is_same: impl Fn(&[u8], &[u8]) -> bool) -> Option<bool> {
        let listed = || Ok(names.iter().map(|name| Ok(OsString::from(name))));
        let found = |asked: &OsStr| Ok(names.iter().any(|name| is_same(name.as_bytes(), asked.as_bytes())));
        probe(listed, found).unwrap()
    }

    #[test]
    fn a_name_that_is_found_and_not_listed_tells_that_case_does_not_count() {
        for names in
            [&["app"][..], &["App.yaml"], &["1", "2", "x"], &["..data"], &[LOCK_FILE, "1"], &["é", "É", "a"]]
        {
            assert_eq!(told(names, <[u8]>::eq_ignore_ascii_case), Some(true), "{names:?}");
            assert_eq!(told(names, |a, b| a == b), Some(false), "{names:?}");
        }
        for names in [&["app", "APP"][..], &[LOCK_FILE, ".SECRETBRIDGE.LOCK"]] {
            assert_eq!(told(names, |a, b| a == b), Some(false), "both are there");
        }
        for names in [&[][..], &["1", "é"]] {
            assert_eq!(told(names, <[u8]>::eq_ignore_ascii_case), None, "no name tells");
        }
    }

    #[test]
    fn a_name_that_goes_meanwhile_tells_nothing() {
        let asked = Cell::new(0);
        let found = |name: &OsStr| {
            asked.set(asked.get() + 1);
            Ok(name != LOCK_FILE && asked.get() < 2)
        };
        assert_eq!(probe(|| Ok([Ok("app".into())].into_iter()), found).unwrap(), None);
        assert_eq!(asked.get(), 3);
    }

    #[test]
    fn what_cannot_be_looked_at_tells_nothing() {
        let away = || io::Error::from(io::ErrorKind::PermissionDenied);
        assert!(probe(|| Ok([Err(away())].into_iter()), |_| Ok(false)).is_err());
        assert!(probe(|| Ok(std::iter::empty()), |_| Err(away())).is_err());
    }

    #[test]
    fn a_directory_of_this_machine_tells_names_apart() {
        let folder = tempfile::tempdir().unwrap();
        let dir = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
        assert_eq!(is_folding(&dir).unwrap(), None);
        fs::write(folder.path().join("app"), "").unwrap();
        assert_eq!(is_folding(&dir).unwrap(), Some(false));
        fs::write(folder.path().join("APP"), "").unwrap();
        assert_eq!(is_folding(&dir).unwrap(), Some(false));
    }
}
