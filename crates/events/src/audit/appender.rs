//! The file behind a log: opening, locking, finding its end, writing.

use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::backwards::Backwards;
use super::record::{Draft, Link, MAX_LINE_BYTES, Place, write_line};
use super::{AuditError, ChainHash};

/// Lines are handed to the operating system when this many bytes have come together.
const WRITE_BYTES: usize = 64 << 10;

/// One process's hold on the file.
#[derive(Debug)]
pub(super) struct Appender {
    path: PathBuf,
    file: File,
    /// The end of the log as our last append left it.
    known: Option<End>,
    buffer: Vec<u8>,
}

/// Where a log ends.
#[derive(Debug, Clone, Copy)]
struct End {
    /// The length of the file.
    bytes: u64,
    /// The `seq` of the last record; 0 if there is none.
    seq: u64,
    /// The hash of the last record.
    head: ChainHash,
    /// The last line has no newline.
    open_line: bool,
    /// The hash of what follows the last record, if a writer was interrupted there.
    torn: Option<ChainHash>,
    /// The head of a log that is no longer in the file.
    continues: Option<ChainHash>,
}

impl Appender {
    pub(super) fn open(path: PathBuf) -> Result<Self, AuditError> {
        let file = open(&path)?;
        Ok(Self { path, file, known: None, buffer: Vec::new() })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Appends a record for each draft, of all groups in one go; tells of each group whether it is in the log: all of it, or
    /// what comes before the draft that is too long. None, with nothing written, if another process has the lock and `wait`
    /// is false.
    pub(super) fn append<'d>(
        &mut self,
        instance: &str,
        groups: impl IntoIterator<Item = &'d [Draft]>,
        wait: bool,
    ) -> Result<Option<Vec<Result<(), AuditError>>>, AuditError> {
        let Some(bytes) = self.lock(wait)? else { return Ok(None) };
        let written = self.append_locked(bytes, instance, groups);
        let unlocked = self.file.unlock().map_err(AuditError::io("unlock", &self.path));
        written.and_then(|taken| unlocked.map(|()| Some(taken)))
    }

    /// Locks the file that is at the path now, and tells its length: it may have been renamed or removed since it was opened, or
    /// while we waited. None if another process has the lock and `wait` is false.
    fn lock(&mut self, wait: bool) -> Result<Option<u64>, AuditError> {
        loop {
            if wait {
                self.file.lock().map_err(AuditError::io("lock", &self.path))?;
            } else {
                match self.file.try_lock() {
                    Ok(()) => {}
                    Err(TryLockError::WouldBlock) => return Ok(None),
                    Err(TryLockError::Error(error)) => return Err(AuditError::io("lock", &self.path)(error)),
                }
            }
            let ours = self.file.metadata().map_err(AuditError::io("look at", &self.path))?;
            if self.is_in_place(&ours)? {
                return Ok(Some(ours.len()));
            }
            // We hold the lock of the file that went away, so its last record is the last for good.
            let continues = match self.end(ours.len()) {
                Ok(end) if end.seq == 0 => end.continues,
                Ok(end) => Some(end.head),
                Err(_) => None,
            };
            self.file = open(&self.path)?;
            self.known = Some(End { bytes: u64::MAX, continues, ..End::EMPTY });
        }
    }

    fn is_in_place(&self, ours: &Metadata) -> Result<bool, AuditError> {
        match fs::metadata(&self.path) {
            Ok(there) => Ok(is_same_file(&there, ours)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(AuditError::io("look at", &self.path)(error)),
        }
    }

    fn append_locked<'d>(
        &mut self,
        bytes: u64,
        instance: &str,
        groups: impl IntoIterator<Item = &'d [Draft]>,
    ) -> Result<Vec<Result<(), AuditError>>, AuditError> {
        let mut end = self.end(bytes)?;
        // Should a write fail, the file alone knows how far it got; the head is kept to notice a log that shrank.
        self.known = Some(End { bytes: u64::MAX, ..end });
        self.buffer.clear();
        let mut taken = Vec::new();
        for group in groups {
            taken.push(self.write_group(instance, group, &mut end)?);
        }
        self.flush(&mut end)?;
        self.known = Some(end);
        Ok(taken)
    }

    /// The inner error is of a draft that is too long, and nobody else's.
    fn write_group(
        &mut self,
        instance: &str,
        group: &[Draft],
        end: &mut End,
    ) -> Result<Result<(), AuditError>, AuditError> {
        for draft in group {
            let start = self.buffer.len();
            if end.open_line {
                self.buffer.push(b'\n');
            }
            let place = Place {
                seq: end.seq + 1,
                instance,
                after_torn: end.torn,
                continues: end.continues,
                prev: end.head,
            };
            let line = self.buffer.len();
            let head = write_line(&mut self.buffer, place, draft)
                .map_err(|error| AuditError::io("append to", &self.path)(error.into()))?;
            let bytes = self.buffer.len() - line;
            if bytes > MAX_LINE_BYTES {
                self.buffer.truncate(start);
                return Ok(Err(AuditError::TooLong {
                    path: self.path.clone(),
                    bytes,
                    limit: MAX_LINE_BYTES,
                }));
            }
            *end = End { seq: place.seq, head, bytes: end.bytes, ..End::EMPTY };
            if self.buffer.len() >= WRITE_BYTES {
                self.flush(end)?;
            }
        }
        Ok(Ok(()))
    }

    fn flush(&mut self, end: &mut End) -> Result<(), AuditError> {
        (&self.file).write_all(&self.buffer).map_err(AuditError::io("append to", &self.path))?;
        end.bytes += u64::try_from(self.buffer.len()).unwrap_or(u64::MAX);
        self.buffer.clear();
        Ok(())
    }

    /// Where the log ends: as we left it, if nobody has written since, else as the file of this length tells. The file must be
    /// locked.
    fn end(&self, bytes: u64) -> Result<End, AuditError> {
        match self.known {
            Some(end) if end.bytes == bytes => Ok(end),
            known => self.find_end(bytes, known),
        }
    }

    fn find_end(&self, bytes: u64, known: Option<End>) -> Result<End, AuditError> {
        let mut tail = Backwards::new(&self.file, bytes);
        let last = loop {
            tail.extend().map_err(AuditError::io("read the end of", &self.path))?;
            let last = tail.lines().find_map(|(at, line)| Some((at + line.len(), Link::read(line).ok()?)));
            if last.is_some() || tail.is_complete() {
                break last;
            }
            if tail.bytes().len() > 2 * MAX_LINE_BYTES {
                let limit = tail.bytes().len();
                return Err(AuditError::NotALog { path: self.path.clone(), limit });
            }
        };
        let open_line = tail.bytes().last().is_some_and(|last| *last != b'\n');
        let (seq, head, rest) = match &last {
            Some((end, link)) => (link.seq, link.hash, tail.bytes().get(end + 1..).unwrap_or_default()),
            None => (0, ChainHash::GENESIS, tail.bytes()),
        };
        let torn = (open_line && !rest.is_empty()).then(|| ChainHash::of(rest));
        let shrank = known.filter(|known| known.seq > seq).map(|known| known.head);
        let continues = shrank.or(known.filter(|_| seq == 0).and_then(|known| known.continues));
        Ok(End { bytes, seq, head, open_line, torn, continues })
    }
}

impl End {
    const EMPTY: Self =
        Self { bytes: 0, seq: 0, head: ChainHash::GENESIS, open_line: false, torn: None, continues: None };
}

/// Opens the file for appending; creates it with mode 0600, in a directory of mode 0700. A log that others may use, for it
/// was copied or restored, is taken back from them.
fn open(path: &Path) -> Result<File, AuditError> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(directory).map_err(AuditError::io("create the directory of", path))?;
    }
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(AuditError::io("open", path))?;
    #[cfg(unix)]
    make_private(&file).map_err(AuditError::io("set the mode of", path))?;
    Ok(file)
}

#[cfg(unix)]
fn make_private(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = file.metadata()?;
    if metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 {
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

#[cfg(unix)]
pub(super) fn is_same_file(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

/// Elsewhere a file that is open is not renamed or removed.
#[cfg(not(unix))]
pub(super) fn is_same_file(_: &Metadata, _: &Metadata) -> bool {
    true
}
