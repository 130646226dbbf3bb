//! What is common to all paths of the API: how they are written, what is around an answer, and what is said when there is
//! none.

mod body;
mod failure;
mod path;
mod query;
mod reply;

pub(crate) use self::body::object;
pub(crate) use self::failure::Failure;
pub(crate) use self::path::ApiPath;
pub(crate) use self::query::Query;
pub(crate) use self::reply::Reply;
