//! Tables from files and bytes: what is read, and what hostile ones are told.

mod hostile;
mod reading;
